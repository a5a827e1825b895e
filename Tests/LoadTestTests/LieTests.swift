import Foundation
import LoadTest
import Testing

/// Every lie that a witness can tell fails the run and is named with both numbers.
@Suite(.serialized, .timeLimit(.minutes(3))) struct LieTests {
  private static let text = """
    name: truth
    users: 4
    seed: 11
    generator_lag_max: 5s
    arrival: {rate: 300, process: constant, duration: 1s}
    questions: ["Qu'est-ce que l'AAH ?", "La PCH, c'est quoi ?"]
    mix: {chat_message: 25, chat_stream: 25, canary_message: 25, history: 25}
    """

  private func run(_ lie: FakeGateway.Lie) async throws -> (verdict: Verdict, result: RunResult) {
    let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    let fake = FakeGateway(lie, logPath: log.path)
    return try await ScriptedServer.serving(fake.answer) { server in
      var scenario = try ScenarioReader.read(Self.text, file: "t.yaml") { _ in ("", "") }
      scenario.base = try TargetURL(server.base)
      let witnesses = Witnesses(
        admin: try TargetURL(server.base),
        workers: [try TargetURL(server.base + "/worker-metrics")],
        simulator: try TargetURL(server.base), requestLog: log.path)
      let result = try await LoadRun(scenario, witnesses: witnesses, patience: .milliseconds(400))
        .execute()
      return (Verdict(result), result)
    }
  }

  @Test func theTruthHolds() async throws {
    let (verdict, result) = try await run(.none)
    #expect(verdict.exitCode == .held, "\(verdict.failures)")
    let reconciliation = try #require(result.reconciliation)
    #expect(reconciliation.notes.isEmpty, "\(reconciliation.notes)")
    let subjects = reconciliation.checks.map { "\($0.subject): \($0.ours.who) \($0.theirs.who)" }
    for expected in [
      "p50 POST /api/chat/message: client histogram",
      "p50 of 5 minutes /api/chat/message: client summary",
      "p95 outside POST /api/chat/message: client bound",
      "cache hit: client gateway", "cache hit: gateway workers", "tokens: client gateway",
      "tokens: gateway workers", "tokens: gateway simulator", "Gemini calls: gateway simulator",
      "request log POST /api/chat/message 200: lines gateway", "request log tokens: lines gateway",
    ] { #expect(subjects.contains(expected), "\(expected) is not among \(subjects)") }
    let canaries = result.canaries
    #expect(canaries.planted > 50 && canaries.own > 5 && canaries.foreign == 0)
    let chat = result.tally.operations[0]
    #expect(chat.usage.total == FakeGateway.tokensEach * chat.servedMost.count)
    // Server-Timing of every answer: 40 in all, 2.25 on PostgreSQL, 10 on a worker.
    #expect(chat.stages.count == chat.finished)
    #expect(abs(try #require(chat.stages.mean(\.overhead)) - 0.027_75) < 1e-9)
  }

  @Test(
    arguments: [
      (.counter(1), "GET /api/chat/history 200: client N, server N+1"),
      (.counter(-1), "GET /api/chat/history 200: client N, server N-1"),
      (.histogram, "p50 POST /api/chat/message: client * ms, histogram 0.000 to 1.00 ms"),
      (.window, "p50 of 5 minutes /api/chat/message: client * ms, summary 900.0 ms"),
      (.lateStart, "p50 outside POST /api/chat/message: client * ms, bound * ms"),
      (.cache, "cache hit: client N, gateway N+1"),
      (.tokensTwice, "tokens: client N, gateway N+21"),
      (.lostLogLine, "request log * 20*: lines N, gateway N+1"),
      (.workerCache, "cache miss: gateway N, workers N+1"),
      (.workerTokens, "tokens: gateway N, workers N+1"),
      (.simulatorCalls, "Gemini calls: gateway N, simulator N+1"),
      (.simulatorTokens, "tokens: gateway N, simulator N+1"),
    ] as [(FakeGateway.Lie, String)]) func aLieIsNamed(
      lie: FakeGateway.Lie, expected: String
    ) async throws
  {
    let (verdict, _) = try await run(lie)
    #expect(verdict.exitCode == .failed)
    #expect(
      verdict.failures.contains { Self.matches($0, "reconciliation " + expected) },
      "\(verdict.failures)")
  }

  @Test func anothersRowIsNamedWithWhoSawWhat() async throws {
    let (verdict, result) = try await run(.anothersRow)
    #expect(verdict.exitCode == .failed && result.canaries.foreign > 0)
    let pattern =
      #/
      isolation:\ \d+\ foreign\ canaries\ in\ \d+\ answers:\ history:
      \ user\ (\d)\ was\ shown\ canari[0-9a-f]{8}n(\d)f.*
      /#
    let matched = verdict.failures.compactMap { $0.wholeMatch(of: pattern) }.first
    let found = try #require(matched, "\(verdict.failures)")
    #expect(found.1 != found.2)
    let history = result.tally.operations[3]
    #expect((history.failures[.foreignCanary] ?? 0) > 0)
  }

  /// `*` is any text, `N` the same number each time, `N+1` that number and one.
  private static func matches(_ text: String, _ pattern: String) -> Bool {
    let escaped = NSRegularExpression.escapedPattern(for: pattern)
      .replacingOccurrences(of: "\\*", with: ".*")
    var number = 0
    var regex = "^"
    var offsets: [Int] = []
    var rest = escaped[...]
    while let place = rest.range(of: #"\bN(\\\+|-)?\d*"#, options: .regularExpression) {
      regex += rest[..<place.lowerBound] + "(\\d+)"
      let offset = rest[place].dropFirst().replacingOccurrences(of: "\\+", with: "")
      offsets.append(Int(offset) ?? 0)
      rest = rest[place.upperBound...]
      number += 1
    }
    regex += rest + "$"
    guard let expression = try? NSRegularExpression(pattern: regex),
      let match = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text))
    else { return false }
    let numbers = (0..<number).compactMap { index -> Int? in
      Range(match.range(at: index + 1), in: text).flatMap { Int(text[$0]) }.map {
        $0 - offsets[index]
      }
    }
    return numbers.count == number && Set(numbers).count <= 1
  }
}
