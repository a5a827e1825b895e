import Resilience
import Synchronization
import Telemetry

/// Who may call Gemini now, and who may try again: a breaker and a budget, shared by all questions
/// of a worker.
final class GeminiGate: Sendable {
  private struct State {
    // More patient than between gateway and worker: tries of one question fail together.
    var breaker = CircuitBreaker(failures: 8, openFor: .seconds(1), openMax: .seconds(30))
    var budget = RetryBudget()
  }

  private let state = Mutex(State())
  private let clock: TelemetryClock
  private let observe: @Sendable (AIWorkerObservation) -> Void

  init(clock: TelemetryClock, observe: @escaping @Sendable (AIWorkerObservation) -> Void) {
    self.clock = clock
    self.observe = observe
  }

  /// Whether a call may go; then exactly one of the three below follows.
  func admits(isFirst: Bool) -> Bool {
    let now = clock.monotonic()
    return change { state in
      if isFirst { state.budget.requested(at: now) }
      return state.breaker.admits(at: now)
    }
  }

  func succeeded() {
    change { $0.breaker.succeeded() }
  }

  func failed() {
    let now = clock.monotonic()
    change { $0.breaker.failed(at: now) }
  }

  /// The call said nothing about the service.
  func abandoned() {
    change { $0.breaker.abandoned() }
  }

  /// Takes one second try out of the budget.
  func takeRetry() -> Bool {
    let now = clock.monotonic()
    return change { $0.budget.takeRetry(at: now) }
  }

  @discardableResult
  private func change<Value: Sendable>(_ change: (inout sending State) -> Value) -> Value {
    let (value, before, after) = state.withLock { state in
      let before = state.breaker.state
      let value = change(&state)
      return (value, before, state.breaker.state)
    }
    if before != after {
      observe(.geminiCircuitChanged(from: CircuitState(before), to: CircuitState(after)))
    }
    return value
  }
}

extension CircuitState {
  fileprivate init(_ state: CircuitBreaker.State) {
    self =
      switch state {
      case .closed: .closed
      case .halfOpen: .halfOpen
      case .open: .open
      }
  }
}
