import AIWorker
import Testing
import WorkerAPI

@Suite struct SingleFlightTests {
  private let clock = ManualClock()
  private let flights: SingleFlight

  init() {
    let clock = clock
    flights = SingleFlight(
      cache: ResponseCache(capacity: 10, lifetime: .seconds(60)), now: { clock.now() })
  }

  private func claim(
    _ name: String, for scope: CacheScope = .public, work: @escaping SingleFlight.Work
  ) -> SingleFlight.Claim {
    let key = CacheKey.sample(name, scope)
    return flights.claim(key, for: scope, keyOf: { _ in key }, work: work)
  }

  private func answer(_ text: String) -> GeneratedAnswer {
    GeneratedAnswer(text: text, sources: [], model: "m", usage: .zero)
  }

  /// The text a claim ends with.
  private func text(_ claim: SingleFlight.Claim) async throws -> String {
    switch claim {
    case .hit(let answer): answer.text
    case .joined(let seat), .started(let seat): try await seat.answer().text
    }
  }

  @Test func runsOnceForAllWhoAskTogether() async throws {
    let gate = Gate()
    let runs = Counter()
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<200 {
        group.addTask { [self] in
          try await text(
            claim("q") { _ in
              runs.add()
              try await gate.pass()
              return answer("once")
            })
        }
      }
      #expect(await eventually { flights.snapshot.flights.coalesced == 199 })
      await gate.open()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(texts == Array(repeating: "once", count: 200))
    #expect(runs.value == 1)
    #expect(flights.snapshot.cache.misses == 1 && flights.snapshot.inFlight == 0)
    guard case .hit = claim("q", work: { _ in answer("again") }) else {
      Issue.record("the answer was not kept")
      return
    }
  }

