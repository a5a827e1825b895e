import Foundation
import Glibc

/// A blocking HTTP/1.1 client over a plain socket, for tests that must see every byte: it can send
/// what no library would.
final class WireClient {
  struct Response {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: Data

    func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func all(_ name: String) -> [String] {
      headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    /// Nothing of a response had come.
    let beforeFirstByte: Bool
    /// The connection itself was refused.
    var isRefused = false
  }

  private var descriptor: Int32 = -1
  private var buffer = Data()
  private let port: Int
  /// Seconds.
  let timeout: Double

  init(port: Int, timeout: Double = 20) {
    self.port = port
    self.timeout = timeout
  }

  deinit { close() }

  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
    buffer.removeAll()
  }

  func connect() throws {
    guard descriptor < 0 else { return }
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw Failure(description: "socket: \(errno)", beforeFirstByte: true) }
    var limit = timeval(
      tv_sec: Int(timeout), tv_usec: Int(timeout * 1e6) % 1_000_000)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let code = errno
      Glibc.close(socket)
      throw Failure(
        description: "connect: \(code)", beforeFirstByte: true, isRefused: code == ECONNREFUSED)
    }
    descriptor = socket
  }

  func send(_ bytes: Data) throws {
    try connect()
    var sent = 0
    try bytes.withUnsafeBytes { raw in
      while sent < raw.count {
        let count = Glibc.send(
          descriptor, raw.baseAddress?.advanced(by: sent), raw.count - sent, Int32(MSG_NOSIGNAL))
        guard count > 0 else {
          throw Failure(description: "send: \(errno)", beforeFirstByte: true)
        }
        sent += count
      }
    }
  }

  func send(_ text: String) throws { try send(Data(text.utf8)) }

  /// Sends a request and reads its response.
  func request(
    _ method: String, _ path: String, headers: [String: String] = [:], body: Data? = nil
  ) throws -> Response {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if let body { head += "Content-Length: \(body.count)\r\n" }
    head += "\r\n"
    try send(Data(head.utf8) + (body ?? Data()))
    return try read(hasBody: method != "HEAD")
  }

  func post(_ path: String, _ json: Any, headers: [String: String] = [:]) throws -> Response {
    let body = try JSONSerialization.data(withJSONObject: json)
    return try request(
      "POST", path, headers: headers.merging(["Content-Type": "application/json"]) { a, _ in a },
      body: body)
  }

  /// Reads one response; throws where the connection ends before it is whole.
  func read(hasBody: Bool = true) throws -> Response {
    var response: Response
    repeat {
      guard let end = try fill(until: Data("\r\n\r\n".utf8)) else {
        throw Failure(description: "closed in head", beforeFirstByte: buffer.isEmpty)
      }
      let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
      buffer.removeSubrange(..<end.upperBound)
      var lines = head.components(separatedBy: "\r\n")
      let status = Int(lines.removeFirst().split(separator: " ").dropFirst().first ?? "") ?? 0
      response = Response(status: status, headers: [], body: Data())
      for line in lines {
        guard let colon = line.firstIndex(of: ":") else { continue }
        response.headers.append(
          (
            String(line[..<colon]),
            line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
          ))
      }
    } while response.status == 100
    if hasBody, response.status != 204, response.status != 304 {
      if let length = response.header("content-length").flatMap({ Int($0) }) {
        try fill(count: length)
        response.body = Data(buffer.prefix(length))
        buffer.removeFirst(length)
      } else if response.header("transfer-encoding") == "chunked" {
        response.body = try readChunks()
      }
    }
    if response.header("connection") == "close" { close() }
    return response
  }

  private func readChunks() throws -> Data {
    var body = Data()
    while true {
      guard let end = try fill(until: Data("\r\n".utf8)) else {
        throw Failure(description: "closed in chunk", beforeFirstByte: false)
      }
      let size = Int(String(decoding: buffer[..<end.lowerBound], as: UTF8.self), radix: 16) ?? 0
      buffer.removeSubrange(..<end.upperBound)
      try fill(count: size + 2)
      body += buffer.prefix(size)
      buffer.removeFirst(size + 2)
      if size == 0 { return body }
    }
  }

  private func fill(until mark: Data) throws -> Range<Data.Index>? {
    while true {
      if let range = buffer.range(of: mark) { return range }
      guard try more() else { return nil }
    }
  }

  private func fill(count: Int) throws {
    while buffer.count < count {
      guard try more() else {
        throw Failure(description: "closed in body", beforeFirstByte: false)
      }
    }
  }

  private func more() throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count < 0 { throw Failure(description: "recv: \(errno)", beforeFirstByte: buffer.isEmpty) }
    if count == 0 { return false }
    buffer = Data(buffer + bytes[..<count])
    return true
  }
}
