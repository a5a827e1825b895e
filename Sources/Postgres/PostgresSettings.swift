/// How to reach a database, and how long to wait for it.
package struct PostgresSettings: Sendable {
  /// A URI (`postgresql://…`) or libpq's `key=value` list. `host` may be a directory: a unix
  /// socket.
  package var url: String
  /// Connections at most.
  package var poolSize = 16
  /// Callers that may wait for a connection; beyond them a run fails at once.
  package var waitMax = 1024
  /// How long a run may wait for a connection.
  package var acquireTimeout = Duration.seconds(2)
  /// How long the server works on one statement.
  package var statementTimeout = Duration.seconds(5)
  /// How long opening a connection may take, name look-up included.
  package var connectTimeout = Duration.seconds(3)
  /// How long a run without a deadline of its own may take in all: for a server that hangs.
  package var runTimeout = Duration.seconds(10)
  /// The first and the longest pause after a failed attempt to connect; doubled between, and
  /// shortened at random by up to a half.
  package var backoff = (first: Duration.milliseconds(50), longest: Duration.seconds(1))
  /// What `pg_stat_activity` shows.
  package var applicationName = "phoenix-gateway"

  /// The defaults fit a request path.
  package init(url: String) {
    self.url = url
  }
}
