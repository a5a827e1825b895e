/// What the gateway itself costs a question, told three ways that must agree. Seconds.
package struct Overhead: Sendable, Equatable {
  /// Mean of `phoenix_gateway_overhead_seconds` over the pairs' requests.
  package let histogram: Double
  /// Mean of `total - db - ai` in the answers' `Server-Timing`.
  package let timing: Double
  /// Medians over pairs: the same from `Server-Timing`, and through the gateway less straight to
  /// the worker less the wait on PostgreSQL.
  package let timingMedian: Double
  package let pairs: Double
  /// Medians of both ways.
  package let direct: Double
  package let through: Double
  package let count: Int

  package init(
    histogram: Double, timing: Double, timingMedian: Double, pairs: Double, direct: Double,
    through: Double, count: Int
  ) {
    self.histogram = histogram
    self.timing = timing
    self.timingMedian = timingMedian
    self.pairs = pairs
    self.direct = direct
    self.through = through
    self.count = count
  }

  /// The header is written before the last byte, the histogram after it: so much may lie between.
  static let timingSlack = 0.000_3
  /// Two more ways over the loopback, and the wake-ups of two processes, lie in a pair.
  static let pairSlack = 0.001

  /// Why the three do not agree; nil where they do.
  package var disagreement: String? {
    let told =
      "overhead: histogram \(Milliseconds(histogram)) ms, Server-Timing \(Milliseconds(timing)) ms, "
      + "pairs \(Milliseconds(pairs)) ms (median, Server-Timing's \(Milliseconds(timingMedian)) ms)"
    let isNear = Self.agree(histogram, timing, slack: Self.timingSlack, share: 0.25)
    let isPaired = Self.agree(timingMedian, pairs, slack: Self.pairSlack, share: 0.5)
    return isNear && isPaired ? nil : told
  }

  private static func agree(_ a: Double, _ b: Double, slack: Double, share: Double) -> Bool {
    abs(a - b) <= slack + share * max(abs(a), abs(b))
  }
}
