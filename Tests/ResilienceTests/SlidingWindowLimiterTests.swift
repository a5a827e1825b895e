import Resilience
import Testing

@Suite struct SlidingWindowLimiterTests {
  @Test func admitsTheLimitAndNoMore() {
    var limiter = SlidingWindowLimiter<String>(limit: 3, window: .seconds(10))
    let verdicts = (0..<5).map { _ in limiter.admit("a", at: seconds(100)) }
    #expect(verdicts.map(\.isAdmitted) == [true, true, true, false, false])
    #expect(verdicts.map(\.remaining) == [2, 1, 0, 0, 0])
    #expect(verdicts.allSatisfy { $0.resetSeconds == 10 })
  }

  /// A monotonic clock may begin at zero.
  @Test func countsEventsAtInstantZero() {
    var limiter = SlidingWindowLimiter<String>(limit: 3, window: .seconds(10))
    let admitted = (0..<20).filter { _ in limiter.admit("a", at: 0).isAdmitted }.count
    #expect(admitted == 3)
    #expect(limiter.count(of: "a", at: 0) == 3)
    #expect(limiter.admit("a", at: seconds(10)).isAdmitted)
  }

  @Test func aRefusedEventDoesNotCount() {
    var limiter = SlidingWindowLimiter<String>(limit: 1, window: .seconds(10))
    #expect(limiter.admit("a", at: seconds(1)).isAdmitted)
    for tenth in 0..<99 {
      #expect(!limiter.admit("a", at: seconds(1) + UInt64(tenth) * seconds(0.1)).isAdmitted)
    }
    #expect(limiter.admit("a", at: seconds(11)).isAdmitted)
  }

  @Test func tellsWhenTheNextEventIsAdmitted() {
    var limiter = SlidingWindowLimiter<String>(limit: 2, window: .seconds(10))
    #expect(limiter.secondsUntilAdmitted("a", at: 0) == nil)
    _ = limiter.admit("a", at: seconds(1))
    #expect(limiter.secondsUntilAdmitted("a", at: seconds(1)) == nil)
    _ = limiter.admit("a", at: seconds(4))
    #expect(limiter.secondsUntilAdmitted("a", at: seconds(4)) == 7)
    #expect(limiter.admit("a", at: seconds(4.5)).resetSeconds == 7)
    #expect(limiter.secondsUntilAdmitted("a", at: seconds(10.9)) == 1)
    #expect(limiter.secondsUntilAdmitted("a", at: seconds(11)) == nil)
    #expect(limiter.admit("a", at: seconds(11)).isAdmitted)
  }

  @Test func keysDoNotShare() {
    var limiter = SlidingWindowLimiter<String>(limit: 1, window: .seconds(10))
    #expect(limiter.admit("a", at: 0).isAdmitted)
    #expect(limiter.admit("b", at: 0).isAdmitted)
    #expect(!limiter.admit("a", at: 0).isAdmitted)
  }

  /// The contract's sentence, for random arrivals, limits and windows.
  @Test(arguments: 0..<20) func neverMoreThanTheLimitInAnyWindow(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let limit = Int.random(in: 1...40, using: &random)
    let window = UInt64.random(in: seconds(0.001)...seconds(20), using: &random)
    var limiter = SlidingWindowLimiter<Int>(limit: limit, window: .nanoseconds(Int64(window)))
    var admitted: [Int: [UInt64]] = [:]
    var refused = 0
    var now = UInt64.random(in: 0...seconds(10), using: &random)
    for _ in 0..<5000 {
      // Bursts and pauses; a few steps back, as clocks read before a lock can show.
      let step = UInt64.random(in: 0...(window / UInt64(limit)), using: &random)
      now += Int.random(in: 0..<20, using: &random) == 0 ? window / 2 : step
      let key = Int.random(in: 0..<2, using: &random)
      let seen = Int.random(in: 0..<10, using: &random) == 0 ? now - min(now, 1000) : now
      if limiter.admit(key, at: seen).isAdmitted {
        admitted[key, default: []].append(now)
      } else {
        refused += 1
      }
    }
    #expect(refused > 0)
    for instants in admitted.values {
      for index in instants.indices where index >= limit {
        #expect(instants[index] - instants[index - limit] + 1000 >= window)
      }
    }
  }

