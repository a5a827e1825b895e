import Foundation
import LoadTest
import Testing

/// `summary.json` against its published schema, `loadtest/summary.schema.json`.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SchemaTests {
  private static func schema() throws -> [String: Any] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appending(path: "loadtest/summary.schema.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// A run with everything in it: users, every witness, failures, a threshold that fails.
  private static func run(
    _ arrival: String = "{rate: 150, process: constant, duration: 1s}"
  ) async throws -> (summary: Summary, result: RunResult) {
    let fake = FakeGateway(.anothersRow)
    return try await ScriptedServer.serving(fake.answer) { server in
      let text = """
        name: all <of> "it"
        base: \(server.base)
        users: 3
        generator_lag_max: 5s
        arrival: \(arrival)
        questions: [Une question, Une autre]
        mix: {chat_message: 3, chat_stream: 2, canary_message: 2, history: 3}
        thresholds: [p99 < 1us, error_rate < 100%]
        """
      let scenario = try ScenarioReader.read(text, file: "s.yaml") { _ in ("", "") }
      let witnesses = Witnesses(
        admin: try TargetURL(server.base),
        workers: [try TargetURL(server.base + "/worker-metrics")],
        simulator: try TargetURL(server.base))
      let result = try await LoadRun(
        scenario, witnesses: witnesses, patience: .milliseconds(300)
      ).execute()
      return (Summary(result, Verdict(result)), result)
    }
  }

  @Test(arguments: [
    "{rate: 150, process: constant, duration: 1s}", "{clients: 3, duration: 1s}",
    "{stages: [{to: 200, duration: 1s}]}",
  ]) func everySummaryKeepsToTheSchema(arrival: String) async throws {
    let schema = try Self.schema()
    let data = try await Self.run(arrival).summary.json()
    let json = try JSONSerialization.jsonObject(with: data)
    #expect(SchemaCheck(root: schema).faults(json, schema, at: "$") == [])
    let read = try Summary(json: data)
    #expect(read.failures.count > 1 && read.reconciliation?.checks.isEmpty == false)
    #expect(read.canaries?.foreignSeen ?? 0 > 0 && read.server?.samples.isEmpty == false)
  }

  @Test func theSchemaRefusesWhatIsNoSummary() async throws {
    let schema = try Self.schema()
    let data = try await Self.run().summary.json()
    let good = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    func faults(_ change: (inout [String: Any]) -> Void) -> [String] {
      var json = good
      change(&json)
      return SchemaCheck(root: schema).faults(json, schema, at: "$")
    }
    #expect(faults { $0["exit_code"] = 7 } == ["$.exit_code: not one of those allowed"])
    #expect(faults { $0["requests"] = nil } == ["$: lacks requests"])
    #expect(faults { $0["extra"] = 1 } == ["$: has extra"])
    #expect(faults { $0["users"] = "3" } == ["$.users: not integer"])
    #expect(faults { $0["failures"] = [1] } == ["$.failures[0]: not string"])
    #expect(faults { $0["latency_ms"] = ["p50": 1] }.contains { $0 == "$.latency_ms: lacks p99" })
  }

  @Test func junitSaysWhatTheVerdictSays() async throws {
    let (summary, _) = try await Self.run()
    let text = JUnitReport(summary).text
    let parser = XMLCounter()
    #expect(parser.read(text))
    #expect(parser.suite["tests"] == "\(parser.cases)" && parser.cases > 15)
    #expect(parser.suite["failures"] == "\(parser.failures)" && parser.failures >= 3)
    #expect(parser.suite["name"] == "phoenix-loadtest all <of> \"it\"")
    #expect(text.contains("name=\"p99 &lt; 1us\""))
  }

  @Test func theReportHoldsItsChartsAndNothingFromElsewhere() async throws {
    let (summary, result) = try await Self.run()
    let html = HTMLReport(summary, result, baseline: summary).text
    for part in [
      "Latency over time", "Percentiles", "Requests a second", "Errors a second",
      "Where the time went", "Gateway memory", "The same numbers, told by others",
      "Beside the run of", "all &lt;of&gt;", "canari",
    ] { #expect(html.contains(part), "\(part)") }
    #expect(html.components(separatedBy: "<svg").count > 6)
    #expect(
      html.components(separatedBy: "<svg").count == html.components(separatedBy: "</svg>").count)
    for foreign in ["<script", "src=", "href=", "@import", "url("] {
      #expect(!html.contains(foreign), "\(foreign)")
    }
    #expect(!html.contains("nan") && !html.contains("inf,"))
  }
}

