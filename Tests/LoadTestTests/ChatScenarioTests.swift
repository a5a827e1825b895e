import LoadTest
import NIOCore
import Synchronization
import Testing

/// Users, cookies, streams and reconciliation against a stand-in for the gateway.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ChatScenarioTests {
  /// Counts requests as the gateway does, and can be told to lie.
  private final class FakeGateway: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    private let users = Atomic<Int>(0)
    let extra: Int
    let ending: String

    init(extra: Int = 0, ending: String = "event: done\ndata: {}\n\n") {
      self.extra = extra
      self.ending = ending
    }

    @Sendable func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
      if request.path == "/metrics" { return .response(ScriptedServer.ok(metrics())) }
      let route = String(request.path.prefix { $0 != "?" })
      var status = 200
      defer {
        let key = "method=\"\(request.method)\",route=\"\(route)\",status=\"\(status)\""
        counts.withLock { $0[key, default: 0] += 1 }
      }
      if route == "/api/auth/signup" {
        status = 201
        let user = users.add(1, ordering: .relaxed).newValue
        return .response(
          ScriptedServer.ok(
            "{}", status: 201,
            fields: "Set-Cookie: phoenix_session=s\(user); Path=/; HttpOnly\r\n"
              + "Set-Cookie: phoenix_refresh=r\(user); Path=/\r\n"))
      }
      guard request.headers["cookie"]?.hasPrefix("phoenix_session=s") == true else {
        status = 401
        return .response(ScriptedServer.ok("{}", status: 401))
      }
      if request.headers["accept"] == "text/event-stream" {
        let text = "event: start\ndata: {}\n\nevent: delta\ndata: {\"text\":\"a\"}\n\n" + ending
        return .response(ScriptedServer.events(text))
      }
      let cache = route == "/api/chat/message" ? "X-Cache: hit\r\n" : ""
      return .response(ScriptedServer.ok("{}", fields: cache))
    }

    private func metrics() -> String {
      let lines = counts.withLock { counts in
        counts.map { key, count in
          let lie = key.contains("history") && count > 0 ? extra : 0
          return "phoenix_http_requests_total{\(key)} \(count + lie)\n"
        }
      }
      return "# TYPE phoenix_http_requests_total counter\n" + lines.joined()
    }
  }

  private func scenario(_ server: ScriptedServer, _ change: String = "") throws -> Scenario {
    let text = """
      name: chat
      base: \(server.base)
      users: 6
      seed: 7
      arrival: {rate: 200, process: constant, duration: 1s}
      questions: {zipf: 1.2, list: ["Qu'est-ce que l'AAH ?", "La PCH, c'est quoi ?", "RQTH"]}
      mix: {chat_message: 60, chat_stream: 20, history: 10, me: 10}
      thresholds:
        - error_rate < 0.1%
        - cache_hit_ratio > 40%
        - p95(chat_stream, first_delta) < 10s
        - achieved_rate > 10%
      \(change)
      """
    return try ScenarioReader.read(text, file: "test.yaml") { _ in ("", "") }
  }

  @Test func signsUsersUpAndKeepsTheirCookiesApart() async throws {
    try await ScriptedServer.serving(FakeGateway().answer) { server in
      var scenario = try scenario(server, "source_addresses: true")
      scenario.eventLoops = 2
      let result = try await LoadRun(scenario, witnesses: Witnesses(admin: try TargetURL(server.base))).execute()
      let verdict = Verdict(result)
      #expect(verdict.exitCode == .held, "\(verdict.failures)")
      #expect(result.total.finished == 200 && result.total.failed == 0)
      #expect(result.cacheHitRatio == 1)
      #expect(result.reconciliation?.rows.count == 4)

      let load = server.requests.filter { $0.headers["cookie"] != nil }
      #expect(load.count == 200)
      #expect(Set(load.compactMap { $0.headers["cookie"] }).count == 6)
      // A user is one address, and no address is two users.
      #expect(Set(load.map(\.source)).count == 6)
      #expect(Set(load.map { $0.source + ($0.headers["cookie"] ?? "") }).count == 6)
      let emails = Set(server.requests.filter { $0.path == "/api/auth/signup" }.map(\.body))
      #expect(emails.count == 6)
      let questions = load.filter { $0.method == "POST" }.map(\.body)
      #expect(Set(questions).count == 3)
      #expect(questions.contains(#"{"message":"Qu'est-ce que l'AAH ?"}"#))
    }
  }

  @Test func aSeedDrawsTheSameRequestsAgain() async throws {
    @Sendable func drawn() async throws -> [String] {
      try await ScriptedServer.serving(FakeGateway().answer) { server in
        var scenario = try scenario(server)
        // In one connection's order, which is the order of issue.
        scenario.connections = 1
        _ = try await LoadRun(scenario).execute()
        return server.requests.filter { $0.headers["cookie"] != nil }.map { $0.path + $0.body }
      }
    }
    let first = try await drawn()
    #expect(first.count == 200)
    #expect(try await drawn() == first)
  }

  @Test(arguments: [1, -1]) func aCounterOffByOneFailsTheRunAndBothNumbersAreNamed(
    lie: Int
  ) async throws {
    try await ScriptedServer.serving(FakeGateway(extra: lie).answer) { server in
      let result = try await LoadRun(scenario(server), witnesses: Witnesses(admin: TargetURL(server.base))).execute()
      let verdict = Verdict(result)
      #expect(verdict.exitCode == .failed)
      let seen = try #require(result.tally.operations[2].ledger[200])
      #expect(
        verdict.failures == [
          "reconciliation GET /api/chat/history 200: client \(seen), server \(seen + lie)"
        ])
    }
  }

  @Test(
    arguments: [
      ("event: error\ndata: {}\n\n", FailureKind.streamError),
      ("", .streamIncomplete),
      ("event: done\n", .streamIncomplete),
      ("event: done\ndata: {}\n\nevent: done\ndata: {}\n\n", .streamIncomplete),
    ]) func aStreamThatDoesNotEndWellIsAFailure(ending: String, kind: FailureKind) async throws
  {
    try await ScriptedServer.serving(FakeGateway(ending: ending).answer) { server in
      let result = try await LoadRun(scenario(server)).execute()
      let streams = result.tally.operations[1]
      #expect(streams.finished > 10)
      #expect(streams.failures == [kind: streams.finished])
      #expect(Verdict(result).exitCode == .failed)
    }
  }

  @Test func aRefusedSignUpEndsTheRunBeforeItBegins() async throws {
    try await ScriptedServer.serving({ _ in
      .response(ScriptedServer.ok("{}", status: 429))
    }) { server in
      await #expect(
        throws: LoadRunError.signUpRefused("sign-up: status 429, not 201")
      ) {
        try await LoadRun(scenario(server)).execute()
      }
    }
  }

  @Test func timesAStreamsFirstByteFirstDeltaAndEnd() async throws {
    try await ScriptedServer.serving({ request in
      if request.path == "/api/auth/signup" {
        return .response(ScriptedServer.ok("{}", status: 201, fields: "Set-Cookie: a=b\r\n"))
      }
      let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
      return .pieces(
        [
          head + "Transfer-Encoding: chunked\r\n\r\n",
          "17\r\nevent: delta\ndata: {}\n\n\r\n",
          "16\r\nevent: done\ndata: {}\n\n\r\n0\r\n\r\n",
        ], pause: .milliseconds(60))
    }) { server in
      var scenario = try scenario(server)
      scenario.operations = scenario.operations.filter { $0.kind == .chatStream }
      scenario.arrival = .open(rate: 20, process: .constant)
      let stream = try await LoadRun(scenario).execute().tally.operations[0]
      #expect(stream.finished == 20 && stream.failed == 0, "\(stream.failures)")
      func fastest(_ phase: LatencyPhase) -> Double { Double(stream.histogram(phase).min) / 1e9 }
      #expect(fastest(.firstByte) >= 0.06 && fastest(.firstDelta) >= 0.12)
      #expect(fastest(.latency) >= 0.18)
      #expect(fastest(.firstByte) < fastest(.firstDelta))
    }
  }
}
