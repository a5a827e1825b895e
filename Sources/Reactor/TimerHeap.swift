/// One-shot timers ordered by deadline: a binary heap with cancellation by forgetting.
///
/// A cancelled timer's handler is dropped at once; its heap entry goes when it comes to the top or
/// when more than half of the heap is dead, so memory stays in proportion to live timers.
struct TimerHeap {
  private struct Entry {
    let deadline: UInt64
    let id: UInt64
  }

  private var entries: [Entry] = []
  private var handlers: [UInt64: () -> Void] = [:]
  private var nextID: UInt64 = 0

  /// Live timers.
  var count: Int { handlers.count }

  /// Heap entries, dead ones included.
  var entryCount: Int { entries.count }

  mutating func insert(deadline: UInt64, _ handler: @escaping () -> Void) -> UInt64 {
    nextID += 1
    handlers[nextID] = handler
    entries.append(Entry(deadline: deadline, id: nextID))
    siftUp(entries.count - 1)
    return nextID
  }

  mutating func remove(_ id: UInt64) {
    guard handlers.removeValue(forKey: id) != nil else { return }
    if entries.count > 64, entries.count > 2 * handlers.count { compact() }
  }

  /// The earliest live deadline.
  mutating func earliest() -> UInt64? {
    while let first = entries.first {
      if handlers[first.id] != nil { return first.deadline }
      popFirst()
    }
    return nil
  }

  /// Takes the earliest timer out if it is due at `now`.
  mutating func popDue(_ now: UInt64) -> (() -> Void)? {
    guard let deadline = earliest(), deadline <= now else { return nil }
    let handler = handlers.removeValue(forKey: entries[0].id)
    popFirst()
    return handler
  }

  private mutating func compact() {
    entries.removeAll { handlers[$0.id] == nil }
    // A sorted array is a heap.
    entries.sort { Self.isBefore($0, $1) }
  }

  private mutating func popFirst() {
    let last = entries.removeLast()
    guard !entries.isEmpty else { return }
    entries[0] = last
    siftDown(0)
  }

  // Equal deadlines fire in the order they were set.
  private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
    (a.deadline, a.id) < (b.deadline, b.id)
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isBefore(entries[child], entries[parent]) else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var child = 2 * parent + 1
      guard child < entries.count else { return }
      if child + 1 < entries.count, Self.isBefore(entries[child + 1], entries[child]) {
        child += 1
      }
      guard Self.isBefore(entries[child], entries[parent]) else { return }
      entries.swapAt(child, parent)
      parent = child
    }
  }
}
