import Resilience
import Testing

@Suite struct CircuitBreakerTests {
  private func opened(at now: UInt64 = 0) -> CircuitBreaker {
    var breaker = CircuitBreaker()
    for _ in 0..<5 { breaker.failed(at: now) }
    return breaker
  }

  @Test func opensAfterFiveFailuresInARow() {
    var breaker = CircuitBreaker()
    for _ in 0..<4 {
      breaker.failed(at: 0)
      #expect(breaker.state == .closed)
      #expect(breaker.admits(at: 0) == true)
    }
    breaker.failed(at: 0)
    #expect(breaker.state == .open)
    #expect(breaker.admits(at: 0) == false)
  }

  @Test func aSuccessStartsTheRowAnew() {
    var breaker = CircuitBreaker(share: 1)
    for _ in 0..<10 {
      for _ in 0..<4 { breaker.failed(at: 0) }
      breaker.succeeded()
    }
    #expect(breaker.state == .closed)
  }

  @Test func opensWhereEveryOtherRequestFails() {
    var breaker = CircuitBreaker()
    var outcomes = 0
    while breaker.state == .closed, outcomes < 100 {
      outcomes.isMultiple(of: 2) ? breaker.failed(at: 0) : breaker.succeeded()
      outcomes += 1
    }
    // Half of the last twenty: the tenth failure.
    #expect(breaker.state == .open)
    #expect(outcomes == 19)
  }

  @Test(arguments: [3, 4, 5]) func staysClosedWhereOneInSeveralFails(every: Int) {
    var breaker = CircuitBreaker()
    for outcome in 0..<1000 {
      outcome.isMultiple(of: every) ? breaker.failed(at: 0) : breaker.succeeded()
    }
    #expect(breaker.state == .closed)
  }

  @Test func failuresThatLeftTheSampleNoLongerCount() {
    var breaker = CircuitBreaker(failures: 100, share: 0.5, sample: 4)
    breaker.failed(at: 0)
    for _ in 0..<4 { breaker.succeeded() }
    breaker.failed(at: 0)
    #expect(breaker.state == .closed)
    breaker.failed(at: 0)
    #expect(breaker.state == .open)
  }

  @Test func admitsOneProbeWhenThePauseIsOver() {
    var breaker = opened()
    #expect(breaker.admits(at: seconds(1) - 1) == false)
    #expect(breaker.admits(at: seconds(1)) == true)
    #expect(breaker.state == .halfOpen)
    #expect(breaker.admits(at: seconds(1)) == false)
    #expect(breaker.admits(at: seconds(100)) == false)
  }

  @Test func aGoodProbeCloses() {
    var breaker = opened()
    #expect(breaker.admits(at: seconds(1)) == true)
    breaker.succeeded()
    #expect(breaker.state == .closed)
    for _ in 0..<4 { breaker.failed(at: seconds(1)) }
    #expect(breaker.state == .closed)
  }

  @Test func eachBadProbeDoublesThePauseUpToItsLimit() {
    var breaker = opened()
    var now: UInt64 = 0
    for pause in [1.0, 2, 4, 8, 16, 30, 30, 30] {
      #expect(breaker.admits(at: now + seconds(pause) - 1) == false)
      now += seconds(pause)
      #expect(breaker.admits(at: now) == true)
      breaker.failed(at: now)
      #expect(breaker.state == .open)
    }
  }

  /// Requests in flight at the opening fail after it; they must not count as failed probes.
  @Test func theRestOfABurstDoesNotLengthenThePause() {
    var breaker = CircuitBreaker()
    for _ in 0..<50 { breaker.failed(at: 0) }
    #expect(breaker.admits(at: seconds(1)) == true)
  }

  @Test func anAbandonedProbeLeavesItsPlace() {
    var breaker = opened()
    #expect(breaker.admits(at: seconds(1)) == true)
    breaker.abandoned()
    #expect(breaker.state == .halfOpen)
    #expect(breaker.admits(at: seconds(1)) == true)
  }

  @Test func aSuccessClosesAnOpenBreaker() {
    var breaker = opened()
    breaker.succeeded()
    #expect(breaker.state == .closed)
    #expect(breaker.admits(at: 0) == true)
  }

  @Test func neverHasTwoProbesOut() {
    var random = SeededGenerator(seed: 7)
    var breaker = CircuitBreaker(failures: 3)
    var probes = 0
    var now: UInt64 = 0
    for _ in 0..<20_000 {
      now += UInt64.random(in: 0...seconds(0.4), using: &random)
      let wasClosed = breaker.state == .closed
      if breaker.admits(at: now), !wasClosed { probes += 1 }
      #expect(probes <= 1)
      guard Bool.random(using: &random) else { continue }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: breaker.succeeded()
      case 1: breaker.abandoned()
      default: breaker.failed(at: now)
      }
      probes = 0
    }
  }
}
