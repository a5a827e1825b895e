import AIWorker
import GeminiSimulator
import Telemetry
import Testing
import WorkerAPI

/// The failure contract: each fault made for real, and both ledgers held against each other.
@Suite struct GeminiFaultTests {
  @Test(arguments: [
    Fault.Kind.rateLimit, .rateLimitBare, .internalError, .unavailable, .deadline, .badGateway,
    .emptyBody, .reset,
  ])
  func whatPassesIsTriedAgain(_ kind: Fault.Kind) async throws {
    for asStream in [false, true] {
      try await GeminiFixture.with { fixture in
        fixture.fail(Fault(kind, retryDelay: "0.05s"), times: 1)
        let reply = fixture.service.answer(
          GeminiFixture.request(), bypassesCache: false, asStream: asStream)
        let answer = try await reply.whole()
        #expect(answer.model == "gemini-2.5-flash")
        #expect(answer.calls.map(\.outcome) == [.error, .ok])
        #expect(fixture.told.geminiRetries.count == 1 && fixture.told.fallbacks.isEmpty)
        #expect(fixture.simulator.ledger.counts.allCalls == 2)
        await fixture.reconcile()
      }
    }
  }

  @Test(arguments: [
    (Fault.Kind.rateLimit, "rate_limited", 3), (.quotaDay, "quota_exhausted", 1),
    (.internalError, "internal", 3), (.unavailable, "unavailable", 3),
    (.badGateway, "unavailable", 3), (.deadline, "provider_deadline", 3),
    (.precondition, "precondition", 1), (.notFound, "model_missing", 1),
    (.invalidKey, "key_refused", 1), (.blocked, "blocked", 1), (.empty, "empty", 1),
    (.maxTokens, "empty", 1), (.unknownReason, "empty", 1), (.recitation, "empty", 1),
    (.reset, "network", 3),
  ])
  func whereItCannotTheExtractiveAnswerStandsIn(
    _ kind: Fault.Kind, _ reason: String, _ calls: Int
  ) async throws {
    // After 0 events nothing was told, so a stream that is withheld at once can be replaced too.
    for asStream in [false, true] {
      try await GeminiFixture.with { fixture in
        fixture.fail(Fault(kind, after: 0, retryDelay: "0.02s"))
        let reply = fixture.service.answer(
          GeminiFixture.request(), bypassesCache: false, asStream: asStream)
        let answer = try await reply.whole()
        #expect(answer.model == "extractive" && answer.answer.contains("1 041,59"))
        #expect(answer.calls.count == calls && answer.calls.allSatisfy { $0.outcome == .error })
        #expect(answer.usage.totalTokens == answer.calls.reduce(0) { $0 + $1.usage.totalTokens })
        #expect(fixture.told.fallbacks == [reason])
        #expect(fixture.simulator.ledger.counts.allCalls == calls)
        // It is not kept as Gemini's: the next one asks again.
        fixture.simulator.faults.removeAll()
        let next = try await fixture.whole()
        #expect(next.model == "gemini-2.5-flash" && next.cache == .miss)
        await fixture.reconcile()
      }
    }
  }

  @Test(arguments: [Fault.Kind.cut, .truncate, .streamError, .badChunk, .safety, .recitation])
  func aStreamThatBreaksAfterItsFirstWordsIsAnError(_ kind: Fault.Kind) async throws {
    try await GeminiFixture.with { fixture in
      // The first sentence is told once the next one begins.
      fixture.fail(Fault(kind, after: 5))
      let events = try await fixture.events()
      let failure = try #require(events.failure)
      #expect(failure.code == "generation_failed" && !events.text.isEmpty)
      #expect(failure.calls.count == 1 && failure.calls[0].outcome == .error)
      #expect(failure.calls[0].usage.candidatesTokens > 0, "partial tokens are counted")
      #expect(fixture.service.stats.entries == 0)
      #expect(fixture.simulator.ledger.counts.allCalls == 1, "no second try after the first word")
      #expect(fixture.told.geminiCalls.map(\.outcome) == [.error])
      fixture.simulator.faults.removeAll()
      #expect(try await fixture.events().done?.cache == .miss)
      await fixture.reconcile()
    }
  }

  /// Whoever reads the whole has seen nothing yet: the answer can still be another's.
  @Test(arguments: [Fault.Kind.cut, .truncate, .badChunk])
  func anAnswerThatBreaksIsReplacedForWhoReadsTheWhole(_ kind: Fault.Kind) async throws {
    try await GeminiFixture.with { fixture in
      fixture.fail(Fault(kind))
      let answer = try await fixture.whole()
      #expect(answer.model == "extractive")
      #expect(fixture.told.fallbacks.count == 1)
      await fixture.reconcile()
    }
  }