/// The part of JSON Schema that the summary's uses.
private struct SchemaCheck {
  let root: [String: Any]

  func faults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
    if let name = (schema["$ref"] as? String)?.split(separator: "/").last {
      let found = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any]
      return found.map { faults(value, $0, at: path) } ?? ["\(path): no definition of \(name)"]
    }
    if let allowed = schema["enum"] as? [AnyHashable] {
      let isOne = (value as? AnyHashable).map(allowed.contains) ?? false
      return isOne ? [] : ["\(path): not one of those allowed"]
    }
    if let constant = schema["const"] as? AnyHashable {
      return value as? AnyHashable == constant ? [] : ["\(path): not \(constant)"]
    }
    switch schema["type"] as? String {
    case "string": return value is String ? [] : ["\(path): not string"]
    case "boolean": return value is Bool ? [] : ["\(path): not boolean"]
    case "number": return !(value is String) && value is NSNumber ? [] : ["\(path): not number"]
    case "integer":
      guard let number = value as? NSNumber, !(value is String),
        number.doubleValue == number.doubleValue.rounded()
      else { return ["\(path): not integer"] }
      let least = (schema["minimum"] as? NSNumber)?.doubleValue ?? -.infinity
      return number.doubleValue >= least ? [] : ["\(path): below its minimum"]
    case "array":
      guard let items = value as? [Any] else { return ["\(path): not array"] }
      guard let item = schema["items"] as? [String: Any] else { return [] }
      return items.enumerated().flatMap { faults($1, item, at: "\(path)[\($0)]") }
    case "object": return members(value, schema, at: path)
    default: return ["\(path): the schema has a type that this check does not know"]
    }
  }

  private func members(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
    guard let object = value as? [String: Any] else { return ["\(path): not object"] }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.sorted()
      .map { "\(path): lacks \($0)" }
    for (name, member) in object.sorted(by: { $0.key < $1.key }) {
      if let property = properties[name] {
        found += faults(member, property, at: "\(path).\(name)")
      } else if let others = schema["additionalProperties"] as? [String: Any] {
        found += faults(member, others, at: "\(path).\(name)")
      } else {
        found.append("\(path): has \(name)")
      }
    }
    return found
  }
}

/// Counts the elements of a JUnit file; a text that is no XML is refused.
private final class XMLCounter {
  private(set) var cases = 0
  private(set) var failures = 0
  private(set) var suite: [String: String] = [:]

  func read(_ text: String) -> Bool {
    var open: [String] = []
    var rest = text[...]
    guard rest.hasPrefix("<?xml") else { return false }
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      guard let end = Self.end(of: rest) else { return false }
      let tag = rest[..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { return false }
        continue
      }
      let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
      if name == "testcase" { cases += 1 }
      if name == "failure" { failures += 1 }
      if name == "testsuite" { suite = Self.attributes(tag) }
      if !tag.hasSuffix("/") { open.append(name) }
    }
    return open.isEmpty
  }

  /// The `>` outside quotes.
  private static func end(of text: Substring) -> Substring.Index? {
    var isQuoted = false
    for index in text.indices {
      if text[index] == "\"" { isQuoted.toggle() }
      if text[index] == ">", !isQuoted { return index }
      if text[index] == "<" { return nil }
    }
    return nil
  }

  private static func attributes(_ tag: Substring) -> [String: String] {
    var found: [String: String] = [:]
    for match in tag.matches(of: /(\w+)="([^"]*)"/) {
      found[String(match.1)] = String(match.2).replacing("&lt;", with: "<")
        .replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
    return found
  }
}
