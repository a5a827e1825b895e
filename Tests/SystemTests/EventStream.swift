import Foundation
import Glibc

/// A live stream over a plain socket: events as they come.
final class EventStream {
  struct Event: Equatable {
    var name = "message"
    var data = ""
    var id: String?

    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any] ?? [:]
    }

    /// `table type id` of a change.
    var change: String? {
      guard name == "change" else { return nil }
      return ["table", "type", "id"].map { json[$0] as? String ?? "?" }.joined(separator: " ")
    }

    var connections: Int? { name == "presence" ? json["connections"] as? Int : nil }
  }

  private let descriptor: Int32
  private var raw = Data()
  private var text = ""
  private(set) var head = ""
  private(set) var comments = 0
  private(set) var hasEnded = false
  /// The end came as the protocol has it, not as a cut.
  private(set) var isWhole = false
  private var waiting: [Event] = []

  var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

  /// Opens a stream and reads the head of its answer.
  init(
    port: Int, cookie: String, lastEventID: String? = nil, method: String = "GET",
    receiveBuffer: Int32? = nil
  ) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: 0, tv_usec: 100_000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Stack.Missing(description: "connect: \(errno)") }
    var request = "\(method) /api/realtime HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
    request += "Accept: text/event-stream\r\nCookie: \(cookie)\r\n"
    if let lastEventID { request += "Last-Event-ID: \(lastEventID)\r\n" }
    request += "\r\n"
    _ = request.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    let end = Data("\r\n\r\n".utf8)
    let deadline = ContinuousClock.now + .seconds(20)
    while raw.range(of: end) == nil, !hasEnded, ContinuousClock.now < deadline { receive() }
    guard let range = raw.range(of: end) else { throw Stack.Missing(description: "no answer") }
    head = String(decoding: raw[..<range.lowerBound], as: UTF8.self)
    raw = Data(raw[range.upperBound...])
    parse()
  }

  deinit { close() }

  private var isClosed = false

  func close() {
    if !isClosed { Glibc.close(descriptor) }
    isClosed = true
  }

  /// The next event that `isWanted` takes, others passed over; nil where none comes in time.
  func next(
    within seconds: Double = 20, where isWanted: (Event) -> Bool = { _ in true }
  ) -> Event? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    repeat {
      while !waiting.isEmpty {
        let event = waiting.removeFirst()
        if isWanted(event) { return event }
      }
      guard !hasEnded else { return nil }
      receive()
      parse()
    } while ContinuousClock.now < deadline
    return nil
  }

  /// Waits until a change of this table and type comes; its id.
  func change(_ table: String, _ type: String, within seconds: Double = 20) -> String? {
    next(within: seconds) { $0.change?.hasPrefix("\(table) \(type) ") == true }?
      .json["id"] as? String
  }

  /// Whether the stream ends in time.
  func ends(within seconds: Double) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !hasEnded, ContinuousClock.now < deadline { _ = next(within: 0.2) { _ in false } }
    return hasEnded
  }

  private func receive() {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count > 0 {
      raw.append(contentsOf: bytes[..<count])
    } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
      hasEnded = true
    }
  }

  /// Takes chunks off, then events.
  private func parse() {
    while let line = raw.range(of: Data("\r\n".utf8)) {
      let size = Int(
        String(decoding: raw[raw.startIndex..<line.lowerBound], as: UTF8.self), radix: 16)
      guard let size else { return }
      if size == 0 {
        isWhole = true
        hasEnded = true
        return
      }
      guard raw.distance(from: line.upperBound, to: raw.endIndex) >= size + 2 else { break }
      text += String(decoding: raw[line.upperBound..<line.upperBound + size], as: UTF8.self)
      raw = Data(raw[(line.upperBound + size + 2)...])
    }
    while let end = text.range(of: "\n\n") {
      var event = Event()
      for line in text[..<end.lowerBound].split(separator: "\n") {
        let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts.first {
        case "event": event.name = String(parts[1])
        case "data": event.data = String(parts[1])
        case "id": event.id = String(parts[1])
        case "": comments += 1
        default: break
        }
      }
      text = String(text[end.upperBound...])
      if !event.data.isEmpty { waiting.append(event) }
    }
  }
}