  @Test func whoHangsIsAskedTwiceAndNoMore() async throws {
    try await GeminiFixture.with(
      deadline: .seconds(5), change: { $0.firstByteTimeout = .milliseconds(150) }
    ) { fixture in
      fixture.fail(Fault(.hang))
      let started = ContinuousClock.now
      let answer = try await fixture.whole()
      #expect(ContinuousClock.now - started < .seconds(3))
      #expect(answer.model == "extractive")
      #expect(answer.calls.map(\.outcome) == [.timeout, .timeout])
      #expect(fixture.told.fallbacks == ["timeout"])
      await fixture.reconcile()
    }
  }

  @Test func aStreamThatStallsEndsWithItsDeadline() async throws {
    try await GeminiFixture.with(deadline: .milliseconds(600)) { fixture in
      fixture.fail(Fault(.stall, after: 5))
      let events = try await fixture.events()
      #expect(events.failure != nil && !events.text.isEmpty)
      let call = try #require(fixture.told.geminiCalls.first)
      #expect(call.outcome == .timeout && call.wasAbandoned && call.usage.candidates > 0)
      await fixture.reconcile()
    }
  }

  @Test func aWaitThatIsAskedForIsKept() async throws {
    try await GeminiFixture.with { fixture in
      fixture.fail(Fault(.rateLimit, retryDelay: "0.4s"), times: 1)
      let started = ContinuousClock.now
      #expect(try await fixture.whole().model == "gemini-2.5-flash")
      #expect(ContinuousClock.now - started >= .milliseconds(400))
      fixture.fail(Fault(.rateLimit, retryDelay: "60s"))
      let late = ContinuousClock.now
      let answer = try await fixture.whole(GeminiFixture.request("Qui paie la PCH ?"))
      #expect(answer.model == "extractive" && answer.calls.count == 1)
      #expect(ContinuousClock.now - late < .seconds(1), "a minute is too long for a family")
    }
  }

  @Test func afterManyFailuresItIsNotAskedForAWhile() async throws {
    try await GeminiFixture.with { fixture in
      fixture.fail(Fault(.unavailable))
      for number in 0..<6 {
        let request = GeminiFixture.request("Qui paie la PCH ? (\(number))")
        let answer = try await fixture.whole(request)
        #expect(answer.model == "extractive")
      }
      #expect(fixture.told.circuits.first == .open)
      #expect(fixture.told.fallbacks.last == "circuit_open")
      #expect(fixture.simulator.ledger.counts.allCalls < 12)
      fixture.simulator.faults.removeAll()
      #expect(
        await eventually {
          (try? await fixture.whole(GeminiFixture.request("Qui décide de la RQTH ?")))?.model
            == "gemini-2.5-flash"
        })
      #expect(fixture.told.circuits.last == .closed)
      await fixture.reconcile()
    }
  }

  @Test func nobodyListensIsAFailureAndNoCall() async throws {
    try await GeminiFixture.with(change: { $0.baseURL = "http://127.0.0.1:1" }) { fixture in
      let answer = try await fixture.whole()
      #expect(answer.model == "extractive")
      #expect(fixture.told.fallbacks == ["network"] && fixture.told.geminiCalls.isEmpty)
    }
  }

  /// Hits, streams, cancels and faults mixed, then both ledgers.
  @Test func theLedgersAgreeAfterAMixOfEverything() async throws {
    try await GeminiFixture.with(latency: .milliseconds(20)) { fixture in
      #expect(
        fixture.simulator.faults.add(FaultPlan.Rule(Fault(.unavailable), probability: 0.05)))
      #expect(
        fixture.simulator.faults.add(FaultPlan.Rule(Fault(.cut, after: 4), probability: 0.05)))
      #expect(
        fixture.simulator.faults.add(FaultPlan.Rule(Fault(.blocked), probability: 0.05)))
      // Waves, so that some find what others asked for.
      for wave in 0..<6 { await ask(wave, fixture) }
      #expect(await eventually { fixture.service.stats.inFlight == 0 })
      #expect(
        await eventually {
          fixture.told.geminiCalls.count == fixture.simulator.ledger.counts.allCalls
        })
      await fixture.reconcile()
      #expect(fixture.told.lookups.contains(.hit) && fixture.told.lookups.contains(.coalesced))
    }
  }

  private func ask(_ wave: Int, _ fixture: GeminiFixture) async {
    let topics = ["l'AAH", "l'AEEH", "la PCH", "la RQTH", "la CMI"]
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask {
          let request = GeminiFixture.request(
            "Qui paie \(topics[number % 5]) ? (\(number % 20 + wave * 3))", user: "u\(number % 7)")
          let task = Task {
            if number.isMultiple(of: 3) {
              _ = try await fixture.events(request)
            } else {
              _ = try await fixture.whole(request)
            }
          }
          if number.isMultiple(of: 10) {
            try? await Task.sleep(for: .milliseconds(number % 17))
            task.cancel()
          }
          _ = try? await task.value
        }
      }
    }
  }
}
