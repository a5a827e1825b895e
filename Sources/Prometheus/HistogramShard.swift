internal import Synchronization

/// The part of a histogram that one thread writes and everybody reads.
///
/// One writer at a time (`ThreadSlot` sees to it), so adding is a load and a store; readers see
/// each number whole, and the writer's last few additions a little later. The window is ten slices
/// of thirty seconds, each with the number of its half minute, so that a thread that falls silent
/// leaves nothing behind that looks new.
///
/// Unchecked: the memory is allocated in `init`, freed in `deinit`, and reached atomically between.
final class HistogramShard: @unchecked Sendable {
  private static let sliceCount = 11
  private static let readSlices: UInt64 = 10
  static let sliceNanoseconds: UInt64 = 30_000_000_000

  private let width: Int
  // Bare memory: what holds a reference costs more to reach than to add to.
  private let buckets: UnsafeMutablePointer<Atomic<UInt64>>
  private let window: UnsafeMutablePointer<Atomic<UInt32>>?
  /// The half minute, plus one, that each slice counts; 0 where it counts none.
  private let halfMinutes: UnsafeMutablePointer<Atomic<UInt64>>
  private let sum = Atomic<UInt64>(0)

  init(width: Int, hasWindow: Bool) {
    self.width = width
    buckets = .allocate(capacity: width)
    for index in 0..<width { (buckets + index).initialize(to: Atomic(0)) }
    halfMinutes = .allocate(capacity: Self.sliceCount)
    for index in 0..<Self.sliceCount { (halfMinutes + index).initialize(to: Atomic(0)) }
    guard hasWindow else {
      window = nil
      return
    }
    let cells = UnsafeMutablePointer<Atomic<UInt32>>.allocate(capacity: width * Self.sliceCount)
    for index in 0..<width * Self.sliceCount { (cells + index).initialize(to: Atomic(0)) }
    window = cells
  }

  deinit {
    buckets.deinitialize(count: width)
    buckets.deallocate()
    halfMinutes.deinitialize(count: Self.sliceCount)
    halfMinutes.deallocate()
    window?.deinitialize(count: width * Self.sliceCount)
    window?.deallocate()
  }

  /// One more value. Only the thread whose shard this is may call it.
  @inline(__always)
  func observe(_ value: UInt64, slot: Int, now: UInt64) {
    precondition(slot >= 0 && slot < width)
    let bucket = buckets[slot].load(ordering: .relaxed)
    buckets[slot].store(bucket &+ 1, ordering: .relaxed)
    sum.store(sum.load(ordering: .relaxed) &+ value, ordering: .relaxed)
    guard let window else { return }
    let halfMinute = now / Self.sliceNanoseconds &+ 1
    let slice = Int(truncatingIfNeeded: halfMinute % UInt64(Self.sliceCount))
    if halfMinutes[slice].load(ordering: .relaxed) != halfMinute { begin(halfMinute, slice) }
    let cell = window + (slice &* width &+ slot)
    cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  @inline(never)
  private func begin(_ halfMinute: UInt64, _ slice: Int) {
    // A clock that steps back counts on in what is there.
    guard let window, halfMinutes[slice].load(ordering: .relaxed) < halfMinute else { return }
    // Readers leave the slice out while it is wiped.
    halfMinutes[slice].store(0, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
    for index in slice * width..<(slice + 1) * width { window[index].store(0, ordering: .relaxed) }
    halfMinutes[slice].store(halfMinute, ordering: .releasing)
  }

  func count(_ slot: Int) -> UInt64 {
    precondition(slot >= 0 && slot < width)
    return buckets[slot].load(ordering: .relaxed)
  }

  var sumUnits: UInt64 { sum.load(ordering: .relaxed) }

  /// Adds the counts of the last five minutes to `sums`.
  func accumulateWindow(into sums: inout [UInt64], now: UInt64) {
    guard let window else { return }
    let newest = now / Self.sliceNanoseconds + 1
    for slice in 0..<Self.sliceCount {
      let halfMinute = halfMinutes[slice].load(ordering: .acquiring)
      guard halfMinute > 0, halfMinute + Self.readSlices > newest else { continue }
      let start = slice * width
      for index in 0..<min(width, sums.count) {
        sums[index] += UInt64(window[start + index].load(ordering: .relaxed))
      }
    }
  }
}
