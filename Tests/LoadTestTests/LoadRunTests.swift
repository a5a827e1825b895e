import LoadTest
import NIOCore
import Synchronization
import Testing

/// Whole runs against a server whose truth is known.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LoadRunTests {
  private func get(
    _ server: ScriptedServer, _ arrival: Scenario.Arrival, for duration: Duration
  ) throws -> Scenario {
    Scenario.get(try TargetURL(server.base + "/thing"), arrival: arrival, duration: duration)
  }

  @Test(arguments: [1, 3]) func holdsAConstantRateWithinOnePercent(loops: Int) async throws {
    try await ScriptedServer.serving({ _ in .response(ScriptedServer.ok("fine")) }) { server in
      var scenario = try get(server, .open(rate: 500, process: .constant), for: .seconds(2))
      scenario.eventLoops = loops
      let result = try await LoadRun(scenario).execute()
      #expect(result.tally.planned == 1000)
      #expect(result.total.finished == 1000 && result.total.failed == 0)
      #expect(server.requests.count == 1000)
      // The slope of the line through all arrivals: one late moment must not decide.
      let instants = server.requests.map { Double($0.instant) / 1e9 }.sorted()
      let middle = instants.reduce(0, +) / 1000
      var covariance = 0.0
      var variance = 0.0
      for (index, instant) in instants.enumerated() {
        covariance += (Double(index) - 499.5) * (instant - middle)
        variance += (instant - middle) * (instant - middle)
      }
      #expect(abs(covariance / variance - 500) < 5, "\(covariance / variance) a second")
    }
  }

  @Test func openLoopShowsAStallThatAClosedLoopHides() async throws {
    @Sendable func stalling() -> ScriptedServer.Script {
      let first = Atomic<UInt64>(0)
      return { request in
        _ = first.compareExchange(expected: 0, desired: request.instant, ordering: .relaxed)
        let age = Int64(request.instant - first.load(ordering: .relaxed)) / 1_000_000
        // One stall, from 0.8 s to 1.5 s: whoever comes then waits for its end.
        let wait = (800..<1500).contains(age) ? 1500 - age : 2
        return .response(ScriptedServer.ok("slow"), after: .milliseconds(wait))
      }
    }
    let open = try await ScriptedServer.serving(stalling()) { server in
      try await LoadRun(
        get(server, .open(rate: 300, process: .constant), for: .milliseconds(2400))
      ).execute()
    }
    let closed = try await ScriptedServer.serving(stalling()) { server in
      try await LoadRun(get(server, .closed(clients: 2), for: .milliseconds(2400))).execute()
    }
    let seen = try #require(open.total.histogram(.latency).percentile(99))
    let hidden = try #require(closed.total.histogram(.latency).percentile(99))
    #expect(seen > 0.6 && seen < 1.2, "\(seen)")
    #expect(hidden < 0.3, "\(hidden)")
    #expect(open.total.finished == 720)
  }

  @Test func latencyCountsTheWaitForAConnectionAndServiceTimeDoesNot() async throws {
    try await ScriptedServer.serving(
      { _ in .response(ScriptedServer.ok("x"), after: .milliseconds(20)) }
    ) { server in
      // One connection carries at most 50 a second, so at 100 a second the queue grows.
      var scenario = try get(server, .open(rate: 100, process: .constant), for: .seconds(1))
      scenario.connections = 1
      let result = try await LoadRun(scenario).execute()
      let latency = try #require(result.total.histogram(.latency).percentile(99))
      let service = try #require(result.total.histogram(.service).percentile(50))
      #expect(server.connectionsOpened == 2, "the probe's and one more")
      #expect(result.total.finished == 100)
      #expect(latency > 0.7 && service < 0.3, "\(latency) \(service)")
      #expect(try #require(result.achievedRate) < 0.9)
      #expect(!result.generatorFaults.isEmpty)
    }
  }

  @Test func closedLoopKeepsToItsClients() async throws {
    try await ScriptedServer.serving(
      { _ in .response(ScriptedServer.ok("x"), after: .milliseconds(5)) }
    ) { server in
      let result = try await LoadRun(
        get(server, .closed(clients: 4), for: .milliseconds(500))
      ).execute()
      #expect(result.tally.connections.openMax == 4)
      #expect(result.total.finished == server.requests.count)
      #expect(result.total.finished > 20 && result.total.finished <= 400)
    }
  }

  @Test func countsEveryStatusAndFailureOnce() async throws {
    let number = Atomic<Int>(0)
    try await ScriptedServer.serving({ _ in
      switch number.add(1, ordering: .relaxed).newValue % 10 {
      case 0: .response(ScriptedServer.ok("no", status: 503))
      case 1: .response(ScriptedServer.ok("no", status: 404))
      case 2: .closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      case 3: .response("HTTQ/1.1 200 OK\r\n\r\n")
      case 4: .silence
      case 5: .response(ScriptedServer.ok("x", fields: "Connection: close\r\n"))
      case 6: .response(ScriptedServer.ok("x") + "more than announced")
      default: .response(ScriptedServer.ok("x"))
      }
    }) { server in
      var scenario = try get(server, .open(rate: 200, process: .constant), for: .seconds(1))
      scenario.timeout = .milliseconds(400)
      let result = try await LoadRun(scenario).execute()
      let total = result.total
      #expect(total.finished == 200 && server.requests.count == 200)
      #expect(
        total.failures == [.status: 40, .closed: 20, .malformed: 40, .timeout: 20],
        "\(total.failures)")
      #expect(total.failed == 120)
      #expect(total.statuses[503] == 20 && total.statuses[404] == 20)
      // The half answer had a status; what broke the grammar or never came had none to trust.
      #expect(total.ledger == [200: 100, 404: 20, 503: 20], "\(total.ledger)")
      #expect(total.unanswered == 60)
      #expect(result.errorRate(total) == 0.6)
    }
  }

  @Test func warmUpIsSentButNotMeasured() async throws {
    let timed = ScriptedServer.ok("x", fields: "Server-Timing: db;dur=1.000, total;dur=2.000\r\n")
    try await ScriptedServer.serving({ _ in .response(timed) }) { server in
      var scenario = try get(server, .open(rate: 100, process: .constant), for: .seconds(1))
      scenario.warmup = .milliseconds(500)
      let result = try await LoadRun(scenario).execute()
      #expect(server.requests.count == 150)
      #expect(result.total.finished == 100 && result.total.ledger == [200: 150])
      // Its answers would make the first, slow ones part of the means.
      #expect(result.total.stages.count == 100)
    }
  }

  @Test func refusedTargetIsUnreachable() async throws {
    let port = try await ScriptedServer.serving({ _ in .silence }) { $0.port }
    let scenario = Scenario.get(
      try TargetURL("http://127.0.0.1:\(port)/"), arrival: .closed(clients: 2),
      duration: .seconds(1))
    await #expect(throws: LoadRunError.unreachable("http://127.0.0.1:\(port)", .refused)) {
      try await LoadRun(scenario).execute()
    }
  }

  @Test func stopsWhenAskedAndReportsWhatItHas() async throws {
    let stop = StopSignal()
    try await ScriptedServer.serving({ _ in .response(ScriptedServer.ok("x")) }) { server in
      let scenario = try get(server, .open(rate: 200, process: .poisson), for: .seconds(600))
      let start = ContinuousClock.now
      let result = try await LoadRun(scenario, stop: stop) { progress in
        if case .running = progress { stop.request() }
      }.execute()
      #expect(ContinuousClock.now - start < .seconds(20))
      #expect(result.ending == .interrupted)
      #expect(result.total.finished == server.requests.count && result.total.finished > 50)
      #expect(result.measured < 20)
      #expect(Verdict(result).exitCode == .held)
    }
  }

  @Test func aTargetThatDiesEndsTheRunAsUnreachable() async throws {
    let number = Atomic<Int>(0)
    try await ScriptedServer.serving({ _ in
      number.add(1, ordering: .relaxed).newValue < 20
        ? .response(ScriptedServer.ok("x")) : .closing("")
    }) { server in
      let scenario = try get(server, .open(rate: 50, process: .constant), for: .seconds(60))
      let result = try await LoadRun(scenario).execute()
      #expect(result.ending == .targetLost)
      #expect(Verdict(result).exitCode == .unreachable)
      #expect(result.measured < 30)
    }
  }
}
