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
      log.failure(
        .warning, logger: "postgres", "connection failed", alike: ["error": error.description])
    case .connectionClosed(let reason): closed(reason)
    case .poolWaited(let duration): database.poolWait.observe(nanoseconds(duration))
    case .poolChanged(let idle, let inUse, let waiting):
      database.idle.set(idle)
      database.inUse.set(inUse)
      database.waiting.set(waiting)
    }
  }

  /// Interprets what the connection that listens tells.
  func observe(_ event: PostgresListenerEvent) {
    switch event {
    case .listening:
      metrics.realtimeListening.set(1)
      log.event(.notice, logger: "postgres", "listening for changes")
    case .connectionFailed(let error), .connectionLost(let error):
      metrics.realtimeListening.set(0)
      log.failure(
        .warning, logger: "postgres", "not listening for changes",
        alike: ["error": error.description])
    }
  }

  private func closed(_ reason: PostgresCloseReason) {
    metrics.database.closed(reason)
    switch reason {
    case .shutdown, .cancelled, .grown: return
    case .lost, .idleDoubt, .deadline, .doubt:
      log.failure(
        .warning, logger: "postgres", "connection closed", alike: ["reason": reason.rawValue])
    }
  }
}
