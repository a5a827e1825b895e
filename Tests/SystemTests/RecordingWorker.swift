import Foundation
import Glibc

/// A worker that answers what it is told to and writes down what it was asked: for what a family's
/// answer does not show.
final class RecordingWorker: @unchecked Sendable {
  // Everything mutable is behind the lock; the descriptor is closed once, in `stop`.
  private let lock = NSLock()
  private var bodies: [(path: String, json: [String: Any])] = []
  private var delay: Double = 0
  private var status = 200
  private let descriptor: Int32
  let port: Int

  init() throws {
    port = try Stack.freePort()
    descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0, listen(descriptor, 64) == 0 else {
      throw Stack.Missing(description: "the recording worker cannot listen: \(errno)")
    }
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0 else { return }
        Thread.detachNewThread { self.serve(client) }
      }
    }
  }

  var url: String { "http://127.0.0.1:\(port)" }

  /// Every question asked so far.
  var asked: [[String: Any]] {
    lock.withLock { bodies.filter { $0.path == "/api/chat/send" }.map(\.json) }
  }

  /// The users whom it was told to forget.
  var forgotten: [String] {
    lock.withLock {
      bodies.filter { $0.path == "/api/chat/forget" }.compactMap { $0.json["user_id"] as? String }
    }
  }

  /// How the next questions are answered.
  func answer(after delay: Double = 0, status: Int = 200) {
    lock.withLock {
      self.delay = delay
      self.status = status
    }
  }

  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func serve(_ client: Int32) {
    defer { close(client) }
    var buffer = Data()
    while true {
      guard let request = read(client, &buffer) else { return }
      let isQuestion = request.path == "/api/chat/send"
      if request.path != "/health" {
        lock.withLock { bodies.append((request.path, request.json)) }
      }
      let (delay, status) = lock.withLock { (self.delay, self.status) }
      if isQuestion, delay > 0 { usleep(UInt32(delay * 1_000_000)) }
      let count = asked.count
      let body =
        switch request.path {
        case "/health": #"{"status":"ok","cache_hit_rate":0}"#
        case "/api/chat/forget": #"{"forgotten":0}"#
        default:
          #"{"answer":"Réponse \#(count).","sources":[],"cached":false,"cache":"miss","#
            + #""model":"recorded","usage":{"prompt_tokens":3,"candidates_tokens":4}}"#
        }
      var head = "HTTP/1.1 \(isQuestion ? status : 200) Answer\r\n"
      head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
      if let id = request.id { head += "X-Request-Id: \(id)\r\n" }
      let bytes = Array((head + "\r\n" + body).utf8)
      guard send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
    }
  }

  private func read(
    _ client: Int32, _ buffer: inout Data
  ) -> (path: String, json: [String: Any], id: String?)? {
    let mark = Data("\r\n\r\n".utf8)
    while buffer.range(of: mark) == nil {
      guard more(client, &buffer) else { return nil }
    }
    guard let end = buffer.range(of: mark) else { return nil }
    let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    buffer.removeSubrange(..<end.upperBound)
    func field(_ name: String) -> String? {
      lines.first { $0.lowercased().hasPrefix(name + ":") }?
        .dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }
    let length = field("content-length").flatMap { Int($0) } ?? 0
    while buffer.count < length {
      guard more(client, &buffer) else { return nil }
    }
    let body = Data(buffer.prefix(length))
    buffer = Data(buffer.dropFirst(length))
    let json = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    let path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    return (path, json, field("x-request-id"))
  }

  private func more(_ client: Int32, _ buffer: inout Data) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(client, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    buffer.append(contentsOf: bytes[..<count])
    return true
  }
}
