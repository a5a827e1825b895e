/// How to reach a database, and how long to wait for it.
package struct PostgresSettings: Sendable {
  /// A URI (`postgresql://…`) or libpq's `key=value` list. `host` may be a directory: a unix
  /// socket. `pgbouncer=true` in it says that a pooler in transaction mode stands between, and
  /// `pgbouncer=false` that none does; without it, port 6543 says so, as Supabase numbers them.
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
  /// Statements kept prepared on each connection; 0 for none. Behind a pooler in transaction mode
  /// none is, whatever this says.
  package var statementsMax = 128
  /// Bytes that a run may send; larger things go in parts, over several runs.
  package var sentBytesMax = 64 << 20
  /// Bytes that a run may return. Larger answers fail as `tooLarge`; what had come is dropped.
  package var resultBytesMax = 64 << 20
  /// What `pg_stat_activity` shows.
  package var applicationName = "phoenix-gateway"

  /// The defaults fit a request path.
  package init(url: String) {
    self.url = url
  }
}
