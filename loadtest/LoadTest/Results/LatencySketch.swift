import Glibc

/// A distribution of durations in a few hundred bytes: one for every second of a run, where
/// ``LatencyHistogram`` would take two hundred kilobytes each.
///
/// Buckets grow by 2 % from one microsecond to about a quarter of an hour, so a percentile is right
/// within 1 %. The greatest value is kept exactly.
package struct LatencySketch: Sendable, Equatable {
  private static let growth = 1.02
  private static let least = 1_000.0
  private static let bucketsMax: UInt16 = 1_050
  private static let scale = 1 / Glibc.log(growth)

  /// Counts by bucket; few of them are used.
  private var counts: [UInt16: UInt32] = [:]
  package private(set) var count = 0
  /// Nanoseconds.
  package private(set) var max: UInt64 = 0
  private var sum = 0.0

  package init() {}

  /// Counts one duration.
  package mutating func record(_ nanoseconds: UInt64) {
    counts[Self.bucket(of: nanoseconds), default: 0] += 1
    count += 1
    max = Swift.max(max, nanoseconds)
    sum += Double(nanoseconds)
  }

  /// Counts what the other counted too.
  package mutating func add(_ other: LatencySketch) {
    counts.merge(other.counts, uniquingKeysWith: +)
    count += other.count
    max = Swift.max(max, other.max)
    sum += other.sum
  }

  /// Seconds below which so many percent lie; nil without values.
  package func percentile(_ percent: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = Swift.max(1, Int((percent / 100 * Double(count)).rounded(.up)))
    guard rank < count else { return Double(max) / 1e9 }
    var passed = 0
    for (bucket, number) in counts.sorted(by: { $0.key < $1.key }) {
      passed += Int(number)
      if passed >= rank { return Swift.min(Self.middle(of: bucket), Double(max) / 1e9) }
    }
    return Double(max) / 1e9
  }

  /// How many lie in each of the stretches that the edges, in rising seconds, cut: one more than
  /// there are edges.
  package func counts(between edges: [Double]) -> [Int] {
    var parts = Array(repeating: 0, count: edges.count + 1)
    for (bucket, number) in counts {
      let value = Self.middle(of: bucket)
      let place = edges.firstIndex { value < $0 } ?? edges.count
      parts[place] += Int(number)
    }
    return parts
  }

  private static func bucket(of nanoseconds: UInt64) -> UInt16 {
    let value = Double(nanoseconds)
    guard value > least else { return 0 }
    return Swift.min(bucketsMax, UInt16(log(value / least) * scale) + 1)
  }

  /// The middle of a bucket in seconds.
  private static func middle(of bucket: UInt16) -> Double {
    guard bucket > 0 else { return least / 1e9 }
    return least * pow(growth, Double(bucket) - 0.5) / 1e9
  }
}
