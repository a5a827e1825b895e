internal import Synchronization

/// One histogram series: a handle to keep and to observe with, without a lock.
///
/// One increment of one fine bucket feeds all three views: the classic buckets (exact at their
/// edges), the quantiles of the last five minutes, and native buckets when they come. The count is
/// the sum of the buckets, so `_count` and `le="+Inf"` are one number. A scrape that comes between
/// the two additions of an observation sees its bucket without its share of the sum.
package final class Histogram: Sendable {
  private let scale: LogLinearScale
  private let buckets: AtomicArray<UInt64>
  private let sum = Atomic<UInt64>(0)
  private let window: SlidingCounts?
  private let exemplars: ExemplarCells?

  init(scale: LogLinearScale, hasWindow: Bool, hasExemplars: Bool) {
    self.scale = scale
    buckets = AtomicArray(count: scale.slotCount)
    window = hasWindow ? SlidingCounts(width: scale.slotCount) : nil
    exemplars = hasExemplars ? ExemplarCells(buckets: scale.edges.count + 1) : nil
  }

  /// One more value, in units (nanoseconds for a family in seconds); negative ones count as 0.
  ///
  /// `now` is monotonic nanoseconds; only a family with a window reads it.
  package func observe(_ units: Int, now: UInt64 = 0, exemplar: Exemplar? = nil) {
    let value = UInt64(max(0, units))
    let place = scale.place(value)
    buckets.add(1, at: place.slot)
    sum.wrappingAdd(value, ordering: .relaxed)
    window?.add(to: place.slot, now: now)
    if let exemplar { exemplars?.store(exemplar, value: value, bucket: place.classic) }
  }

  /// The number of values so far.
  package var count: UInt64 {
    (0..<buckets.count).reduce(0) { $0 + buckets.load($1) }
  }

  /// The sum of the values so far, in units.
  package var sumUnits: UInt64 { sum.load(ordering: .relaxed) }

  /// Counts of values up to each edge and, last, of all.
  package func cumulativeCounts() -> [UInt64] {
    var counts: [UInt64] = []
    counts.reserveCapacity(scale.edges.count + 1)
    var running: UInt64 = 0
    var slot = 0
    for edge in scale.edges {
      let last = scale.place(edge).slot
      while slot <= last {
        running += buckets.load(slot)
        slot += 1
      }
      counts.append(running)
    }
    while slot < buckets.count {
      running += buckets.load(slot)
      slot += 1
    }
    counts.append(running)
    return counts
  }

  /// Adds the fine counts of the last five minutes to `sums`, one element for each slot.
  func accumulateWindow(into sums: inout [UInt64], now: UInt64) {
    window?.accumulate(into: &sums, now: now)
  }

  func exemplar(bucket: Int) -> (value: UInt64, exemplar: Exemplar)? {
    exemplars?.load(bucket: bucket)
  }
}
