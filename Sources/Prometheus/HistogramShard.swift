internal import Synchronization

/// The part of a histogram that one thread writes and everybody reads.
///
/// One writer at a time (`ThreadSlot` sees to it), so adding is a load and a store; readers see each
/// number whole, and the writer's last few additions a little later. The window is ten slices of
/// thirty seconds, each with the number of its half minute, so that a thread that falls silent
/// leaves nothing behind that looks new.
///
/// Unchecked: the memory is allocated in `init`, freed in `deinit`, and reached atomically between.
final class HistogramShard: @unchecked Sendable {
  private static let sliceCount = 11
  private static let readSlices: UInt64 = 10
  static let sliceNanoseconds: UInt64 = 30_000_000_000

  let width: Int
  private let buckets: AtomicArray<UInt64>
  private let sum = Atomic<UInt64>(0)
  private let window: AtomicArray<UInt32>?
  /// The half minute, plus one, that each slice counts; 0 where it counts none.
  private let halfMinutes: AtomicArray<UInt64>

  init(width: Int, hasWindow: Bool) {
    self.width = width
    buckets = AtomicArray(count: width)
    window = hasWindow ? AtomicArray(count: width * Self.sliceCount) : nil
    halfMinutes = AtomicArray(count: Self.sliceCount)
  }

  /// One more value. Only the thread whose shard this is may call it.
  @inline(__always)
  func observe(_ value: UInt64, slot: Int, now: UInt64) {
    buckets.addAlone(1, at: slot)
    sum.store(sum.load(ordering: .relaxed) &+ value, ordering: .relaxed)
    guard let window else { return }
    let halfMinute = now / Self.sliceNanoseconds + 1
    let slice = Int(truncatingIfNeeded: halfMinute % UInt64(Self.sliceCount))
    if halfMinutes.load(slice) != halfMinute { begin(halfMinute, slice, window) }
    window.addAlone(1, at: slice * width + slot)
  }

  @inline(never)
  private func begin(_ halfMinute: UInt64, _ slice: Int, _ window: AtomicArray<UInt32>) {
    // A clock that steps back counts on in what is there.
    guard halfMinutes.load(slice) < halfMinute else { return }
    // Readers leave the slice out while it is wiped.
    halfMinutes.store(0, at: slice)
    atomicMemoryFence(ordering: .releasing)
    window.clear(slice * width..<(slice + 1) * width)
    atomicMemoryFence(ordering: .releasing)
    halfMinutes.store(halfMinute, at: slice)
  }

  func count(_ slot: Int) -> UInt64 { buckets.load(slot) }

  var sumUnits: UInt64 { sum.load(ordering: .relaxed) }

  /// Adds the counts of the last five minutes to `sums`.
  func accumulateWindow(into sums: inout [UInt64], now: UInt64) {
    guard let window else { return }
    let newest = now / Self.sliceNanoseconds + 1
    for slice in 0..<Self.sliceCount {
      let halfMinute = halfMinutes.load(slice)
      atomicMemoryFence(ordering: .acquiring)
      guard halfMinute > 0, halfMinute + Self.readSlices > newest else { continue }
      let start = slice * width
      for index in 0..<min(width, sums.count) { sums[index] += UInt64(window.load(start + index)) }
    }
  }
}
