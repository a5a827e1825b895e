import Resilience
import Testing

@Suite struct PeakEWMATests {
  private func milliseconds(_ count: Double) -> Double { count * 1e6 }

  @Test func aPeakCountsAtOnceAndInFull() {
    var place = PeakEWMA(now: 0)
    for step in 1...100 {
      place.started()
      place.ended(after: .milliseconds(2), at: seconds(Double(step)))
    }
    #expect(place.cost(at: seconds(100)) == milliseconds(2))
    place.started()
    place.ended(after: .milliseconds(500), at: seconds(101))
    #expect(place.cost(at: seconds(101)) == milliseconds(500))
  }

  /// One quick answer right after a peak does not excuse it.
  @Test func aPeakIsForgottenWithTimeNotWithAnswers() {
    var place = PeakEWMA(decay: .seconds(10), now: 0)
    place.started()
    place.ended(after: .seconds(1), at: 0)
    for _ in 0..<1000 {
      place.started()
      place.ended(after: .milliseconds(1), at: 0)
    }
    #expect(place.cost(at: 0) == milliseconds(1000))
    place.started()
    place.ended(after: .milliseconds(1), at: seconds(10))
    let cost = place.cost(at: seconds(10))
    #expect((milliseconds(360)...milliseconds(380)).contains(cost))
  }

  @Test func anIdlePlaceIsTriedAgain() {
    var place = PeakEWMA(decay: .seconds(10), now: 0)
    place.started()
    place.ended(after: .seconds(5), at: 0)
    #expect(place.cost(at: 0) == milliseconds(5000))
    #expect(place.cost(at: seconds(100)) < milliseconds(1))
    #expect(place.cost(at: seconds(10_000)) >= 1)
  }

  @Test func whatIsInFlightCostsToo() {
    var place = PeakEWMA(initial: .milliseconds(10), now: 0)
    for count in 0..<5 {
      #expect(place.cost(at: 0) == milliseconds(10) * Double(count + 1))
      place.started()
    }
    for _ in 0..<5 { place.abandoned() }
    #expect(place.cost(at: 0) == milliseconds(10))
    place.abandoned()
    #expect(place.inFlight == 0)
  }

  /// Against the definition written down plainly: random times, clocks that step back, odd orders.
  @Test(arguments: 0..<10) func agreesWithItsDefinition(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var place = PeakEWMA(initial: .milliseconds(1), decay: .seconds(3), now: 0)
    var (average, latest, inFlight) = (1e6, UInt64(0), 0)
    var now: UInt64 = 0
    for _ in 0..<5000 {
      now += UInt64.random(in: 0...seconds(0.3), using: &random)
      let seen = now - min(now, UInt64.random(in: 0...seconds(0.05), using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        place.started()
        inFlight += 1
      case 2:
        place.abandoned()
        inFlight = max(0, inFlight - 1)
      default:
        let sample = Int64.random(in: -5...2_000_000_000, using: &random)
        place.ended(after: .nanoseconds(sample), at: seen)
        inFlight = max(0, inFlight - 1)
        let value = Double(max(0, sample))
        let passed = seen > latest ? Double(seen - latest) : 0
        let kept = weight(passed / 3e9)
        average = value > average ? value : average * kept + value * (1 - kept)
        latest = max(latest, seen)
      }
      let passed = now > latest ? Double(now - latest) : 0
      let expected = max(1, average * weight(passed / 3e9)) * Double(inFlight + 1)
      #expect(abs(place.cost(at: now) - expected) <= expected * 1e-9)
      #expect(place.inFlight == inFlight)
    }
  }

  /// e to the power of -x, by its limit.
  private func weight(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    // Halved until the series is quick, then squared back.
    let halvings = 10
    let small = -x / 1024
    for index in 1..<20 {
      term *= small / Double(index)
      sum += term
    }
    for _ in 0..<halvings { sum *= sum }
    return sum
  }
}
