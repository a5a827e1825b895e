/// The trace that stands as an example for a bucket.
package struct Exemplar: Sendable, Hashable {
  /// The most significant half of the trace id.
  package var traceHigh: UInt64
  /// The least significant half of the trace id.
  package var traceLow: UInt64
  /// When it was observed, in nanoseconds since 1970.
  package var wallNanoseconds: UInt64

  /// An example.
  package init(traceHigh: UInt64, traceLow: UInt64, wallNanoseconds: UInt64) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.wallNanoseconds = wallNanoseconds
  }
}

/// The newest exemplar of each classic bucket.
///
/// A writer that finds its bucket busy leaves: an example is welcome, never worth waiting for.
final class ExemplarCells: Sendable {
  /// busy, value in units, trace high, trace low, wall
  private static let width = 5
  private let cells: AtomicArray<UInt64>

  init(buckets: Int) {
    cells = AtomicArray(count: buckets * Self.width)
  }

  func store(_ exemplar: Exemplar, value: UInt64, bucket: Int) {
    let at = bucket * Self.width
    guard cells.claim(at) else { return }
    cells.store(value, at: at + 1)
    cells.store(exemplar.traceHigh, at: at + 2)
    cells.store(exemplar.traceLow, at: at + 3)
    cells.store(exemplar.wallNanoseconds, at: at + 4)
    cells.release(at)
  }

  func load(bucket: Int) -> (value: UInt64, exemplar: Exemplar)? {
    let at = bucket * Self.width
    // A writer holds a bucket for nanoseconds; where it was put to sleep inside, do without.
    var tries = 0
    while !cells.claim(at) {
      tries += 1
      if tries == 1000 { return nil }
    }
    defer { cells.release(at) }
    let exemplar = Exemplar(
      traceHigh: cells.load(at + 2), traceLow: cells.load(at + 3),
      wallNanoseconds: cells.load(at + 4))
    guard exemplar.traceHigh != 0 || exemplar.traceLow != 0 else { return nil }
    return (cells.load(at + 1), exemplar)
  }
}
