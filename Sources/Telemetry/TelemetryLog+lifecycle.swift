internal import JSONLogging
internal import Logging

extension TelemetryLog {
  /// The line of a step in the life of the program.
  func lifecycle(_ event: LifecycleEvent) {
    let logger = "lifecycle"
    switch event {
    case .starting: self.event(.notice, logger: logger, "starting")
    case .listening(let name, let address):
      self.event(.notice, logger: logger, "listening") {
        $0.field("listener", name)
        $0.field("address", address)
      }
    case .ready: self.event(.notice, logger: logger, "ready")
    case .degraded(let reason):
      self.event(.warning, logger: logger, "degraded") { $0.field("reason", reason) }
    case .notReady(let reason):
      self.event(.warning, logger: logger, "not ready") { $0.field("reason", reason) }
    case .draining(let inFlight):
      self.event(.notice, logger: logger, "draining") { $0.field("in_flight", inFlight) }
    case .drained(let unanswered):
      self.event(unanswered == 0 ? .notice : .error, logger: logger, "drained") {
        $0.field("unanswered", unanswered)
      }
    case .stopped: self.event(.notice, logger: logger, "stopped")
    case .settingsInvalid(let faults):
      self.event(.critical, logger: logger, "settings invalid") { $0.field("faults", faults) }
    case .logsReopened: self.event(.notice, logger: logger, "logs reopened")
    case .partRestarted(let name, let reason):
      self.event(.warning, logger: logger, "part restarted") {
        $0.field("part", name)
        $0.field("reason", reason)
      }
    }
  }

  /// The line of a fault of our own.
  func internalFault(message: String, requestID: RequestID?) {
    failure(.error, logger: "fault", "internal fault", alike: ["error": message]) {
      $0.field("request_id", requestID?.text)
    }
  }
}
