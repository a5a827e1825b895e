internal import Synchronization

/// One histogram series: a handle to keep and to observe with, without a lock.
///
/// One increment of one fine bucket feeds all three views: the classic buckets (exact at their
/// edges), the quantiles of the last five minutes, and native buckets when they come. Each thread
/// writes to a shard of its own, so that threads never wait for each other's cache lines; a scrape
/// adds the shards. The count is the sum of the buckets, so `_count` and `le="+Inf"` are one number.
/// A scrape that comes between the two additions of an observation sees its bucket without its
/// share of the sum.
///
/// Unchecked: `shards` is allocated and initialised in `init`, freed in `deinit`, never moved, and
/// only reached through atomic operations between the two.
package final class Histogram: @unchecked Sendable {
  private let scale: LogLinearScale
  private let hasWindow: Bool
  private let key = ThreadSlot.key
  /// One for each thread number, made when its thread first observes.
  private let shards: UnsafeMutablePointer<Atomic<Unmanaged<HistogramShard>?>>
  /// What threads without a number share, behind its lock.
  private let common: Locked<HistogramShard?>
  private let exemplars: ExemplarCells?

  init(scale: LogLinearScale, hasWindow: Bool, hasExemplars: Bool) {
    self.scale = scale
    self.hasWindow = hasWindow
    shards = .allocate(capacity: ThreadSlot.count)
    for index in 0..<ThreadSlot.count { (shards + index).initialize(to: Atomic(nil)) }
    common = Locked(nil)
    exemplars = hasExemplars ? ExemplarCells(buckets: scale.edges.count + 1) : nil
  }

  deinit {
    for index in 0..<ThreadSlot.count { shards[index].load(ordering: .relaxed)?.release() }
    shards.deinitialize(count: ThreadSlot.count)
    shards.deallocate()
  }

  /// One more value, in units (nanoseconds for a family in seconds); negative ones count as 0.
  ///
  /// `now` is monotonic nanoseconds; only a family with a window reads it.
  package func observe(_ units: Int, now: UInt64 = 0, exemplar: Exemplar? = nil) {
    let value = UInt64(max(0, units))
    let place = scale.place(value)
    let thread = ThreadSlot.current(key)
    if thread < ThreadSlot.count {
      let shard = shards[thread].load(ordering: .relaxed) ?? makeShard(thread)
      shard._withUnsafeGuaranteedRef { $0.observe(value, slot: place.slot, now: now) }
    } else {
      observeInCommon(value, slot: place.slot, now: now)
    }
    if let exemplar { exemplars?.store(exemplar, value: value, bucket: place.classic) }
  }

  @inline(never)
  private func makeShard(_ thread: Int) -> Unmanaged<HistogramShard> {
    let shard = Unmanaged.passRetained(
      HistogramShard(width: scale.slotCount, hasWindow: hasWindow))
    // Only this thread stores under its number; the release makes what is in it seen by readers.
    shards[thread].store(shard, ordering: .releasing)
    return shard
  }

  @inline(never)
  private func observeInCommon(_ value: UInt64, slot: Int, now: UInt64) {
    common.withLock { shard in
      let known = shard ?? HistogramShard(width: scale.slotCount, hasWindow: hasWindow)
      shard = known
      known.observe(value, slot: slot, now: now)
    }
  }

  /// Every shard that there is now.
  private func allShards() -> [HistogramShard] {
    var all: [HistogramShard] = []
    for index in 0..<ThreadSlot.count {
      if let shard = shards[index].load(ordering: .acquiring) {
        all.append(shard.takeUnretainedValue())
      }
    }
    if let shard = common.withLock({ $0 }) { all.append(shard) }
    return all
  }

  /// The fine counts, all shards together.
  private func slotCounts() -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: scale.slotCount)
    for shard in allShards() {
      for slot in 0..<counts.count { counts[slot] += shard.count(slot) }
    }
    return counts
  }

  /// The number of values so far.
  package var count: UInt64 { slotCounts().reduce(0, +) }

  /// The sum of the values so far, in units.
  package var sumUnits: UInt64 { allShards().reduce(0) { $0 &+ $1.sumUnits } }

  /// Counts of values up to each edge and, last, of all.
  package func cumulativeCounts() -> [UInt64] {
    let slots = slotCounts()
    var counts: [UInt64] = []
    counts.reserveCapacity(scale.edges.count + 1)
    var running: UInt64 = 0
    var slot = 0
    for edge in scale.edges {
      let last = scale.place(edge).slot
      while slot <= last {
        running += slots[slot]
        slot += 1
      }
      counts.append(running)
    }
    counts.append(slots[slot...].reduce(running, +))
    return counts
  }

  /// Adds the fine counts of the last five minutes to `sums`, one element for each slot.
  func accumulateWindow(into sums: inout [UInt64], now: UInt64) {
    for shard in allShards() { shard.accumulateWindow(into: &sums, now: now) }
  }

  func exemplar(bucket: Int) -> (value: UInt64, exemplar: Exemplar)? {
    exemplars?.load(bucket: bucket)
  }
}
