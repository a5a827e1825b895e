/// What the gateway itself costs a question, told three ways that must agree. Seconds.
package struct Overhead: Sendable, Equatable {
  /// The bucket of `phoenix_gateway_overhead_seconds` that holds the pairs' median.
  package let histogram: ClosedRange<Double>
  /// Median of `total - db - ai` in the answers' `Server-Timing`.
  package let timing: Double
  /// Median over pairs of the time through the gateway, less the time straight to the worker, less
  /// the wait on PostgreSQL.
  package let pairs: Double
  /// Medians of both ways.
  package let direct: Double
  package let through: Double
  package let count: Int

  package init(
    histogram: ClosedRange<Double>, timing: Double, pairs: Double, direct: Double,
    through: Double, count: Int
  ) {
    self.histogram = histogram
    self.timing = timing
    self.pairs = pairs
    self.direct = direct
    self.through = through
    self.count = count
  }

  /// The header is written before the last byte, the histogram after it: so much may lie between.
  static let timingSlack = 0.000_3
  /// A pair holds one way over the loopback more, and the wake-ups of another process.
  static let pairSlack = 0.001

  /// All three, in words.
  package var told: String {
    "histogram \(Milliseconds(histogram.lowerBound)) to \(Milliseconds(histogram.upperBound)) ms, "
      + "Server-Timing \(Milliseconds(timing)) ms, pairs \(Milliseconds(pairs)) ms"
  }

  /// Why the three do not agree; nil where they do.
  package var disagreement: String? {
    let low = histogram.lowerBound - Self.timingSlack
    let high = histogram.upperBound + Self.timingSlack
    let isInBucket = timing >= low && timing <= high
    let isPaired = abs(timing - pairs) <= Self.pairSlack + 0.5 * max(timing, pairs)
    return isInBucket && isPaired ? nil : "overhead, medians that do not agree: \(told)"
  }
}
