import LoadTest
import NIOCore
import Synchronization
import Testing

/// Users, cookies, streams and reconciliation against a stand-in for the gateway.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ChatScenarioTests {
  private func scenario(_ server: ScriptedServer, _ change: String = "") throws -> Scenario {
    let text = """
      name: chat
      base: \(server.base)
      users: 6
      seed: 7
      generator_lag_max: 5s
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
      let result = try await LoadRun(
        scenario, witnesses: Witnesses(admin: try TargetURL(server.base))
      ).execute()
      let verdict = Verdict(result)
      #expect(verdict.exitCode == .held, "\(verdict.failures)")
      #expect(result.total.finished == 200 && result.total.failed == 0)
      #expect((result.cacheHitRatio ?? 0) > 0.5)
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
