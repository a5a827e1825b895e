import Foundation
import GeminiSimulator
import Testing
import Upstream

/// Faults in the middle of an answer, how they are asked for, and what is counted.
@Suite struct FaultTests {
  private func stream(_ fixture: SimulatorFixture, _ fault: String) async throws
    -> SimulatorFixture.Reply
  {
    try await fixture.ask(
      "streamGenerateContent", question(), query: "?alt=sse", fault: fault)
  }

  @Test func aStreamEndsAsItsFaultSays() async throws {
    try await SimulatorFixture.with { fixture in
      let truncated = try await stream(fixture, "truncate;after=2")
      let events = SimulatorFixture.events(truncated)
      #expect(events.count == 2)
      #expect(events.allSatisfy { SimulatorFixture.finishReason($0) == nil })

      let bare = try await stream(fixture, "stream_error;after=1")
      let tail = try #require(bare.text.components(separatedBy: "\r\n\r\n").last)
      #expect(tail.hasPrefix("{\n  \"error\": {\n") && tail.contains("CANCELLED"))

      let bad = try await stream(fixture, "bad_chunk")
      #expect(bad.text.hasSuffix("{\"par\r\n\r\n"))

      let withheld = SimulatorFixture.events(try await stream(fixture, "safety;after=2"))
      #expect(withheld.count == 3)
      #expect(SimulatorFixture.finishReason(try #require(withheld.last)) == "SAFETY")
      #expect(SimulatorFixture.text(try #require(withheld.last)) == "")

      await #expect(throws: UpstreamError.self) { try await stream(fixture, "cut;after=1") }
      await #expect(throws: UpstreamError.self) { try await stream(fixture, "reset") }
    }
  }

