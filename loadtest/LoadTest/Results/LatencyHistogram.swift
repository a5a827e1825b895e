import Histogram

/// Durations in nanoseconds, three digits exact from 64 ns to ten minutes; longer ones count as
/// ten minutes. Room is taken at the first value.
package struct LatencyHistogram: Sendable {
  private static let most: UInt64 = 600_000_000_000
  private var histogram: Histogram<UInt64>?
  /// The exact extremes and sum, which buckets blur.
  package private(set) var max: UInt64 = 0
  package private(set) var min: UInt64 = .max
  private var sum = 0.0

  package init() {}

  package var count: Int { Int(clamping: histogram?.totalCount ?? 0) }

  /// Counts one duration.
  package mutating func record(_ nanoseconds: UInt64) {
    if histogram == nil {
      histogram = Histogram(
        lowestDiscernibleValue: 100, highestTrackableValue: Self.most,
        numberOfSignificantValueDigits: .three)
    }
    _ = histogram?.record(Swift.min(nanoseconds, Self.most))
    max = Swift.max(max, nanoseconds)
    min = Swift.min(min, nanoseconds)
    sum += Double(nanoseconds)
  }

  /// Counts what the other counted too.
  package mutating func add(_ other: LatencyHistogram) {
    guard let theirs = other.histogram else { return }
    if histogram == nil { histogram = theirs } else { histogram?.add(theirs) }
    max = Swift.max(max, other.max)
    min = Swift.min(min, other.min)
    sum += other.sum
  }

  /// Seconds below which so many percent lie; nil without values.
  package func percentile(_ percent: Double) -> Double? {
    guard let histogram, count > 0 else { return nil }
    // A bucket's upper edge may lie past the greatest value; the value itself is known.
    return Double(Swift.min(histogram.valueAtPercentile(percent), max)) / 1e9
  }

  /// Seconds; nil without values.
  package var mean: Double? { count > 0 ? sum / Double(count) / 1e9 : nil }
}
