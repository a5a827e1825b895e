import Synchronization

/// Lets a bounded number of works go on at once, and of one user fewer, so that nobody takes all
/// places; the others wait, first come first served among those who may.
///
/// ```swift
/// let turn = try await gate.turn(for: userID)   // ends with its last reference
/// ```
package final class TurnGate: Sendable {
  /// More wait than may.
  package struct Overloaded: Error {}

  /// A place, given back when it is dropped.
  package final class Turn: Sendable {
    private let gate: TurnGate
    private let user: String

    fileprivate init(_ gate: TurnGate, _ user: String) {
      self.gate = gate
      self.user = user
    }

    deinit { gate.ended(user) }
  }

  private struct Waiter {
    let id: UInt64
    let user: String
    let continuation: CheckedContinuation<Turn, any Error>
  }

  private struct State {
    var running = 0
    var runningOf: [String: Int] = [:]
    var waiters: [Waiter] = []
    var cancelled: Set<UInt64> = []
    var nextID: UInt64 = 0

    func admits(_ user: String, _ gate: TurnGate) -> Bool {
      running < gate.turnsMax && runningOf[user, default: 0] < gate.turnsOfUserMax
    }

    mutating func start(_ user: String) {
      running += 1
      runningOf[user, default: 0] += 1
    }
  }

  private let turnsMax: Int
  private let turnsOfUserMax: Int
  private let waitMax: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - turnsMax: works at once.
  ///   - turnsOfUserMax: of one user.
  ///   - waitMax: that may wait.
  package init(turnsMax: Int, turnsOfUserMax: Int, waitMax: Int) {
    self.turnsMax = turnsMax
    self.turnsOfUserMax = turnsOfUserMax
    self.waitMax = waitMax
  }

  /// Waits for a place.
  /// - Throws: `Overloaded`, or `CancellationError` where the task was cancelled.
  package func turn(for user: String) async throws -> Turn {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    defer { state.withLock { _ = $0.cancelled.remove(id) } }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        wait(Waiter(id: id, user: user, continuation: $0))
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func wait(_ waiter: Waiter) {
    let outcome = state.withLock { state -> Result<Turn, any Error>? in
      if state.cancelled.remove(waiter.id) != nil { return .failure(CancellationError()) }
      if state.admits(waiter.user, self) {
        state.start(waiter.user)
        return .success(Turn(self, waiter.user))
      }
      guard state.waiters.count < waitMax else { return .failure(Overloaded()) }
      state.waiters.append(waiter)
      return nil
    }
    if let outcome { waiter.continuation.resume(with: outcome) }
  }

  private func cancel(_ id: UInt64) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
        // Not there yet, or served; of the latter nobody asks again.
        state.cancelled.insert(id)
        return nil
      }
      return state.waiters.remove(at: index)
    }
    waiter?.continuation.resume(throwing: CancellationError())
  }

  private func ended(_ user: String) {
    let next = state.withLock { state -> Waiter? in
      state.running -= 1
      let left = state.runningOf[user, default: 1] - 1
      state.runningOf[user] = left == 0 ? nil : left
      guard let index = state.waiters.firstIndex(where: { state.admits($0.user, self) }) else {
        return nil
      }
      let waiter = state.waiters.remove(at: index)
      state.start(waiter.user)
      return waiter
    }
    guard let next else { return }
    next.continuation.resume(returning: Turn(self, next.user))
  }
}
