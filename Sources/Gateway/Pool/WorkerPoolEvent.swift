package import Resilience

/// What happened in a `WorkerPool`, in the past tense and told once.
package enum WorkerPoolEvent: Sendable, Hashable {
  /// How one request to one worker ended.
  package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// A whole answer below 400.
    case ok
    /// An error answer, a broken connection or a cut stream.
    case error
    /// The deadline passed.
    case timeout
    /// The worker, or the breaker before it, declined.
    case rejected
    /// The client left first.
    case cancelled
  }

  /// One request to one worker ended; of a stream, at its last byte.
  case attemptFinished(worker: String, outcome: Outcome, duration: Duration)
  /// Another try was begun, before the first byte; `worker` is the one that failed.
  case retried(worker: String)
  /// A worker was found to be up or down.
  case workerChanged(worker: String, up: Bool)
  /// The number of requests a worker has in hand changed.
  case inFlightChanged(worker: String, count: Int)
  /// A worker's breaker changed its state.
  case circuitChanged(worker: String, from: CircuitBreaker.State, to: CircuitBreaker.State)
}
