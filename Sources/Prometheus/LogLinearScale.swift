/// The buckets of a histogram: 32 to each power of two, cut further at the classic edges.
///
/// Values are whole units (nanoseconds for a family in seconds). Below 64 each value has a bucket
/// of its own; from there a bucket is 1/32 of its lower bound wide, so its harmonic middle is at
/// most 1.6 % from any value in it. Because a bucket never holds values from both sides of a
/// classic edge, cumulative counts at the edges are exact, not estimated.
///
/// `slot = grid index + number of edges below the value`; a slot may stay unused where an edge is
/// the last value of a grid bucket.
final class LogLinearScale: Sendable {
  /// Values from here on share the last grid bucket: 18 minutes in nanoseconds.
  static let valueMax: UInt64 = 1 << 40
  private static let exactBelow: UInt64 = 64
  private static let gridCount = 64 + (40 - 6) * 32

  /// The classic edges in units, rising.
  let edges: [UInt64]
  let slotCount: Int
  /// For each grid bucket, how many edges lie below its first value.
  private let edgesBelow: [UInt16]

  init?(edges: [UInt64]) {
    guard edges.count < Int(UInt16.max), edges.allSatisfy({ $0 > 0 && $0 < Self.valueMax }),
      zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self.edges = edges
    slotCount = Self.gridCount + edges.count
    edgesBelow = (0..<Self.gridCount).map { index in
      let first = Self.bounds(ofGrid: index).first
      return UInt16(edges.count { $0 < first })
    }
  }

  /// The slot of a value and the classic bucket it falls into (`edges.count` is `+Inf`).
  @inline(__always)
  func place(_ value: UInt64) -> (slot: Int, classic: Int) {
    let grid = Self.grid(value)
    var below = Int(edgesBelow[grid])
    while below < edges.count, edges[below] < value { below += 1 }
    return (grid + below, below)
  }

  /// The first and last value of every slot; unused slots have the bounds of their neighbour.
  func slotBounds() -> [(first: UInt64, last: UInt64)] {
    var bounds = [(first: UInt64, last: UInt64)](repeating: (0, 0), count: slotCount)
    for index in 0..<Self.gridCount {
      var (first, last) = Self.bounds(ofGrid: index)
      var below = Int(edgesBelow[index])
      while below < edges.count, edges[below] < last {
        if edges[below] >= first {
          bounds[index + below] = (first, edges[below])
          first = edges[below] + 1
        }
        below += 1
      }
      bounds[index + below] = (first, last)
    }
    return bounds
  }

  @inline(__always)
  private static func grid(_ value: UInt64) -> Int {
    if value < exactBelow { return Int(truncatingIfNeeded: value) }
    let value = min(value, valueMax - 1)
    let exponent = 63 - value.leadingZeroBitCount
    let sub = Int(truncatingIfNeeded: value >> UInt64(exponent - 5)) & 31
    return 64 + (exponent - 6) * 32 + sub
  }

  private static func bounds(ofGrid index: Int) -> (first: UInt64, last: UInt64) {
    guard index >= 64 else { return (UInt64(index), UInt64(index)) }
    let exponent = UInt64((index - 64) / 32 + 6)
    let width = UInt64(1) << (exponent - 5)
    let first = (UInt64(32) + UInt64((index - 64) % 32)) << (exponent - 5)
    return (first, first + width - 1)
  }
}
