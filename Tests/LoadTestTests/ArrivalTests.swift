import LoadTest
import Testing

@Suite struct ArrivalTests {
  @Test func constantArrivalsOfAllLoopsAreEvenlySpaced() {
    var all: [UInt64] = []
    for loop in 0..<3 {
      var schedule = ArrivalSchedule(
        rate: 1000, process: .constant, loop: loop, of: 3, seed: 1)
      all += (0..<400).compactMap { _ in schedule.next() }
    }
    all.sort()
    #expect(all.enumerated().allSatisfy { $1 == UInt64($0) * 1_000_000 })
  }

  @Test func constantArrivalsDoNotDrift() {
    var schedule = ArrivalSchedule(rate: 3, process: .constant, loop: 0, of: 1, seed: 1)
    var last: UInt64 = 0
    for _ in 0...3_000_000 { last = schedule.next() ?? 0 }
    #expect(last == 1_000_000_000_000_000)
  }

  @Test func poissonArrivalsHaveTheirRateAndTheirSpread() throws {
    var schedule = ArrivalSchedule(rate: 100, process: .poisson, loop: 1, of: 2, seed: 42)
    var previous: UInt64 = 0
    var gaps: [Double] = []
    for _ in 0..<50_000 {
      let drawn = schedule.next()
      let next = try #require(drawn)
      #expect(next >= previous)
      gaps.append(Double(next - previous) / 1e9)
      previous = next
    }
    let mean = gaps.reduce(0, +) / 50_000
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 50_000
    // Exponential gaps: mean and standard deviation are the same.
    #expect(abs(mean - 0.02) < 0.0004)
    #expect(abs(variance.squareRoot() - 0.02) < 0.0006)
  }

  /// Requests of a ramp from 0 to 100 a second over 10 s, a stretch of 10 s and a spike of 1 s.
  @Test(arguments: [ArrivalProcess.constant, .poisson], [1, 3])
  func arrivalsFollowARampAndASpikeAndEnd(process: ArrivalProcess, loops: Int) {
    let profile = RateProfile(stages: [
      .init(from: 0, to: 100, seconds: 10), .init(from: 100, to: 100, seconds: 10),
      .init(from: 1000, to: 1000, seconds: 1),
    ])
    var all: [Double] = []
    for loop in 0..<loops {
      var schedule = ArrivalSchedule(
        profile: profile, process: process, loop: loop, of: loops, seed: 7 + UInt64(loop))
      while let next = schedule.next() { all.append(Double(next) / 1e9) }
    }
    func count(_ from: Double, _ to: Double) -> Int { all.count { $0 >= from && $0 < to } }
    let stretches = [(0.0, 5.0, 125), (5, 10, 375), (10, 20, 1000), (20, 21, 1000)]
    for (from, to, wanted) in stretches {
      // Poisson counts spread by their root; constant ones are exact but for the edges.
      let slack = process == .constant ? 3 : Int(5 * Double(wanted).squareRoot())
      #expect(abs(count(from, to) - wanted) <= slack, "\(from) to \(to) s: \(count(from, to))")
    }
    #expect(all.allSatisfy { $0 < 21 })
    if process == .constant { #expect(all.count == 2500) }
    #expect(
      profile.rate(at: 5) == 50 && profile.rate(at: 20.5) == 1000 && profile.rate(at: 21) == 0)
    #expect(profile.stretched(to: 42).rate(at: 10) == 50)
  }

  @Test func zipfDrawsByRank() {
    let choice = WeightedChoice.zipf(count: 4, exponent: 1)
    var random = RandomSource(seed: 3)
    var counts = [0, 0, 0, 0]
    for _ in 0..<100_000 { counts[choice.draw(&random)] += 1 }
    // 1, 1/2, 1/3, 1/4 of 25/12.
    for (index, count) in counts.enumerated() {
      let expected = 100_000 * 12 / 25 / Double(index + 1)
      #expect(abs(Double(count) - expected) < 800, "\(counts)")
    }
  }

  @Test func drawsInProportionToWeightsAndRepeatsWithItsSeed() {
    let choice = WeightedChoice(weights: [70, 20, 10])
    func counts(_ seed: UInt64) -> [Int] {
      var random = RandomSource(seed: seed)
      var counts = [0, 0, 0]
      for _ in 0..<10_000 { counts[choice.draw(&random)] += 1 }
      return counts
    }
    #expect(counts(9) == counts(9) && counts(9) != counts(10))
    #expect(abs(counts(9)[0] - 7000) < 250 && abs(counts(9)[2] - 1000) < 150)
  }
}
