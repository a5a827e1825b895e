/// How a pool connects and what it bounds.
package struct PostgresSettings: Sendable {
  /// A libpq URI or keyword string; a unix socket needs no name resolution.
  package var url: String
  /// Connections at most.
  package var size: Int
  /// Callers that may wait at once; one more is refused at once.
  package var waitersMax: Int
  /// How long a caller may wait for a connection.
  package var acquireTimeout: Duration
  /// How long a transaction may take where its caller names no deadline.
  package var statementTimeout: Duration
  package var connectTimeout: Duration
  package var applicationName: String

  package init(
    url: String, size: Int = 16, waitersMax: Int = 2048, acquireTimeout: Duration = .seconds(3),
    statementTimeout: Duration = .seconds(8), connectTimeout: Duration = .seconds(5),
    applicationName: String = "phoenixcare"
  ) {
    self.url = url
    self.size = max(1, size)
    self.waitersMax = max(0, waitersMax)
    self.acquireTimeout = acquireTimeout
    self.statementTimeout = statementTimeout
    self.connectTimeout = connectTimeout
    self.applicationName = applicationName
  }
}
