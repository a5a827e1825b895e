import Glibc
import Synchronization

/// A worker of plain blocking sockets that does what a test says, and can be killed as by SIGKILL.
final class PoolStubWorker: Sendable {
  enum Behaviour: Sendable {
    /// 200 with a body that says who answered.
    case answers
    case status(Int)
    /// Reads the request and breaks the connection.
    case breaks
    /// Reads the request and never answers.
    case hangs
    /// Begins an answer and breaks the connection.
    case cuts
    /// Sends two events and ends.
    case streams
  }

  struct Request: Sendable {
    let line: String
    let headers: [String: String]
    let body: String
  }

  private struct State {
    var behaviour: Behaviour
    var health = #"{"status":"ok","cache_hit_rate":0}"#
    var healthStatus = 200
    var connections: Set<Int32> = []
    var isKilled = false
    var isListening = true
    var isGone: Bool { connections.isEmpty && !isListening }
    var requests: [Request] = []
    var probes = 0
    var abandoned = 0
  }

  let port: Int
  private let listener: Int32
  private let state: Mutex<State>

  var url: String { "http://127.0.0.1:\(port)" }
  /// Requests other than probes.
  var requests: [Request] { state.withLock { $0.requests } }
  var probes: Int { state.withLock { $0.probes } }
  /// Requests in hand whose client has closed.
  var abandoned: Int { state.withLock { $0.abandoned } }

  init(_ behaviour: Behaviour = .answers) throws {
    state = Mutex(State(behaviour: behaviour))
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { raw in
      guard let base = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
      return bind(listener, base, length) == 0 && listen(listener, 256) == 0
        && getsockname(listener, base, &length) == 0
    }
    guard isBound else { throw PoolStubError(errno: errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Self.thread { [self] in acceptAll() }
  }

  func set(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

  func setHealth(_ status: Int, _ body: String) {
    state.withLock {
      $0.healthStatus = status
      $0.health = body
    }
  }

  /// Refuses connections and resets those that are open; both are done when it returns.
  func kill() {
    beginKill()
    while !state.withLock({ $0.isGone }) { sched_yield() }
  }

  private func beginKill() {
    state.withLock { state in
      guard !state.isKilled else { return }
      state.isKilled = true
      shutdown(listener, Int32(SHUT_RDWR))
      for descriptor in state.connections {
        // Its thread wakes with an error and closes it, which with this option sends RST.
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
          descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RD))
      }
    }
  }

  // MARK: Connections

  private func acceptAll() {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { break }
      let isTaken = state.withLock { state in
        if !state.isKilled { state.connections.insert(descriptor) }
        return !state.isKilled
      }
      guard isTaken else {
        close(descriptor)
        continue
      }
      Self.thread { [self] in
        // A killed process answers nothing, though the kernel still hands out what came before.
        while let request = read(descriptor), !state.withLock({ $0.isKilled }),
          serve(request, descriptor)
        {}
        state.withLock { state in
          state.connections.remove(descriptor)
          close(descriptor)
        }
      }
    }
    state.withLock { state in
      state.isListening = false
      close(listener)
    }
  }

  /// - Returns: whether the connection stays.
  private func serve(_ request: Request, _ descriptor: Int32) -> Bool {
    if request.line.hasPrefix("GET /health") {
      let (status, body) = state.withLock { state in
        state.probes += 1
        return (state.healthStatus, state.health)
      }
      answer(descriptor, status, body)
      return true
    }
    let behaviour = state.withLock { state in
      state.requests.append(request)
      return state.behaviour
    }
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Cache: miss\r\n\r\n"
    switch behaviour {
    case .answers: answer(descriptor, 200, "\(port)")
    case .status(let status): answer(descriptor, status, "{}")
    case .breaks: return false
    case .hangs:
      while read(descriptor) != nil {}
      state.withLock { $0.abandoned += 1 }
      return false
    case .cuts:
      write(descriptor, head + "9\r\ndata: 1\n\n\r\n")
      return false
    case .streams:
      write(descriptor, head + "9\r\ndata: 1\n\n\r\n")
      write(descriptor, "9\r\ndata: 2\n\n\r\n0\r\n\r\n")
    }
    return true
  }

  private func read(_ descriptor: Int32) -> Request? {
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
    for _ in 0..<(headers["content-length"].flatMap { Int($0) } ?? 0) {
      guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      body.append(byte)
    }
    return Request(
      line: lines.first.map(String.init) ?? "", headers: headers,
      body: String(decoding: body, as: UTF8.self))
  }

  private func answer(_ descriptor: Int32, _ status: Int, _ body: String) {
    write(
      descriptor, "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private func write(_ descriptor: Int32, _ text: String) {
    var text = text
    text.withUTF8 { _ = send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
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

struct PoolStubError: Error {
  let errno: Int32
}
