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

  /// What psql says, as the owner of everything: rows as lines, columns split by `|`.
  @discardableResult
  static func sql(_ sql: String) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    guard let psql = environment["PHOENIX_TEST_PSQL"],
      let url = environment["PHOENIX_TEST_OWNER_URL"]
    else { throw Missing(description: "PHOENIX_TEST_PSQL is unset: run ops/test") }
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
