import Glibc
import Synchronization

/// A server of plain blocking sockets whose connections do what a test says.
///
/// Each connection gets a thread that runs `serve`. `connections` counts them.
final class StubServer: Sendable {
  let port: Int
  private let listener: Int32
  private let accepted = Atomic<Int>(0)
  private let received = Atomic<Int>(0)

  /// Connections accepted so far.
  var connections: Int { accepted.load(ordering: .acquiring) }
  /// Requests read so far.
  var requests: Int { received.load(ordering: .acquiring) }
  var url: String { "http://127.0.0.1:\(port)" }

  init(_ serve: @escaping @Sendable (StubConnection) -> Void) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { raw in
      guard let base = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
      return bind(listener, base, length) == 0 && listen(listener, 128) == 0
        && getsockname(listener, base, &length) == 0
    }
    guard isBound else { throw StubError(errno: errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Self.thread { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        guard let self else {
          close(descriptor)
          return
        }
        let number = accepted.add(1, ordering: .acquiringAndReleasing).newValue
        let connection = StubConnection(descriptor, number: number) { [weak self] in
          self?.received.add(1, ordering: .acquiringAndReleasing)
        }
        Self.thread { serve(connection) }
      }
    }
  }

  /// Refuses connections from now on; those open go on.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var id = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
      &id, nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    pthread_detach(id)
  }
}

struct StubError: Error {
  let errno: Int32
}

struct StubRequest: Sendable {
  let line: String
  let headers: [String: String]
  let body: [UInt8]

  var path: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  var method: String { line.split(separator: " ").first.map(String.init) ?? "" }
}

/// The server's end of a connection. Used by its one thread; closed at the latest with it.
final class StubConnection: Sendable {
  /// 1 for the first of its server.
  let number: Int
  private let descriptor: Int32
  private let wasRead: @Sendable () -> Void
  private let isClosed = Atomic<Bool>(false)

  init(_ descriptor: Int32, number: Int, wasRead: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.number = number
    self.wasRead = wasRead
  }

  deinit {
    close()
  }

  /// The next request; `nil` when the client has closed.
  func read() -> StubRequest? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard let name = parts.first else { continue }
      headers[name.lowercased()] = parts.dropFirst().first.map { String($0.dropFirst()) } ?? ""
    }
    var body: [UInt8] = []
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while body.count < length {
      let count = recv(descriptor, &buffer, min(buffer.count, length - body.count), 0)
      guard count > 0 else { return nil }
      body.append(contentsOf: buffer[..<count])
    }
    wasRead()
    return StubRequest(line: lines.first.map(String.init) ?? "", headers: headers, body: body)
  }

  /// Whether all was written.
  @discardableResult
  func write(_ text: String) -> Bool {
    write(Array(text.utf8))
  }

  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// A whole answer.
  func answer(_ body: String, status: String = "200 OK", headers: String = "") {
    write(
      "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  func chunk(_ text: String) {
    write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// Blocks until the client has closed; what it sends is thrown away.
  func waitForClose() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
  }

  func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    Glibc.close(descriptor)
  }

  /// Says that nothing more comes, and goes on reading.
  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The head of a request alone; its body, if any, stays unread.
  func readHead() -> String? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    wasRead()
    return String(decoding: head, as: UTF8.self)
  }

  /// Bytes up to the close, or `count` of them.
  func readBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let received = bytes.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress?.advanced(by: filled), count - filled, 0)
      }
      guard received > 0 else { break }
      filled += received
    }
    return Array(bytes[..<filled])
  }

  /// Closes with RST in place of FIN.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }
}
