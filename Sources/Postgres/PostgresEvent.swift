/// What happened in a `PostgresPool`, each told once, in the past tense.
package enum PostgresEvent: Sendable {
  /// One `run` that got a connection ended, well or not: a round trip, `duration` from the moment
  /// its statements were handed to libpq.
  case queryFinished(duration: Duration, outcome: PostgresOutcome)
  /// A connection was opened and is usable.
  case connectionOpened
  /// An attempt to open a connection failed; another follows after a pause.
  case connectionFailed(PostgresError)
  /// An open connection was closed.
  case connectionClosed(reason: PostgresCloseReason)
  /// A `run` waited for a connection, and got one or gave up; not told where one was free at once.
  case poolWaited(duration: Duration)
  /// The numbers of connections and of waiting runs changed.
  case poolChanged(idle: Int, inUse: Int, waiting: Int)
}

/// How a round trip ended.
package enum PostgresOutcome: Sendable, Hashable {
  /// Committed.
  case succeeded
  /// Rolled back, or in doubt where the connection was lost.
  case failed(PostgresError.Code)
}

/// Why a connection was closed.
package enum PostgresCloseReason: String, Sendable, Hashable, CaseIterable {
  /// The server, or the network, ended it.
  case lost
  /// Something came, or it ended, while nobody used it.
  case idleDoubt
  /// The task of its query was cancelled.
  case cancelled
  /// The deadline of its query passed.
  case deadline
  /// It was not back in order after a query.
  case doubt
  /// A value was so large that libpq's buffers, which never shrink, had grown for it.
  case grown
  /// The pool was shut down.
  case shutdown
}
