import Cryptography
import Glibc
import Synchronization

/// Hashes passwords on threads of its own, a few at once and a bounded number waiting: a hash costs
/// a fifth of a second of a core, and none of it may be an event loop's. The threads yield to all
/// others (nice 10), so that a rush of logins slows logins, not the chat.
package final class PasswordWorker: Sendable {
  private let queue: PasswordJobs
  private let ids = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - threads: hashes computed at once.
  ///   - waitingMax: callers that may wait beside; one more is refused as overloaded.
  package init(threads: Int = 2, waitingMax: Int = 64) throws(IdentityError) {
    queue = PasswordJobs(countMax: max(0, waitingMax) + max(1, threads))
    for _ in 0..<max(1, threads) { try Self.startThread(queue) }
  }

  deinit { queue.close() }

  /// A new hash of a password.
  package func hash(_ password: String) async throws(IdentityError) -> String {
    try await run { () throws(CryptoError) in try PasswordHash.make(password) }
  }

  /// Whether a password is the one of a stored hash.
  package func verify(_ password: String, _ stored: String) async throws(IdentityError) -> Bool {
    try await run { () throws(CryptoError) in try PasswordHash.verify(password, stored) }
  }

  private func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws(CryptoError) -> Value
  ) async throws(IdentityError) -> Value {
    let id = ids.add(1, ordering: .relaxed).newValue
    let result: Result<Value, IdentityError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let job = PasswordJobs.Job(id: id) {
          do throws(CryptoError) {
            continuation.resume(returning: .success(try work()))
          } catch {
            continuation.resume(returning: .failure(.crypto(error.description)))
          }
        } refuse: {
          continuation.resume(returning: .failure(.overloaded))
        }
        if Task.isCancelled || !queue.add(job) { job.refuse() }
      }
    } onCancel: {
      // Nobody waits for the answer any more: the place is another's.
      queue.withdraw(id)?.refuse()
    }
    return try result.get()
  }

  // MARK: Threads

  private static func startThread(_ queue: PasswordJobs) throws(IdentityError) {
    // The thread owns the queue's reference from here on; where it does not start, it is taken
    // back.
    let argument = Unmanaged.passRetained(queue)
    var thread = pthread_t()
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    // A thread inherits its maker's mask; signals belong to threads that expect them.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let queue = Unmanaged<PasswordJobs>.fromOpaque(argument).takeRetainedValue()
        // On Linux a thread has a priority of its own; 0 is the calling one.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        while let job = queue.next() {
          job.run()
          queue.ended()
        }
        return nil
      }, argument.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard status == 0 else {
      argument.release()
      throw .crypto("no thread for passwords: error \(status)")
    }
    pthread_detach(thread)
  }
}
