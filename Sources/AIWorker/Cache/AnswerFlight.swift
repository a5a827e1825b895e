import Synchronization
import WorkerAPI

/// One answer on its way: made once, followed by everybody who asked for it.
///
/// Whoever takes a seat gets the pieces from the first one on, those already made at once, then the
/// whole answer or the failure. The work is cancelled when the last seat is left, and only then.
///
/// | state | seat taken | seat left | ends |
/// | --- | --- | --- | --- |
/// | running | one more | one less; the last one: abandoned | landed |
/// | abandoned | refused | – | landed, for nobody |
/// | landed | granted: the answer is there | nothing | – |
package final class AnswerFlight: Sendable {
  /// The next thing to tell a follower.
  package enum Step: Sendable {
    case piece(String)
    case landed(GeneratedAnswer)
  }

  private struct Waiter {
    let continuation: CheckedContinuation<Step, any Error>
  }

  private struct State {
    var pieces: [String] = []
    var bytes = 0
    var result: Result<GeneratedAnswer, ChatFailure>?
    var seats = 1
    var isAbandoned = false
    var task: Task<Void, Never>?
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
  }

  /// An answer beyond this is no answer to a family.
  package static let answerBytesMax = 256 * 1024

  private let state = Mutex(State())

  /// Starts `work`; the maker holds the first seat (`firstSeat`).
  func start(_ work: @escaping @Sendable () async -> Void) {
    let task = Task { await work() }
    let isAbandoned = state.withLock { state in
      state.task = task
      return state.isAbandoned
    }
    if isAbandoned { task.cancel() }
  }

  /// The seat of whoever made the flight; to be taken once.
  func firstSeat() -> FlightSeat { FlightSeat(self) }

  /// A further seat; nil where the flight was abandoned or failed.
  func takeSeat() -> FlightSeat? {
    let isGranted = state.withLock { state in
      if state.isAbandoned { return false }
      if case .failure = state.result { return false }
      state.seats += 1
      return true
    }
    return isGranted ? FlightSeat(self) : nil
  }

  fileprivate func leave() {
    let task: Task<Void, Never>? = state.withLock { state in
      state.seats -= 1
      guard state.seats == 0, state.result == nil else { return nil }
      state.isAbandoned = true
      return state.task
    }
    task?.cancel()
  }

  // MARK: Who makes the answer

  /// Adds a piece. Throws where the answer grows past its bound.
  func add(_ piece: String) throws(ChatFailure) {
    guard !piece.isEmpty else { return }
    let waiters: [Waiter]? = state.withLock { state in
      guard state.bytes + piece.utf8.count <= Self.answerBytesMax else { return nil }
      state.bytes += piece.utf8.count
      state.pieces.append(piece)
      defer { state.waiters.removeAll() }
      return Array(state.waiters.values)
    }
    guard let waiters else {
      throw ChatFailure(code: "answer_too_long", message: "The answer passed its bound.")
    }
    // Whoever waits has had every piece before this one.
    for waiter in waiters { waiter.continuation.resume(returning: .piece(piece)) }
  }

  /// Ends the flight, once.
  func land(_ result: Result<GeneratedAnswer, ChatFailure>) {
    let waiters = state.withLock { state in
      if state.result == nil { state.result = result }
      defer { state.waiters.removeAll() }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.continuation.resume(with: Self.step(result)) }
  }

  // MARK: Who follows

  /// What comes after the first `index` pieces. Throws the failure, or `CancellationError`.
  fileprivate func step(after index: Int) async throws -> Step {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known: Result<Step, any Error>? = state.withLock { state in
          if index < state.pieces.count { return .success(.piece(state.pieces[index])) }
          if let result = state.result { return Self.step(result) }
          // A cancellation before this line found no waiter to wake.
          if Task.isCancelled { return .failure(CancellationError()) }
          state.waiters[id] = Waiter(continuation: continuation)
          return nil
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }

  private static func step(
    _ result: Result<GeneratedAnswer, ChatFailure>
  ) -> Result<Step, any Error> {
    switch result {
    case .success(let answer): .success(.landed(answer))
    case .failure(let failure): .failure(failure)
    }
  }
}

/// A follower's place in a flight. Leaving it, or dropping it, counts it out.
package final class FlightSeat: Sendable {
  private let flight: AnswerFlight
  private let hasLeft = Atomic(false)

  fileprivate init(_ flight: AnswerFlight) { self.flight = flight }

  deinit { leave() }

  /// What comes after the first `index` pieces. Throws `ChatFailure` or `CancellationError`.
  package func step(after index: Int) async throws -> AnswerFlight.Step {
    try await flight.step(after: index)
  }

  /// The whole answer.
  package func answer() async throws -> GeneratedAnswer {
    var index = 0
    while true {
      if case .landed(let answer) = try await flight.step(after: index) { return answer }
      index += 1
    }
  }

  /// Counts the follower out; further calls do nothing.
  package func leave() {
    if !hasLeft.exchange(true, ordering: .relaxed) { flight.leave() }
  }
}
