internal import Glibc

/// A small number that the calling thread has to itself while it lives.
///
/// What is written under such a number has one writer at a time, so it needs no locked instruction.
/// A number is freed when its thread ends, and then serves the next thread.
enum ThreadSlot {
  /// How many threads can have one at once; a process has a handful of threads that observe.
  static let count = 16

  private static let free = Locked((0..<count).reversed().map { $0 })
  /// Nil where the system has no key left: nobody has a number then.
  static let key: pthread_key_t? = {
    var key = pthread_key_t()
    let made = pthread_key_create(&key) { value in
      let slot = Int(bitPattern: value) - 1
      if slot < ThreadSlot.count { ThreadSlot.free.withLock { $0.append(slot) } }
    }
    return made == 0 ? key : nil
  }()

  /// The number of this thread, below `count`; `count` where all are taken.
  @inline(__always)
  static func current(_ key: pthread_key_t?) -> Int {
    guard let key else { return count }
    if let value = pthread_getspecific(key) { return Int(bitPattern: value) - 1 }
    return take(key)
  }

  @inline(never)
  private static func take(_ key: pthread_key_t) -> Int {
    let slot = free.withLock { $0.popLast() } ?? count
    // A number that cannot be kept would never come back.
    guard pthread_setspecific(key, UnsafeRawPointer(bitPattern: slot + 1)) == 0 else {
      if slot < count { free.withLock { $0.append(slot) } }
      return count
    }
    return slot
  }
}
