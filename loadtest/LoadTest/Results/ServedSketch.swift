/// Two distributions between which the server's own lies: what its answers told, and what passed
/// here.
package struct ServedSketch: Sendable, Equatable {
  package private(set) var least = LatencySketch()
  package private(set) var most = LatencySketch()

  package init() {}

  /// Counts one duration, of which this much is known, in nanoseconds.
  package mutating func record(_ served: (least: UInt64, most: UInt64)) {
    least.record(served.least)
    most.record(served.most)
  }

  /// Counts what the other counted too.
  package mutating func add(_ other: ServedSketch) {
    least.add(other.least)
    most.add(other.most)
  }
}
