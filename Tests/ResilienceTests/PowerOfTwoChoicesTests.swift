import Resilience
import Testing

@Suite struct PowerOfTwoChoicesTests {
  @Test func choosesAmongWhatThereIs() {
    var random = SeededGenerator(seed: 1)
    #expect(PowerOfTwoChoices.choose(costs: [], using: &random) == nil)
    #expect(PowerOfTwoChoices.choose(costs: [.infinity], using: &random) == 0)
    for _ in 0..<100 {
      #expect(PowerOfTwoChoices.choose(costs: [2, 1], using: &random) == 1)
      #expect(PowerOfTwoChoices.choose(costs: [.nan, .infinity, 5], using: &random) != nil)
      #expect(PowerOfTwoChoices.choose(costs: [.nan, 5], using: &random) == 1)
    }
  }

  @Test func theDearestIsNeverChosenAndEqualOnesEvenly() {
    var random = SeededGenerator(seed: 2)
    var counts = [0, 0, 0, 0]
    for _ in 0..<30_000 {
      if let index = PowerOfTwoChoices.choose(costs: [1, 1, 9, 1], using: &random) {
        counts[index] += 1
      }
    }
    #expect(counts[2] == 0)
    for index in [0, 1, 3] { #expect((9_500...10_500).contains(counts[index])) }
  }

  /// Mitzenmacher's bound in practice: with two looks the fullest of 100 bins stays near the mean,
  /// where one look leaves it far above.
  @Test func twoLooksSpreadFarBetterThanOne() {
    var random = SeededGenerator(seed: 3)
    var (two, one) = ([Double](repeating: 0, count: 100), [Int](repeating: 0, count: 100))
    for _ in 0..<100_000 {
      if let index = PowerOfTwoChoices.choose(costs: two, using: &random) { two[index] += 1 }
      one[Int.random(in: 0..<100, using: &random)] += 1
    }
    #expect((two.max() ?? 0) <= 1004)
    #expect((one.max() ?? 0) > 1050)
  }

  /// A queueing model: three places, one of them twenty times as slow. With peak EWMA it gets few
  /// requests and the mean time stays near that of the quick ones; in turn it would be sevenfold.
  @Test(arguments: 0..<3) func aSlowPlaceIsSparedThoughNobodySaysItIsSlow(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var places = (0..<3).map { _ in PeakEWMA(now: 0) }
    let serviceSeconds = [0.010, 0.010, 0.200]
    var freeAt = [0.0, 0, 0]
    var running: [(place: Int, sent: Double, end: Double)] = []
    var counts = [0, 0, 0]
    var sum = 0.0
    var now = 0.0
    for _ in 0..<5000 {
      now += Double.random(in: 0...0.02, using: &random)
      for job in running.filter({ $0.end <= now }).sorted(by: { $0.end < $1.end }) {
        places[job.place].ended(after: .seconds(job.end - job.sent), at: seconds(job.end))
      }
      running.removeAll { $0.end <= now }
      let costs = places.map { $0.cost(at: seconds(now)) }
      guard let index = PowerOfTwoChoices.choose(costs: costs, using: &random) else { continue }
      places[index].started()
      freeAt[index] = max(freeAt[index], now) + serviceSeconds[index]
      running.append((index, now, freeAt[index]))
      counts[index] += 1
      sum += freeAt[index] - now
    }
    #expect(counts[2] < 250)
    #expect(counts[2] > 0)
    #expect(sum / 5000 < 0.05)
  }
}
