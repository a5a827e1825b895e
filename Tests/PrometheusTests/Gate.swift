import Glibc

/// Holds a thread until it is opened. Unchecked: the semaphore keeps one address as long as the gate
/// lives, and its calls are safe from any thread.
final class Gate: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    semaphore.initialize(to: sem_t())
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func wait() { sem_wait(semaphore) }
  func open() { sem_post(semaphore) }
}
