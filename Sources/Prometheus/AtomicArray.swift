internal import Synchronization

/// A fixed number of atomic counters side by side.
///
/// Unchecked: the memory is allocated and initialised in `init`, freed in `deinit`, never moved,
/// and only reached through atomic operations between the two.
final class AtomicArray<Value: AtomicRepresentable & FixedWidthInteger>: @unchecked Sendable {
  let count: Int
  private let cells: UnsafeMutablePointer<Atomic<Value>>

  init(count: Int) {
    self.count = count
    cells = .allocate(capacity: count)
    for index in 0..<count {
      (cells + index).initialize(to: Atomic(0))
    }
  }

  deinit {
    cells.deinitialize(count: count)
    cells.deallocate()
  }
}

extension AtomicArray where Value == UInt64 {
  @inline(__always)
  func add(_ amount: UInt64, at index: Int) {
    precondition(index >= 0 && index < count)
    cells[index].wrappingAdd(amount, ordering: .relaxed)
  }

  func load(_ index: Int) -> UInt64 {
    precondition(index >= 0 && index < count)
    return cells[index].load(ordering: .relaxed)
  }

  func store(_ value: UInt64, at index: Int) {
    precondition(index >= 0 && index < count)
    cells[index].store(value, ordering: .relaxed)
  }

  /// Takes a cell as a lock: 0 is free, 1 is taken.
  func claim(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    return cells[index].compareExchange(expected: 0, desired: 1, ordering: .acquiring).exchanged
  }

  /// Frees a cell taken with `claim`.
  func release(_ index: Int) {
    precondition(index >= 0 && index < count)
    cells[index].store(0, ordering: .releasing)
  }
}

extension AtomicArray where Value == UInt32 {
  @inline(__always)
  func add(_ amount: UInt32, at index: Int) {
    precondition(index >= 0 && index < count)
    cells[index].wrappingAdd(amount, ordering: .relaxed)
  }

  func load(_ index: Int) -> UInt32 {
    precondition(index >= 0 && index < count)
    return cells[index].load(ordering: .relaxed)
  }

  func clear(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    for index in range { cells[index].store(0, ordering: .relaxed) }
  }
}
