import Foundation
import Logging
import Postgres
import Prometheus
import Telemetry
import Testing
import Upstream

/// docs/observability.md says what the code does: every metric with its type and labels, every
/// event with its level and fields, every panel and every alert, in both directions.
@Suite struct ObservabilityDocumentTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func read(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The rows of the tables under a heading of the second or third level, cell by cell.
  private func rows(under heading: String? = nil) throws -> [[String]] {
    var isInside = heading == nil
    var rows: [[String]] = []
    for line in try read("docs/observability.md").split(separator: "\n") {
      if line.hasPrefix("#"), let heading {
        isInside = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces) == heading
      }
      guard isInside, line.hasPrefix("| `") else { continue }
      rows.append(
        line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
          .map { $0.trimmingCharacters(in: .whitespaces) })
    }
    return rows
  }

  private func quoted(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  // MARK: Metrics

  private func metricRows() throws -> [[String]] {
    try rows().filter { $0[0].hasPrefix("`phoenix_") || $0[0].hasPrefix("`process_") }
  }

  @Test func listsEveryMetricAndNoOther() throws {
    let output = try Output()
    let settings = TelemetrySettings(version: "1", outputDescriptor: output.descriptor)
    let known = Set(
      try GatewayTelemetry(settings).registry.familyNames
        + WorkerTelemetry(settings).registry.familyNames)
    let documented = Set(try metricRows().flatMap { quoted($0[0]) })
    #expect(known.subtracting(documented).sorted() == [], "in the catalogue, not in the document")
    #expect(documented.subtracting(known).sorted() == [], "in the document, not in the catalogue")
  }

  /// The type and the label names of every family that has a series.
  private func exported(_ body: [UInt8]) -> [String: (type: String, labels: Set<String>)] {
    var families: [String: (type: String, labels: Set<String>)] = [:]
    var current = ""
    for line in String(decoding: body, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("# TYPE ") {
        let words = line.split(separator: " ")
        current = String(words[2])
        families[current] = (String(words[3]), [])
      } else if !line.hasPrefix("#"), let brace = line.firstIndex(of: "{") {
        for match in line[brace...].matches(of: /[{,]([a-z_]+)="/) {
          if match.1 != "le" { families[current]?.labels.insert(String(match.1)) }
        }
      }
    }
    return families
  }

  @Test func typesAndLabelsAreAsExported() throws {
    let gateway = try GatewayFixture()
    for observation in try Self.everything() { gateway.telemetry.observe(observation) }
    let output = try Output()
    let worker = try WorkerTelemetry(
      TelemetrySettings(
        version: "1", routes: gatewayRoutes, models: ["m"], geminiModels: ["m"],
        outputDescriptor: output.descriptor))
    worker.observe(.requestFinished(try record()))
    let families = exported(gateway.telemetry.renderMetrics(accept: nil).body)
      .merging(exported(worker.renderMetrics(accept: nil).body)) { first, _ in first }
    #expect(families.count > 60)
    for row in try metricRows() {
      let name = try #require(quoted(row[0]).first)
      let family = try #require(families[name], "\(name) has no series")
      #expect(row[1].hasPrefix(family.type), "\(name) is a \(family.type)")
      #expect(Set(quoted(row[2])) == family.labels, "labels of \(name)")
    }
  }

  // MARK: Events

  private struct Event: Hashable, CustomStringConvertible {
    let logger: String
    let message: String
    var description: String { "\(logger): \(message)" }
  }

  private static let call = GeminiCallRecord(
    model: "m", method: "generateContent", outcome: .ok, seconds: 1, usage: TokenUsage(prompt: 1),
    costNanoUSD: 1, error: "cut")

  /// One of each happening, so that every line there is gets written. The switch fails to compile
  /// when a case is added and not thought of here.
  private static func everything() throws -> [GatewayObservation] {
    let lifecycle: [LifecycleEvent] = [
      .starting, .listening(name: "public", address: "a"), .ready, .degraded(reason: "r"),
      .notReady(reason: "r"), .draining(inFlight: 1), .drained(unanswered: 0),
      .drained(unanswered: 1), .stopped, .settingsInvalid(faults: ["f"]), .logsReopened,
      .partRestarted(name: "p", reason: "r"),
    ]
    let unavailable = PostgresError(code: .connectionLost)
    var all: [GatewayObservation] = lifecycle.map { .lifecycle($0) }
    all += [
      .requestBegan, .requestFinished(try record()), .realtimeOpened, .realtimeClosed,
      .conversationsOutlived(count: 1), .realtimeClientDropped, .listener(.listening),
      .listener(.connectionLost(unavailable)),
      .aiAttemptFinished(worker: "w", outcome: .error, seconds: 1),
      .aiAnswered(
        AIAnswerRecord(
          cache: .miss, seconds: 1, secondsToFirstToken: 1, model: "m",
          usage: TokenUsage(prompt: 1), tokensSaved: 1, geminiCalls: [Self.call])),
      .geminiCalled([Self.call]),
      .aiRetried(worker: "w"), .workerChanged(worker: "w", up: true),
      .workerChanged(worker: "w", up: false), .workerInFlightChanged(worker: "w", count: 1),
      .circuitChanged(worker: "w", from: .closed, to: .open),
      .circuitChanged(worker: "w", from: .open, to: .closed), .rateLimited(reason: .address),
      .authenticationFailed(reason: .missing), .identityAsked(outcome: .ok, seconds: 1),
      .backgroundWorkFinished(.revocations, failure: nil),
      .backgroundWorkFinished(.revocations, failure: "e"),
      .dependencyChanged(name: "d", up: true, detail: ""),
      .dependencyChanged(name: "d", up: false, detail: ""), .eventLoopLagged(seconds: 0),
      .reactorLagged(seconds: 0),
      .internalFault(message: "m", requestID: RequestID(nowMilliseconds: 0)),
      .postgres(.connectionFailed(unavailable)), .postgres(.connectionClosed(reason: .lost)),
      .upstream(.idleConnectionDiscarded(bytes: 1)), .upstream(.resendRefused(authority: "a")),
    ]
    for observation in all {
      switch observation {
      case .requestBegan, .requestFinished, .realtimeOpened, .realtimeClosed,
        .realtimeClientDropped, .listener, .conversationsOutlived, .aiAttemptFinished,
        .aiAnswered, .geminiCalled, .aiRetried, .workerChanged, .workerInFlightChanged,
        .circuitChanged,
        .rateLimited, .authenticationFailed, .identityAsked, .backgroundWorkFinished, .lifecycle,
        .dependencyChanged,
        .eventLoopLagged,
        .reactorLagged, .internalFault, .postgres, .upstream:
        continue
      }
    }
    return all
  }

  @Test func listsEveryEventWithItsLevelsAndFields() throws {
    let output = try Output()
    let telemetry = try GatewayTelemetry(
      TelemetrySettings(version: "1", level: .trace, outputDescriptor: output.descriptor))
    for observation in try Self.everything() { telemetry.observe(observation) }
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    try compare(try output.objects(), withTableUnder: "Events")
  }

  /// One of each happening of a worker that the gateway does not have.
  private static func workersOwn() throws -> [AIWorkerObservation] {
    let all: [AIWorkerObservation] = [
      .requestBegan, .requestFinished(try record()), .cacheLookedUp(.miss),
      .cacheEntriesChanged(count: 1), .cacheEvicted(count: 1, reason: .capacity),
      .singleFlightWaited(seconds: 1), .retrieved(seconds: 1, passages: 1),
      .answered(WorkerAnswerRecord(cache: .miss, model: "m", seconds: 1)), .geminiCalled(call),
      .geminiRetried(reason: "internal"), .geminiCircuitChanged(from: .closed, to: .open),
      .geminiCircuitChanged(from: .open, to: .closed), .fellBack(reason: "timeout"),
      .factsFlagged(kind: .amount, count: 1), .modelReplaced(asked: "a", by: "b"),
      .cacheSaved(entries: 1), .cacheRestored(entries: 1, refused: nil),
      .cacheRestored(entries: 0, refused: "malformed"),
      .vectorsRead(passages: 1, missing: 0, refused: nil),
      .vectorsRead(passages: 0, missing: 1, refused: "malformed"), .vectorsMade(passages: 1),
      .vectorsFailed(reason: "timeout"),
      .authenticationFailed(reason: .workerToken), .eventLoopLagged(seconds: 0),
    ]
    for observation in all {
      switch observation {
      case .requestBegan, .requestFinished, .cacheLookedUp, .cacheEntriesChanged, .cacheEvicted,
        .singleFlightWaited, .retrieved, .answered, .geminiCalled, .geminiRetried,
        .geminiCircuitChanged, .fellBack, .factsFlagged, .modelReplaced, .cacheSaved,
        .cacheRestored, .vectorsRead, .vectorsMade, .vectorsFailed, .authenticationFailed,
        .lifecycle, .eventLoopLagged, .internalFault:
        continue
      }
    }
    return all
  }

  @Test func listsEveryEventOfAWorkerToo() throws {
    let output = try Output()
    let telemetry = try WorkerTelemetry(
      TelemetrySettings(version: "1", level: .trace, outputDescriptor: output.descriptor))
    for observation in try Self.workersOwn() { telemetry.observe(observation) }
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    try compare(try output.objects(), withTableUnder: "Events of a worker alone")
  }

  /// The lines against the table, in both directions.
  private func compare(_ objects: [[String: Any]], withTableUnder heading: String) throws {
    var levels: [Event: Set<String>] = [:]
    var fields: [Event: Set<String>] = [:]
    let common: Set<String> = ["ts", "level", "logger", "msg"]
    for object in objects where object["msg"] as? String != "request" {
      let event = Event(
        logger: object["logger"] as? String ?? "", message: object["msg"] as? String ?? "")
      levels[event, default: []].insert(object["level"] as? String ?? "")
      fields[event, default: []].formUnion(Set(object.keys).subtracting(common))
    }
    let table = try rows(under: heading)
    let documented = Set(
      table.map { Event(logger: quoted($0[0]).joined(), message: quoted($0[1]).joined()) })
    #expect(Set(levels.keys).subtracting(documented) == [], "written, not in the document")
    #expect(documented.subtracting(levels.keys) == [], "in the document, never written")
    for row in table {
      let event = Event(logger: quoted(row[0]).joined(), message: quoted(row[1]).joined())
      let stated = row[2].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(Set(stated) == levels[event] ?? [], "levels of \(event)")
      #expect(Set(quoted(row[3])) == fields[event] ?? [], "fields of \(event)")
    }
  }

  // MARK: Dashboards and alerts

  private struct Dashboard: Decodable {
    struct Panel: Decodable {
      struct Target: Decodable { var expr: String? }
      var type: String
      var title: String
      var targets: [Target]?
    }
    var title: String
    var panels: [Panel]
  }

  private func dashboards() throws -> [Dashboard] {
    let folder = Self.root.appendingPathComponent("dashboards/grafana")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .map { try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: $0)) }
  }

  @Test func listsEveryPanelAndNoOther() throws {
    let panels = Set(
      try dashboards().flatMap { dashboard in
        dashboard.panels.filter { $0.type != "row" }.map { "\(dashboard.title) / \($0.title)" }
      })
    let documented = Set(
      try rows(under: "Dashboards").map { "\(quoted($0[0]).joined()) / \(quoted($0[1]).joined())" })
    #expect(panels.count > 25)
    #expect(panels.subtracting(documented).sorted() == [], "drawn, not in the document")
    #expect(documented.subtracting(panels).sorted() == [], "in the document, not drawn")
  }

  @Test func listsEveryAlertWithItsSeverity() throws {
    let rules = try read("ops/prometheus/alerts.yml")
    var severities: [String: String] = [:]
    var alert = ""
    for line in rules.split(separator: "\n") {
      if let name = line.firstMatch(of: /- alert: (\w+)/)?.1 { alert = String(name) }
      if let severity = line.firstMatch(of: /severity: (\w+)/)?.1 {
        severities[alert] = String(severity)
      }
    }
    let table = try rows(under: "Alerts")
    let documented = Dictionary(
      uniqueKeysWithValues: table.map { (quoted($0[0]).joined(), $0[1]) })
    #expect(severities.count >= 18)
    #expect(documented == severities)
    let runbook = try read("docs/runbook.md")
    for name in severities.keys { #expect(runbook.contains("\n## \(name)\n"), "\(name)") }
  }

  /// A query over a metric that nobody exports is always empty and never false.
  @Test func queriesNameOnlyMetricsThatAre() throws {
    let documented = Set(try metricRows().flatMap { quoted($0[0]) })
    var texts = try dashboards().flatMap(\.panels).flatMap { $0.targets ?? [] }.compactMap(\.expr)
    for file in ["rules.yml", "alerts.yml"] {
      texts.append(
        try read("ops/prometheus/\(file)").split(separator: "\n")
          .filter { !$0.contains("record:") && !$0.contains("runbook") && !$0.contains("name:") }
          .joined(separator: "\n"))
    }
    var seen: Set<String> = []
    for text in texts {
      // A recorded series has its level before a colon, and its operation after one.
      for match in text.matches(of: /(:)?\b((?:phoenix|process)_[a-z0-9_]+)(:)?/)
      where match.1 == nil && match.3 == nil {
        var name = String(match.2)
        if !documented.contains(name) {
          for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            name = String(name.dropLast(suffix.utf8.count))
          }
        }
        seen.insert(name)
      }
    }
    #expect(seen.count > 20)
    #expect(seen.subtracting(documented).sorted() == [])
  }
}
