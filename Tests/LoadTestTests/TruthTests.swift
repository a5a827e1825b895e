import Glibc
import LoadTest
import NIOCore
import Synchronization
import Testing

/// The tester tells what was, its own failings too.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TruthTests {
  private func get(
    _ base: String, _ arrival: Scenario.Arrival, for duration: Duration
  ) throws -> Scenario {
    Scenario.get(try TargetURL(base), arrival: arrival, duration: duration)
  }

  /// 5 ms, but one second of stall in every ten.
  private static func stalling() -> ScriptedServer.Script {
    let first = Atomic<UInt64>(0)
    return { request in
      _ = first.compareExchange(expected: 0, desired: request.instant, ordering: .relaxed)
      let age = Int64(request.instant - first.load(ordering: .relaxed)) / 1_000_000 % 10_000
      let wait = (4000..<5000).contains(age) ? 5000 - age : 5
      return .response(ScriptedServer.ok("ok"), after: .milliseconds(wait))
    }
  }

  @Test func atAThousandASecondTheStallIsSeenAndTheRateHeld() async throws {
    let open = try await ScriptedServer.serving(Self.stalling()) { server in
      var scenario = try get(server.base, .open(rate: 1000, process: .constant), for: .seconds(10))
      scenario.connections = 1500
      let result = try await LoadRun(scenario).execute()
      #expect(server.requests.count == 10_000)
      let instants = server.requests.map { Double($0.instant) / 1e9 }.sorted()
      // From the line through all arrivals: nothing bunches behind the stall.
      let middle = instants.reduce(0, +) / 10_000
      var covariance = 0.0
      var variance = 0.0
      for (index, instant) in instants.enumerated() {
        covariance += (Double(index) - 4999.5) * (instant - middle)
        variance += (instant - middle) * (instant - middle)
      }
      #expect(abs(covariance / variance - 1000) < 10, "\(covariance / variance) a second")
      return result
    }
    let closed = try await ScriptedServer.serving(Self.stalling()) { server in
      try await LoadRun(get(server.base, .closed(clients: 5), for: .seconds(10))).execute()
    }
    #expect(open.total.finished == 10_000 && open.tally.planned == 10_000)
    #expect(open.total.statuses == [200: 10_000] && open.total.failed == 0)
    let latency = open.total.histogram(.latency)
    #expect(try #require(latency.percentile(99)) > 0.8)
    #expect(Double(latency.max) / 1e9 > 0.95 && Double(latency.max) / 1e9 < 3)
    #expect(try #require(closed.total.histogram(.latency).percentile(99)) < 0.4)
    #expect(try #require(closed.total.histogram(.latency).percentile(99.9)) < 0.4)
    #expect(open.tally.scheduleDelay.count == 10_000)
  }

  @Test func aGeneratorThatFallsBehindMakesTheRunInvalid() async throws {
    try await ScriptedServer.serving({ _ in
      .response(ScriptedServer.ok("x"), after: .milliseconds(50))
    }) { server in
      // One connection carries twenty a second.
      var scenario = try get(server.base, .open(rate: 100, process: .constant), for: .seconds(1))
      scenario.connections = 1
      let verdict = Verdict(try await LoadRun(scenario).execute())
      #expect(!verdict.isValid && verdict.exitCode == .failed)
      #expect(
        verdict.failures.contains {
          $0.hasPrefix("invalid run, the generator fell behind: it sent ")
        }, "\(verdict.failures)")
    }
  }

  @Test func lagAboveItsBoundMakesTheRunInvalid() async throws {
    try await ScriptedServer.serving({ _ in .response(ScriptedServer.ok("x")) }) { server in
      var scenario = try get(server.base, .closed(clients: 1), for: .seconds(1))
      scenario.generatorLagMax = .nanoseconds(1)
      let result = try await LoadRun(scenario).execute()
      #expect(result.tally.loopLag.count >= 5, "a closed loop takes its pulse too")
      #expect(Verdict(result).failures.contains { $0.contains("its event loop was late: p99") })
      #expect(!Verdict(result).isValid)
    }
  }

  @Test func aResetStreamIsToldAsOne() async throws {
    let begun =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "17\r\nevent: delta\ndata: {}\n\n\r\n"
    try await ScriptedServer.serving({ _ in .resetting(begun) }) { server in
      let result = try await LoadRun(
        get(server.base, .open(rate: 50, process: .constant), for: .seconds(1))
      ).execute()
      let failures = result.total.failures
      #expect((failures[.reset] ?? 0) > 40, "\(failures)")
      #expect(result.total.failed == 50)
      let verdict = Verdict(result)
      #expect(verdict.exitCode == .failed)
      #expect(
        verdict.failures.contains {
          $0.hasPrefix("no request succeeded: ")
            && $0.hasSuffix("reset, the server reset the connection before the answer was whole")
        }, "\(verdict.failures)")
      #expect(TextReport(result, verdict).description.contains("reset: the server reset"))
    }
  }

  @Test func aLostTargetSaysWhy() async throws {
    let number = Atomic<Int>(0)
    try await ScriptedServer.serving({ _ in
      number.add(1, ordering: .relaxed).newValue < 20
        ? .response(ScriptedServer.ok("x")) : .closing("")
    }) { server in
      let verdict = Verdict(
        try await LoadRun(get(server.base, .open(rate: 50, process: .constant), for: .seconds(60)))
          .execute())
      #expect(verdict.exitCode == .unreachable)
      #expect(
        verdict.failures.last
          == "target lost: \(server.base) answers no more: closed, the server closed the "
          + "connection before the answer was whole")
    }
  }

  @Test func refusedIsUnreachableInWords() {
    #expect(
      LoadRunError.unreachable("http://a", .refused).description
        == "target unreachable: http://a: refused, nobody listens there")
    #expect(throws: TargetURLError.self) { try TargetURL("https://a") }
  }

  @Test func journeysTakeTheirStepsInOrderAndPause() async throws {
    let fake = FakeGateway()
    try await ScriptedServer.serving(fake.answer) { server in
      let text = """
        name: walk
        base: \(server.base)
        users: 30
        generator_lag_max: 5s
        arrival: {rate: 5, process: constant, duration: 2s}
        questions: [Une question]
        mix:
          visit: {weight: 1, steps: [me, chat_message, follow_up, patch_procedure], think: 20ms..60ms}
        """
      var scenario = try ScenarioReader.read(text, file: "w.yaml") { _ in ("", "") }
      scenario.sourceAddresses = true
      let result = try await LoadRun(scenario).execute()
      #expect(result.total.failed == 0, "\(result.total.failures)")
      let visits = Dictionary(
        grouping: server.requests.filter { $0.path != "/api/auth/signup" }, by: \.source)
      let whole = visits.values.filter { $0.count == 4 }
      #expect(whole.count > 1, "\(visits.values.map(\.count))")
      for visit in whole {
        #expect(
          visit.map { $0.method + " " + $0.path } == [
            "GET /api/auth/me", "POST /api/chat/message", "POST /api/chat/message",
            // Nothing to patch yet: it is made first.
            "POST /api/procedures",
          ])
        #expect(visit[2].body.contains("\"conversation_id\":\"c1\""))
        #expect(!visit[1].body.contains("conversation_id"))
        for (then, now) in zip(visit, visit.dropFirst()) {
          #expect(now.instant - then.instant > 50_000_000, "the answer's 40 ms and a pause")
        }
      }
    }
  }

  @Test func aClosedLoopThinksBetweenItsRequests() async throws {
    try await ScriptedServer.serving({ _ in .response(ScriptedServer.ok("x")) }) { server in
      var scenario = try get(server.base, .closed(clients: 3), for: .seconds(1))
      scenario.think = .milliseconds(100) ... .milliseconds(100)
      let result = try await LoadRun(scenario).execute()
      #expect(result.total.finished >= 15 && result.total.finished <= 30)
    }
  }
}
