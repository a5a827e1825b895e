internal import JSONLogging
internal import Logging
internal import Postgres
internal import Prometheus

extension GatewayTelemetry {
  /// Interprets what the PostgreSQL pool tells; that it is up or down is told as a dependency.
  func observe(_ event: PostgresEvent) {
    let database = metrics.database
    switch event {
    case .queryFinished(let duration, let outcome): database.finished(outcome, duration: duration)
    case .connectionOpened: database.connectionsOpened.increment()
    case .connectionFailed(let error):
      database.connectionsFailed.increment()
      log.event(.warning, logger: "postgres", "connection failed") {
        $0.field("error", error.description)
      }
    case .connectionClosed(let reason): closed(reason)
    case .poolWaited(let duration): database.poolWait.observe(nanoseconds(duration))
    case .poolChanged(let idle, let inUse, let waiting):
      database.idle.set(idle)
      database.inUse.set(inUse)
      database.waiting.set(waiting)
    }
  }

  private func closed(_ reason: PostgresCloseReason) {
    metrics.database.closed(reason)
    switch reason {
    case .shutdown, .cancelled, .grown: return
    case .lost, .idleDoubt, .deadline, .doubt:
      log.event(.warning, logger: "postgres", "connection closed") {
        $0.field("reason", reason.rawValue)
      }
    }
  }
}
