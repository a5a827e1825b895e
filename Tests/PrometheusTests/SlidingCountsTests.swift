import Prometheus
import Testing

private let second: UInt64 = 1_000_000_000

@Suite struct SlidingCountsTests {
  @Test func equalsAModelThatKeepsEveryEvent() {
    var generator = SeededGenerator(seed: 3)
    let counts = SlidingCounts(width: 3)
    var events: [(slice: UInt64, index: Int)] = []
    var now: UInt64 = 12_345 * second
    for _ in 0..<5000 {
      now += UInt64.random(in: 0...(4 * second), using: &generator)
      if Int.random(in: 0..<200, using: &generator) == 0 {
        now += UInt64.random(in: 0...1000, using: &generator) * second
      }
      let index = Int.random(in: 0..<3, using: &generator)
      counts.add(to: index, now: now)
      events.append((now / (30 * second), index))
      let current = now / (30 * second)
      let live = events.filter { $0.slice + 10 > current }
      let expected = (0..<3).map { index in UInt64(live.count { $0.index == index }) }
      #expect(counts.totals(now: now) == expected)
      if counts.totals(now: now) != expected { return }
    }
  }

  @Test func aClockThatStepsBackCountsInTheNewestSlice() {
    let counts = SlidingCounts(width: 1)
    counts.add(to: 0, now: 1000 * second)
    counts.add(to: 0, now: 1 * second)
    #expect(counts.totals(now: 1000 * second) == [2])
  }
}
