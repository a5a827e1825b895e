/// Why a round trip to PostgreSQL has no result.
package struct PostgresError: Error, Sendable, Hashable {
  /// What happened; closed and stable.
  package enum Code: Sendable, Hashable {
    /// No connection could be opened.
    case connectionFailed
    /// The connection ended within the round trip: it may have been committed or not.
    case connectionLost
    /// As many callers as allowed wait for a connection, or this one waited too long.
    case poolExhausted
    /// The deadline, or the statement timeout, came first.
    case timeout
    /// The server refused a statement: nothing of the transaction is left.
    case server(sqlState: String)
    /// A value is not of the type asked for, or not there.
    case decoding
    /// The caller's task was cancelled.
    case cancelled
    /// A text holds NUL, which PostgreSQL cannot store: nothing was sent.
    case invalidText
    /// More bytes than settings allow: nothing was sent, or, where the answer is too large, nothing
    /// of it is handed on (but it may have been committed).
    case tooLarge
    /// The pool was shut down.
    case closed

    /// A word for labels: one of ten, whatever the SQLSTATE.
    package var kind: String {
      switch self {
      case .connectionFailed: "connection_failed"
      case .connectionLost: "connection_lost"
      case .poolExhausted: "pool_exhausted"
      case .timeout: "timeout"
      case .server: "server"
      case .decoding: "decoding"
      case .cancelled: "cancelled"
      case .invalidText: "invalid_text"
      case .tooLarge: "too_large"
      case .closed: "closed"
      }
    }
  }

  /// What happened.
  package let code: Code
  /// The server's five characters, where it sent an error.
  package let sqlState: String?
  /// The violated constraint, where the server named one.
  package let constraint: String?
  /// What libpq, the server or the driver said, without values of rows; for `debugDescription`.
  let detail: String

  /// An error of the driver itself, or a stand-in for one in a test.
  package init(
    code: Code, sqlState: String? = nil, constraint: String? = nil, detail: String = ""
  ) {
    self.code = code
    if let sqlState {
      self.sqlState = sqlState
    } else if case .server(let state) = code {
      self.sqlState = state
    } else {
      self.sqlState = nil
    }
    self.constraint = constraint
    self.detail = detail
  }
}

extension PostgresError {
  /// A row with this key is there already.
  package var isUniqueViolation: Bool { sqlState == "23505" }

  /// The row that this one belongs to is not there, or not the user's.
  package var isForeignKeyViolation: Bool { sqlState == "23503" }

  /// The role lacks the right, or a policy refused the row to be written.
  package var isInsufficientPrivilege: Bool { sqlState == "42501" }

  /// The database is away, busy or ending, and the request was not at fault: answer 503, to be
  /// tried again.
  package var isUnavailable: Bool {
    switch code {
    case .connectionFailed, .connectionLost, .poolExhausted, .timeout, .closed: return true
    case .decoding, .cancelled, .invalidText, .tooLarge: return false
    case .server(let state):
      // Connection exceptions, transaction rollbacks (deadlocks), exhausted resources, operators'
      // interventions, system errors; and a standby that cannot write.
      return ["08", "40", "53", "57", "58"].contains(String(state.prefix(2)))
        || state == "55P03" || state == "25006"
    }
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// Safe to log and to show: the kind and the SQLSTATE.
  package var description: String {
    "postgres: \(code.kind)" + (sqlState.map { " \($0)" } ?? "")
  }

  /// For logs of faults: the server's words, names of tables and constraints; no value of a row.
  package var debugDescription: String {
    detail.isEmpty ? description : "\(description) (\(detail))"
  }
}
