internal import Synchronization

/// Counts over the last five minutes: ten slices of thirty seconds, the running one included.
///
/// Time is handed in as monotonic nanoseconds. The slice after the running one is always clean, so
/// to go on to it is one comparison and nobody waits; whoever comes first also clears the next.
/// An addition that races with the change of slice may land in the neighbour: a window may be off
/// by such a one at its edge, the totals kept elsewhere never are.
package final class SlidingCounts: Sendable {
  /// Ten slices are read, one is kept clean ahead, one is left for stragglers.
  private static let sliceCount = 12
  private static let readSlices = 10
  private static let sliceNanoseconds: UInt64 = 30_000_000_000

  private let width: Int
  private let cells: AtomicArray<UInt32>
  private let newest = Atomic<Int>(-1)
  private let isRotating = Atomic<Bool>(false)

  /// `width` counters that share the window.
  package init(width: Int) {
    self.width = max(1, width)
    cells = AtomicArray(count: self.width * Self.sliceCount)
  }

  /// So many more of the counter `index`, which must be below the width.
  @inline(__always)
  package func add(_ amount: UInt32 = 1, to index: Int, now: UInt64) {
    precondition(index < width)
    let slice = max(advance(to: now), 0) % Self.sliceCount
    cells.add(amount, at: slice * width + index)
  }

  /// The sums over the window that ends now.
  package func totals(now: UInt64) -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: width)
    accumulate(into: &sums, now: now)
    return sums
  }

  func accumulate(into sums: inout [UInt64], now: UInt64) {
    let last = advance(to: now)
    guard last >= 0 else { return }
    for slice in max(0, last - Self.readSlices + 1)...last {
      let start = slice % Self.sliceCount * width
      for index in 0..<min(width, sums.count) {
        sums[index] += UInt64(cells.load(start + index))
      }
    }
  }

  /// The slice to write to: the running one, or the one before while another thread changes it.
  @inline(__always)
  private func advance(to now: UInt64) -> Int {
    let wanted = Int(truncatingIfNeeded: now / Self.sliceNanoseconds)
    let current = newest.load(ordering: .acquiring)
    return wanted <= current ? current : rotate(to: wanted)
  }

  @inline(never)
  private func rotate(to wanted: Int) -> Int {
    guard !isRotating.exchange(true, ordering: .acquiring) else {
      return newest.load(ordering: .acquiring)
    }
    defer { isRotating.store(false, ordering: .releasing) }
    let current = newest.load(ordering: .acquiring)
    guard wanted > current else { return current }
    if wanted - current >= Self.sliceCount {
      cells.clear(0..<cells.count)
    } else {
      for slice in (current + 2)...(wanted + 1) {
        let start = slice % Self.sliceCount * width
        cells.clear(start..<start + width)
      }
    }
    newest.store(wanted, ordering: .releasing)
    return wanted
  }
}
