/// The state of a worker's breaker as metrics show it.
package enum CircuitState: String, Sendable, CaseIterable {
  /// Requests pass.
  case closed
  /// One request tries whether the worker is back.
  case halfOpen = "half_open"
  /// Requests are turned away at once.
  case open

  /// The value of `phoenix_ai_circuit_state`.
  package var gaugeValue: Int {
    switch self {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    }
  }
}