  @Test func answersWithoutTextHaveTheirShapes() async throws {
    try await SimulatorFixture.with { fixture in
      let blocked = try await fixture.ask(question(), fault: "blocked")
      #expect(blocked.status == 200 && blocked.json["candidates"] == nil)
      #expect(
        (blocked.json["promptFeedback"] as? [String: Any])?["blockReason"] as? String
          == "PROHIBITED_CONTENT")
      #expect(SimulatorFixture.usage(blocked.json)["promptTokenCount"] != nil)
      let streamed = SimulatorFixture.events(try await stream(fixture, "blocked"))
      #expect(streamed.count == 1 && streamed[0]["promptFeedback"] != nil)
      let empty = try await fixture.ask(question(), fault: "empty")
      let candidate = (empty.json["candidates"] as? [[String: Any]])?.first
      #expect(candidate?["content"] == nil && candidate?["finishReason"] as? String == "OTHER")
      let bound = try await fixture.ask(question(), fault: "max_tokens")
      #expect(SimulatorFixture.finishReason(bound.json) == "MAX_TOKENS")
      let unknown = try await fixture.ask(question(), fault: "unknown_reason")
      #expect(SimulatorFixture.finishReason(unknown.json) == "SOMETHING_NEW")
      let invented = try await fixture.ask(question(), fault: "ungrounded")
      #expect(SimulatorFixture.text(invented.json).contains("9 876,54 €"))
      let thoughts = try await fixture.ask(question(), fault: "thoughts")
      #expect(thoughts.text.contains("\"thought\": true"))
    }
  }

  @Test func aMarkInThePromptAsksForAFaultSoManyTimes() async throws {
    try await SimulatorFixture.with { fixture in
      let marked = question("Quel montant ? [[fault:unavailable;times=2]]")
      var statuses: [Int] = []
      for _ in 0..<3 { statuses.append(try await fixture.ask(marked).status) }
      #expect(statuses == [503, 503, 200])
      let other = question("Autre question [[fault:internal]]")
      #expect(try await fixture.ask(other).status == 500)
    }
  }

  @Test func rulesComeFromTheSidePort() async throws {
    try await SimulatorFixture.with { fixture in
      let added = try await fixture.side(
        .post, "/faults",
        #"{"fault":"rate_limit","count":2,"retry_delay":"3s","method":"generateContent"}"#)
      #expect(added.status == 200)
      #expect(
        try await fixture.ask("streamGenerateContent", question(), query: "?alt=sse").status == 200)
      var statuses: [Int] = []
      for _ in 0..<3 { statuses.append(try await fixture.ask(question()).status) }
      #expect(statuses == [429, 429, 200])
      _ = try await fixture.side(.post, "/faults", #"{"fault":"internal","contains":"PCH"}"#)
      #expect(try await fixture.ask(question("la PCH")).status == 500)
      #expect(try await fixture.ask(question("l'AAH")).status == 200)
      _ = try await fixture.side(.delete, "/faults")
      #expect(try await fixture.ask(question("la PCH")).status == 200)
      _ = try await fixture.side(.post, "/faults", #"{"fault":"internal","probability":0.3}"#)
      var failed = 0
      for _ in 0..<200 { failed += try await fixture.ask(question()).status == 500 ? 1 : 0 }
      #expect((40...80).contains(failed), "\(failed) of 200")
      for bad in [
        "", "[]", "{}", #"{"fault":"nope"}"#, #"{"fault":"cut","foo":1}"#,
        #"{"fault":"cut","after":-1}"#, #"{"fault":"cut","probability":2}"#,
        #"{"fault":"rate_limit","retry_delay":"soon"}"#,
      ] {
        #expect(try await fixture.side(.post, "/faults", bad).status == 400, "\(bad)")
      }
      #expect(try await fixture.side(.get, "/nothing").status == 404)
    }
  }

  @Test func everyCallAndTokenIsCounted() async throws {
    try await SimulatorFixture.with { fixture in
      var tokens = 0
      for number in 0..<5 {
        let reply = try await fixture.ask(question("question \(number)"))
        tokens += SimulatorFixture.usage(reply.json)["totalTokenCount"] ?? 0
      }
      let events = SimulatorFixture.events(
        try await fixture.ask("streamGenerateContent", question(), query: "?alt=sse"))
      tokens += SimulatorFixture.usage(try #require(events.last))["totalTokenCount"] ?? 0
      // A broken answer counts with what it told; refusals count as calls and cost nothing.
      let broken = SimulatorFixture.events(try await stream(fixture, "truncate;after=2"))
      tokens += SimulatorFixture.usage(try #require(broken.last))["totalTokenCount"] ?? 0
      _ = try await fixture.ask(question(), fault: "internal")
      _ = try await fixture.ask(question(), key: "invalid-one")
      _ = try await fixture.ask("countTokens", question())
      let counts = try await fixture.side(.get, "/counts").json
      let calls = try #require(counts["calls"] as? [String: Int])
      #expect(calls == ["countTokens": 1, "generateContent": 7, "streamGenerateContent": 2])
      let kinds = try #require(counts["tokens"] as? [String: Int])
      #expect(kinds.values.reduce(0, +) == tokens)
      #expect(counts["faults"] as? [String: Int] == ["internal": 1, "truncate": 1])
      #expect(counts["active"] as? Int == 0)
      _ = try await fixture.side(.post, "/reset")
      let empty = try await fixture.side(.get, "/counts").json
      #expect((empty["calls"] as? [String: Int])?.isEmpty == true)
    }
  }

  @Test func aCallerThatLeavesIsListedApart() async throws {
    try await SimulatorFixture.with { fixture in
      let waiting = Task {
        try await fixture.ask(
          "streamGenerateContent", question(), query: "?alt=sse", fault: "stall;after=2")
      }
      let ledger = fixture.simulator.ledger
      #expect(await eventually { ledger.counts.active == 1 })
      try await Task.sleep(for: .milliseconds(50))
      waiting.cancel()
      #expect(await eventually { ledger.counts.cancelledCalls == 1 })
      let counts = ledger.counts
      #expect(counts.active == 0 && counts.tokens.total == 0)
      #expect(counts.cancelledTokens.prompt > 0 && counts.cancelledTokens.candidates > 0)
      let hanging = Task { try await fixture.ask(question(), fault: "hang") }
      #expect(await eventually { ledger.counts.active == 1 })
      hanging.cancel()
      #expect(await eventually { ledger.counts.cancelledCalls == 2 })
      #expect(
        ledger.counts.cancelledTokens == counts.cancelledTokens, "a hanging call told nothing")
    }
  }
}

/// Waits until `condition` holds; false where 10 s were not enough.
func eventually(_ condition: () async -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < deadline {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(2))
  }
  return false
}
