import Prometheus
import Testing

private let second: UInt64 = 1_000_000_000

@Suite struct SummaryFamilyTests {
  private func families(
    quantiles: [Double] = [0.5, 0.95, 0.99]
  ) throws -> (HistogramFamily, SummaryFamily) {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram(
      "x_seconds", help: "X.", labels: ["route", "method"], edges: [0.001, 0.1, 1],
      hasWindow: true)
    let summary = try registry.summary(
      "x_latency_seconds", help: "X.", of: histogram, by: ["route"], quantiles: quantiles)
    return (histogram, summary)
  }

  /// The value of the nearest rank, computed from all values.
  private func exact(_ quantile: Double, of sorted: [Int]) -> Double {
    let rank = max(1, Int((quantile * Double(sorted.count)).rounded(.up)))
    return Double(sorted[rank - 1]) / 1e9
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func quantilesAreRightWithinTwoPercent(seed: UInt64) throws {
    let quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1]
    let (histogram, summary) = try families(quantiles: quantiles)
    var generator = SeededGenerator(seed: seed)
    var values: [Int] = []
    for _ in 0..<Int.random(in: 1...5000, using: &generator) {
      let value = randomNanoseconds(&generator)
      values.append(value)
      let method = Bool.random(using: &generator) ? "GET" : "POST"
      histogram.child("/", method).observe(value, now: 7 * second)
    }
    values.sort()
    for (quantile, found) in zip(quantiles, summary.quantiles("/", now: 8 * second)) {
      let wanted = exact(quantile, of: values)
      #expect(abs(found - wanted) <= 0.02 * wanted, "q=\(quantile): \(found) for \(wanted)")
    }
  }

  @Test func aQuantileIsOfMergedBucketsAndNotAMeanOfQuantiles() throws {
    let (histogram, summary) = try families(quantiles: [0.5])
    for _ in 0..<99 { histogram.child("/", "GET").observe(1_000_000, now: 0) }
    histogram.child("/", "POST").observe(1_000_000_000, now: 0)
    let median = summary.quantiles("/", now: 0)[0]
    #expect(abs(median - 0.001) <= 0.00002)
  }

  @Test func theWindowForgetsAfterFiveMinutes() throws {
    let (histogram, summary) = try families(quantiles: [0.5])
    let child = histogram.child("/", "GET")
    child.observe(1_000_000, now: 1000 * second)
    #expect(!summary.quantiles("/", now: 1260 * second)[0].isNaN)
    #expect(summary.quantiles("/", now: 1301 * second)[0].isNaN)
    child.observe(4_000_000, now: 1302 * second)
    #expect(abs(summary.quantiles("/", now: 1302 * second)[0] - 0.004) <= 0.00008)
    #expect(child.count == 2)
  }

  @Test func aLongPauseLeavesNothingBehind() throws {
    let (histogram, summary) = try families(quantiles: [0.5])
    let child = histogram.child("/", "GET")
    for slice in 0..<40 as Range<UInt64> { child.observe(1_000_000, now: slice * 30 * second) }
    #expect(summary.quantiles("/", now: 100_000 * second)[0].isNaN)
    child.observe(9_000_000, now: 100_001 * second)
    #expect(abs(summary.quantiles("/", now: 100_001 * second)[0] - 0.009) <= 0.00018)
  }

  @Test func aRouteNobodyAskedForHasNoQuantile() throws {
    let (_, summary) = try families()
    #expect(summary.quantiles("/nowhere", now: 0).allSatisfy { $0.isNaN })
  }
}
