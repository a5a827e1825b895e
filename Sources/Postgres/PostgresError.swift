/// Why statements did not run, or may not have run.
package struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible,
  CustomDebugStringConvertible
{
  /// The closed list of causes.
  package enum Code: String, Sendable, CaseIterable {
    /// No connection could be opened.
    case connectionFailed = "connection_failed"
    /// The connection ended while statements were in flight: they may or may not have run.
    case connectionLost = "connection_lost"
    /// Too many wait, or waiting took too long.
    case poolExhausted = "pool_exhausted"
    /// The deadline passed; the connection was closed, which ends the query.
    case timeout
    /// PostgreSQL refused; `sqlState` says why. Nothing of the transaction stayed.
    case server
    /// A value did not have the type that was asked for.
    case decoding
    /// The caller's task was cancelled; the connection was closed, which ends the query.
    case cancelled
    /// Text with NUL, which PostgreSQL cannot hold.
    case invalidText = "invalid_text"
    /// The pool is shut down.
    case closed
  }

  package let code: Code
  /// Five characters, with `code` `.server`.
  package let sqlState: String?
  /// May hold what PostgreSQL said, values included: for logs of ours, never for clients.
  private let detail: String

  init(_ code: Code, _ detail: String, sqlState: String? = nil) {
    self.code = code
    self.detail = detail
    self.sqlState = sqlState
  }

  /// Safe to show: no value, no SQL.
  package var description: String {
    "postgres: \(code.rawValue)" + (sqlState.map { " (\($0))" } ?? "")
  }

  package var debugDescription: String { description + ": " + detail }

  /// A unique constraint was hit.
  package var isUniqueViolation: Bool { sqlState == "23505" }

  /// The database is away, starting, stopping or overloaded: worth a 503 and a retry.
  package var isUnavailable: Bool {
    switch code {
    case .connectionFailed, .connectionLost, .poolExhausted, .timeout, .closed: return true
    case .server:
      guard let sqlState else { return false }
      // Shutdown, crash, cannot connect now; too many connections; statement timeout; serialisation.
      return sqlState.hasPrefix("57P") || sqlState.hasPrefix("53") || sqlState.hasPrefix("08")
        || ["57014", "40001", "40P01", "55P03"].contains(sqlState)
    case .decoding, .cancelled, .invalidText: return false
    }
  }
}
