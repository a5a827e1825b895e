import Crypto
import Dispatch
import Synchronization

/// Runs password hashes on threads of its own, a few at once and a bounded number waiting: a hash
/// costs a tenth of a second of a core, and none of it may be an event loop's.
final class PasswordWorker: Sendable {
  private let queue: DispatchQueue
  private let slots: DispatchSemaphore
  private let waitingMax: Int
  private let waiting = Mutex(0)

  /// - Parameters:
  ///   - threads: hashes computed at once.
  ///   - waitingMax: callers that may wait; one more is refused as overloaded.
  init(threads: Int = 2, waitingMax: Int = 64) {
    queue = DispatchQueue(label: "phoenix.passwords", attributes: .concurrent)
    slots = DispatchSemaphore(value: threads)
    self.waitingMax = waitingMax
  }

  /// A new hash of a password.
  func hash(_ password: String) async throws(IdentityError) -> String {
    try await run { try PasswordHash.make(password) }
  }

  /// Whether a password is the one of a stored hash.
  func verify(_ password: String, _ stored: String) async throws(IdentityError) -> Bool {
    try await run { try PasswordHash.verify(password, stored) }
  }

  private func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws(IdentityError) -> Value {
    let admitted = waiting.withLock { count in
      guard count < waitingMax else { return false }
      count += 1
      return true
    }
    guard admitted else { throw .overloaded }
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      queue.async { [slots] in
        slots.wait()
        let result = Result { try work() }
        slots.signal()
        continuation.resume(returning: result)
      }
    }
    waiting.withLock { $0 -= 1 }
    do { return try result.get() } catch { throw .crypto("\(error)") }
  }
}
