import Resilience
import Telemetry

/// Says what a `WorkerPool` tells in the gateway's own words.
enum WorkerTelling {
  static func tell(_ event: WorkerPoolEvent, to telemetry: GatewayTelemetry) {
    telemetry.observe(observation(event))
  }

  static func observation(_ event: WorkerPoolEvent) -> GatewayObservation {
    switch event {
    case .attemptFinished(let worker, let outcome, let duration):
      let (seconds, attoseconds) = duration.components
      return .aiAttemptFinished(
        worker: worker, outcome: AIOutcome(outcome),
        seconds: Double(seconds) + Double(attoseconds) / 1e18)
    case .retried(let worker): return .aiRetried(worker: worker)
    case .workerChanged(let worker, let up): return .workerChanged(worker: worker, up: up)
    case .inFlightChanged(let worker, let count):
      return .workerInFlightChanged(worker: worker, count: count)
    case .circuitChanged(let worker, let from, let to):
      return .circuitChanged(worker: worker, from: CircuitState(from), to: CircuitState(to))
    }
  }
}

extension AIOutcome {
  fileprivate init(_ outcome: WorkerPoolEvent.Outcome) {
    self =
      switch outcome {
      case .ok: .ok
      case .error: .error
      case .timeout: .timeout
      case .rejected: .rejected
      case .cancelled: .cancelled
      }
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