  @Test func doesNotMixKeys() async throws {
    let gate = Gate()
    let claims = (0..<20).map { number in
      claim("\(number)") { _ in
        try await gate.pass()
        return answer("\(number)")
      }
    }
    await gate.open()
    for (number, claim) in claims.enumerated() { #expect(try await text(claim) == "\(number)") }
  }

  @Test func givesALateJoinerTheBeginningThenTheRest() async throws {
    let gate = Gate()
    let work: SingleFlight.Work = { emit in
      try emit("un ")
      try emit("deux ")
      try await gate.pass()
      try emit("trois")
      return answer("un deux trois")
    }
    guard case .started(let first) = claim("q", work: work) else {
      Issue.record("nothing was there to join")
      return
    }
    #expect(await eventually { await gate.held == 1 })
    guard case .joined(let late) = claim("q", work: work) else {
      Issue.record("the flight was not joined")
      return
    }
    for seat in [first, late] {
      var pieces: [String] = []
      for index in 0..<2 {
        if case .piece(let piece) = try await seat.step(after: index) { pieces.append(piece) }
      }
      #expect(pieces == ["un ", "deux "])
    }
    async let live = late.step(after: 2)
    await gate.open()
    guard case .piece("trois") = try await live else {
      Issue.record("the live piece did not come")
      return
    }
    #expect(try await first.answer().text == "un deux trois")
  }

  @Test func cancelsTheWorkOnlyWhenTheLastLeaves() async throws {
    let gate = Gate()
    let ended = Counter()
    let work: SingleFlight.Work = { _ in
      defer { ended.add() }
      try await gate.pass()
      return answer("x")
    }
    guard case .started(let one) = claim("q", work: work),
      case .joined(let other) = claim("q", work: work)
    else {
      Issue.record("two seats were expected")
      return
    }
    #expect(await eventually { await gate.held == 1 })
    one.leave()
    one.leave()
    #expect(await gate.held == 1 && ended.value == 0)
    other.leave()
    #expect(await eventually { ended.value == 1 })
    #expect(await eventually { flights.snapshot.inFlight == 0 })
    #expect(flights.snapshot.entries == 0)
  }

  @Test func aDroppedSeatIsLeft() async throws {
    let gate = Gate()
    do {
      let claim = claim("q") { _ in
        try await gate.pass()
        return answer("x")
      }
      #expect(await eventually { await gate.held == 1 })
      _ = claim
    }
    #expect(await eventually { flights.snapshot.inFlight == 0 })
  }

  /// Who comes after the last one left must not be handed the cancelled work.
  @Test func startsAnewAfterItWasAbandoned() async throws {
    let stuck = Gate()
    guard
      case .started(let first) = claim(
        "q",
        work: { _ in
          try await stuck.pass()
          return answer("old")
        })
    else {
      Issue.record("a flight was expected")
      return
    }
    #expect(await eventually { await stuck.held == 1 })
    first.leave()
    let second = claim("q") { _ in answer("new") }
    #expect(try await text(second) == "new")
    guard case .hit(let kept) = claim("q", work: { _ in answer("other") }) else {
      Issue.record("the new answer was not kept")
      return
    }
    #expect(kept.text == "new")
  }

  @Test func aCancelledFollowerLeavesTheOthersAlone() async throws {
    let gate = Gate()
    let work: SingleFlight.Work = { _ in
      try await gate.pass()
      return answer("x")
    }
    guard case .started(let one) = claim("q", work: work),
      case .joined(let other) = claim("q", work: work)
    else {
      Issue.record("two seats were expected")
      return
    }
    let follower = Task {
      defer { one.leave() }
      return try await one.answer().text
    }
    #expect(await eventually { await gate.held == 1 })
    follower.cancel()
    await #expect(throws: CancellationError.self) { try await follower.value }
    await gate.open()
    #expect(try await other.answer().text == "x")
  }

  @Test func doesNotKeepAFailureAndTriesAgain() async throws {
    let failure = ChatFailure(code: "down", message: "x")
    let failing = claim("q") { _ in throw failure }
    await #expect(throws: failure) { try await text(failing) }
    #expect(flights.snapshot.entries == 0 && flights.snapshot.inFlight == 0)
    #expect(try await text(claim("q") { _ in answer("well") }) == "well")
  }

  @Test func doesNotKeepACutStream() async throws {
    let cut = claim("q") { emit in
      try emit("half")
      throw ChatFailure(code: "cut", message: "x")
    }
    guard case .started(let seat) = cut else {
      Issue.record("a flight was expected")
      return
    }
    await #expect(throws: ChatFailure.self) { try await seat.answer() }
    #expect(flights.snapshot.entries == 0)
  }

  @Test func boundsAnAnswer() async throws {
    let endless = claim("q") { emit in
      while true { try emit(String(repeating: "a", count: 1024)) }
    }
    await #expect(throws: ChatFailure.self) { try await text(endless) }
  }

  @Test func keepsAFallbackUnderItsOwnKey() async throws {
    let asked = CacheKey.sample("asked")
    let fallback = CacheKey.sample("fallback")
    let first = flights.claim(
      asked, for: .public, keyOf: { $0.model == "extractive" ? fallback : asked },
      work: { _ in
        GeneratedAnswer(text: "f", sources: [], model: "extractive", usage: .zero)
      })
    #expect(try await text(first) == "f")
    guard case .hit = claim("fallback", work: { _ in answer("x") }) else {
      Issue.record("the fallback was not kept under its own key")
      return
    }
    guard case .started(let seat) = claim("asked", work: { _ in answer("better") }) else {
      Issue.record("the fallback stood under the key of the model that was asked")
      return
    }
    #expect(try await seat.answer().text == "better")
  }

  @Test func forgetsWhatWasOnItsWay() async throws {
    let gate = Gate()
    let user = CacheScope.user("u")
    let mine = claim("q", for: user) { _ in
      try await gate.pass()
      return answer("mine")
    }
    #expect(await eventually { await gate.held == 1 })
    #expect(flights.forget(user: "u") == 0)
    await gate.open()
    #expect(try await text(mine) == "mine")
    #expect(flights.snapshot.entries == 0)
  }

  @Test func anUnsharedAnswerIsNeitherFoundNorKept() async throws {
    let seat = flights.unshared { _ in answer("alone") }
    #expect(try await seat.answer().text == "alone")
    #expect(flights.snapshot.entries == 0 && flights.snapshot.flights.bypassed == 1)
    #expect(flights.snapshot.hitRate == 0)
  }

  @Test func tellsWhatLeftTheCache() async throws {
    let told = Collected<SingleFlight.CacheChange>()
    let clock = clock
    let flights = SingleFlight(
      cache: ResponseCache(capacity: 1, lifetime: .seconds(60)), now: { clock.now() },
      changed: { told.add($0) })
    for name in ["a", "b"] {
      let key = CacheKey.sample(name)
      guard
        case .started(let seat) = flights.claim(
          key, for: .public, keyOf: { _ in key }, work: { _ in answer(name) })
      else {
        Issue.record("a flight was expected")
        return
      }
      _ = try await seat.answer()
    }
    let changes = told.elements
    #expect(changes.map(\.entries) == [1, 1])
    #expect(changes.map(\.evicted) == [0, 1])
  }
}
