import Foundation

extension Stack {
  /// Sends JSON as a family.
  func send(
    _ method: String, _ path: String, _ json: Any? = nil, as family: Family? = nil,
    headers: [String: String] = [:]
  ) throws -> WireClient.Response {
    var headers = headers
    if let family, headers["Cookie"] == nil { headers["Cookie"] = family.cookie }
    guard let json else { return try client.request(method, path, headers: headers) }
    headers["Content-Type"] = "application/json"
    return try client.request(
      method, path, headers: headers, body: try JSONSerialization.data(withJSONObject: json))
  }

  /// Sends the same request many times at once, each on a connection of its own; the answers.
  func atOnce(
    _ count: Int, _ method: String, _ path: String, _ json: Any, headers: [String: String]
  ) throws -> [WireClient.Response] {
    let body = try JSONSerialization.data(withJSONObject: json)
    let headers = headers.merging(["Content-Type": "application/json"]) { a, _ in a }
    let answers = Answers()
    let port = port
    DispatchQueue.concurrentPerform(iterations: count) { _ in
      let answer = try? WireClient(port: port).request(
        method, path, headers: headers, body: body)
      if let answer { answers.add(answer) }
    }
    guard answers.all.count == count else { throw Missing(description: "an answer is missing") }
    return answers.all
  }

  /// Answers of several threads.
  private final class Answers: @unchecked Sendable {
    // Behind the lock.
    private var answers: [WireClient.Response] = []
    private let lock = NSLock()

    var all: [WireClient.Response] { lock.withLock { answers } }
    func add(_ answer: WireClient.Response) { lock.withLock { answers.append(answer) } }
  }

  /// What psql says, as the owner of everything: rows as lines, columns split by `|`.
  @discardableResult
  static func sql(_ sql: String) throws -> String {
    guard let url = ProcessInfo.processInfo.environment["PHOENIX_TEST_OWNER_URL"] else {
      throw Missing(description: "PHOENIX_TEST_OWNER_URL is unset: run ops/test")
    }
    return try psql(sql, url: url)
  }

  /// The same of any database.
  static func psql(_ sql: String, url: String) throws -> String {
    guard let psql = ProcessInfo.processInfo.environment["PHOENIX_TEST_PSQL"] else {
      throw Missing(description: "PHOENIX_TEST_PSQL is unset: run ops/test")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: psql)
    process.arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Missing(description: "psql refused: \(sql)")
    }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The value of a metric, its series summed.
  func metric(_ name: String) throws -> Double {
    try admin.request("GET", "/metrics").text.split(separator: "\n")
      .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
      .reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) }
  }
}

extension WireClient.Response {
  /// The code of a problem.
  var code: String? { json["code"] as? String }

  /// `field code` of every fault of a problem, in order.
  var faults: [String] {
    (json["errors"] as? [[String: Any]] ?? []).map {
      "\($0["field"] as? String ?? "?") \($0["code"] as? String ?? "?")"
    }
  }
}
