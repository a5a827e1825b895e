import Dispatch
import Glibc
import Synchronization

/// A client's end of a TCP connection, byte by byte. Reads wait on a thread of their own, for ten
/// seconds at most; one task uses it at a time.
final class Wire: Sendable {
  struct Failure: Error {
    let operation: String
    let errno: Int32
  }

  struct Response: Sendable {
    var status = 0
    var version = ""
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body = ""
  }

  private let descriptor: Int32
  private let buffer = Mutex<[UInt8]>([])
  private let isOpen = Atomic<Bool>(true)

  init(port: Int, receiveBufferBytes: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBufferBytes {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, 4)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw Failure(operation: "connect", errno: code)
    }
  }

  deinit { close() }

  func close() {
    if isOpen.exchange(false, ordering: .acquiringAndReleasing) { Glibc.close(descriptor) }
  }

  /// Closes with RST in place of FIN.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  /// Says that nothing more comes, and goes on reading.
  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(operation: "send", errno: errno) }
      sent += count
    }
  }

  /// The next response, its body by length or chunks.
  func response(hasBody: Bool = true) async throws -> Response {
    let head = try await read(to: "\r\n\r\n")
    var lines = head.split(separator: "\r\n")[...]
    let first = lines.removeFirst().split(separator: " ", maxSplits: 2)
    var response = Response()
    response.version = String(first.first ?? "")
    response.status = first.dropFirst().first.flatMap { Int($0) } ?? 0
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      response.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    guard hasBody else { return response }
    if response.headers["transfer-encoding"] == "chunked" {
      while true {
        let size = Int(try await read(to: "\r\n"), radix: 16) ?? 0
        response.body += try await read(count: size)
        guard try await read(to: "\r\n").isEmpty else {
          throw Failure(operation: "chunk", errno: 0)
        }
        if size == 0 { break }
      }
    } else if let length = response.headers["content-length"].flatMap({ Int($0) }) {
      response.body = try await read(count: length)
    }
    return response
  }

  /// Everything that still comes; ends well with the close only.
  func readToClose() async throws -> String {
    while try await more() {}
    return String(
      decoding: buffer.withLock { bytes in
        defer { bytes = [] }
        return bytes
      }, as: UTF8.self)
  }

  /// Whether the peer closed, without a byte, within ten seconds.
  func isClosedSilently() async throws -> Bool { try await readToClose().isEmpty }

  /// Whether nothing at all comes for a while: no byte and no close.
  func isQuiet(milliseconds: Int32) -> Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, milliseconds) == 0
  }

  /// What comes before `mark`, which is taken too.
  private func read(to mark: String) async throws -> String {
    let mark = Array(mark.utf8)
    while true {
      let found: String? = buffer.withLock { bytes in
        guard bytes.count >= mark.count,
          let end = (0...(bytes.count - mark.count)).first(where: {
            bytes[$0..<($0 + mark.count)].elementsEqual(mark)
          })
        else { return nil }
        defer { bytes.removeFirst(end + mark.count) }
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
      if let found { return found }
      guard try await more() else { throw Failure(operation: "closed", errno: 0) }
    }
  }

  private func read(count: Int) async throws -> String {
    while buffer.withLock({ $0.count < count }) {
      guard try await more() else { throw Failure(operation: "closed", errno: 0) }
    }
    return buffer.withLock { bytes in
      defer { bytes.removeFirst(count) }
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  /// Receives some; false at the close.
  private func more() async throws -> Bool {
    let descriptor = self.descriptor
    let received: [UInt8] = try await withCheckedThrowingContinuation { waiter in
      DispatchQueue.global().async {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count < 0 {
          waiter.resume(throwing: Failure(operation: "recv", errno: errno))
        } else {
          waiter.resume(returning: Array(bytes[..<count]))
        }
      }
    }
    buffer.withLock { $0 += received }
    return !received.isEmpty
  }
}