  /// What it refuses, an exact count in nanoseconds refuses too, within its two milliseconds.
  @Test(arguments: 0..<10) func refusesOnlyWhatIsOverTheLimit(seed: UInt64) {
    var random = SeededGenerator(seed: 100 + seed)
    let limit = Int.random(in: 1...20, using: &random)
    let window = seconds(5)
    var limiter = SlidingWindowLimiter<Int>(limit: limit, window: .seconds(5))
    var instants: [UInt64] = []
    var now: UInt64 = 0
    for _ in 0..<3000 {
      now += UInt64.random(in: 0...(2 * window / UInt64(limit)), using: &random)
      let inWindow = instants.filter { $0 + window + 2_000_000 > now }.count
      if limiter.admit(0, at: now).isAdmitted {
        instants.append(now)
      } else {
        #expect(inWindow >= limit)
      }
    }
  }

  @Test func forgetsQuietKeysAsOthersCome() {
    var limiter = SlidingWindowLimiter<Int>(limit: 5, window: .seconds(1))
    for key in 0..<1000 { _ = limiter.admit(key, at: 0) }
    #expect(limiter.keyCount == 1000)
    for key in 0..<500 { _ = limiter.admit(10_000 + key, at: seconds(2)) }
    #expect(limiter.keyCount == 500)
  }

  @Test func boundsTheKeysAndForgetsTheOneThatWasQuietLongest() {
    var limiter = SlidingWindowLimiter<Int>(limit: 1, window: .seconds(10), keysMax: 3)
    for key in 0..<3 { #expect(limiter.admit(key, at: UInt64(key)).isAdmitted) }
    #expect(limiter.admit(3, at: 10).isAdmitted)
    #expect(limiter.keyCount == 3)
    for key in 1...3 { #expect(!limiter.admit(key, at: 11).isAdmitted) }
    #expect(limiter.admit(0, at: 12).isAdmitted)
  }

  @Test func boundsTheEventsOverAllKeys() {
    var limiter = SlidingWindowLimiter<Int>(
      limit: 100, window: .seconds(1000), keysMax: 1000, eventsMax: 400)
    for key in 0..<50 {
      for _ in 0..<100 { _ = limiter.admit(key, at: UInt64(key)) }
    }
    #expect(limiter.keyCount <= 4)
    // The newest keep their count exactly.
    #expect(limiter.count(of: 49, at: 50) == 100)
    #expect(!limiter.admit(49, at: 50).isAdmitted)
  }

  @Test func aKeyThatSleptForMonthsStartsAnew() {
    var limiter = SlidingWindowLimiter<Int>(limit: 2, window: .seconds(900))
    let start = seconds(5)
    for _ in 0..<3 { _ = limiter.admit(1, at: start) }
    // 2³² ms later the 32-bit instants read as young again.
    let later = start + (UInt64(1) << 32) * 1_000_000
    #expect(limiter.count(of: 1, at: later) == 0)
    let verdict = limiter.admit(1, at: later)
    #expect(verdict.isAdmitted)
    #expect(verdict.remaining == 1)
    #expect(verdict.resetSeconds == 900)
  }

  @Test func aForgottenKeyStartsAnew() {
    var limiter = SlidingWindowLimiter<String>(limit: 1, window: .seconds(10))
    _ = limiter.admit("a", at: 0)
    limiter.forget("a")
    limiter.forget("never seen")
    #expect(limiter.keyCount == 0)
    #expect(limiter.admit("a", at: 0).isAdmitted)
  }

  /// Slots are used again and the order of recency holds, whatever is forgotten in between.
  @Test func agreesWithAPlainListOverRandomUse() {
    var random = SeededGenerator(seed: 42)
    var limiter = SlidingWindowLimiter<Int>(limit: 3, window: .milliseconds(50), keysMax: 1000)
    var model: [Int: [UInt64]] = [:]
    var now: UInt64 = 0
    for _ in 0..<20_000 {
      // Whole milliseconds, where both are exact.
      now += UInt64.random(in: 0...3, using: &random) * 1_000_000
      let key = Int.random(in: 0..<30, using: &random)
      if Int.random(in: 0..<50, using: &random) == 0 {
        limiter.forget(key)
        model[key] = nil
        continue
      }
      let young = (model[key] ?? []).filter { $0 + 50_000_000 > now }
      #expect(limiter.count(of: key, at: now) == young.count)
      let verdict = limiter.admit(key, at: now)
      #expect(verdict.isAdmitted == (young.count < 3))
      model[key] = verdict.isAdmitted ? young + [now] : young
    }
  }
}
