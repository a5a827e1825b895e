package import Resilience

/// The pool at one moment, for readiness and the status page.
package struct WorkerPoolStatus: Sendable, Hashable {
  /// One worker.
  package struct Worker: Sendable, Hashable {
    /// Its base URL.
    package let name: String
    /// Its last probe, or the last request since, found it up; false before the first probe.
    package let isUp: Bool
    /// Requests it has in hand.
    package let inFlight: Int
    /// Its breaker.
    package let circuit: CircuitBreaker.State
  }

  /// Every worker, in the order of the settings.
  package let workers: [Worker]

  /// Workers that are up.
  package var available: Int { workers.count { $0.isUp } }
  /// Workers configured.
  package var total: Int { workers.count }
}
