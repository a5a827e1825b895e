/// What the pool has to tell: closed, in the past tense, without values.
package enum PostgresEvent: Sendable, Equatable {
  /// One transaction ended; `seconds` from sending to the last row.
  case queryFinished(seconds: Double, outcome: QueryOutcome)
  case connectionOpened
  case connectionClosed(reason: CloseReason)
  /// A connection could not be opened; `detail` is PostgreSQL's or libpq's word for it.
  case connectionFailed(detail: String)
  /// A caller got a connection after waiting so long.
  case poolWaited(seconds: Double)
  case poolChanged(idle: Int, inUse: Int, waiting: Int)

  /// How a transaction ended.
  package enum QueryOutcome: String, Sendable, CaseIterable {
    case ok, error, timeout, cancelled, lost
  }

  /// Why a connection was closed.
  package enum CloseReason: String, Sendable, CaseIterable {
    case shutdown, lost, timeout, cancelled, doubtful
  }
}
