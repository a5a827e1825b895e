internal import Synchronization

/// A fixed table of objects made when first asked for and read without a lock from then on.
///
/// For label values that are known as small numbers (a status, a method): the lookup is one load.
///
/// Unchecked: the cells are allocated and initialised in `init`, freed in `deinit`, never moved,
/// and each is an atomic reference that is set once.
package final class LazyChildren<Child: AnyObject & Sendable>: @unchecked Sendable {
  private let count: Int
  private let cells: UnsafeMutablePointer<AtomicLazyReference<Child>>

  /// An empty table of so many places.
  package init(count: Int) {
    self.count = max(1, count)
    cells = .allocate(capacity: self.count)
    for index in 0..<self.count {
      (cells + index).initialize(to: AtomicLazyReference())
    }
  }

  deinit {
    cells.deinitialize(count: count)
    cells.deallocate()
  }

  /// The child at a place; a place outside the table is the last one.
  ///
  /// Where two threads make one at once, both get the first.
  package func child(at index: Int, make: () -> Child) -> Child {
    let index = index >= 0 && index < count ? index : count - 1
    if let child = cells[index].load() { return child }
    return cells[index].storeIfNil(make())
  }

  /// The children made so far.
  package var made: [Child] {
    (0..<count).compactMap { cells[$0].load() }
  }
}
