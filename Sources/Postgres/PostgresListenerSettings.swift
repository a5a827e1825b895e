/// Where and how patiently a `PostgresListener` listens.
package struct PostgresListenerSettings: Sendable {
  /// As the pool's, but straight to the server: LISTEN does not pass a pooler in transaction mode.
  package var url: String
  /// How long opening the connection may take, name look-up included.
  package var connectTimeout = Duration.seconds(3)
  /// How often the server is asked whether it is there.
  package var pingInterval = Duration.seconds(2)
  /// How long it may take to answer; then the connection counts as dead.
  package var answerTimeout = Duration.seconds(2)
  /// The first and the longest pause before connecting again; doubled between, and shortened at
  /// random by up to a half.
  package var backoff = (first: Duration.milliseconds(50), longest: Duration.seconds(2))
  /// Signals that may wait for the reader.
  package var signalsMax = 1024
  /// What `pg_stat_activity` shows.
  package var applicationName = "phoenix-listener"

  /// The defaults see a dead server within four seconds.
  package init(url: String) {
    self.url = url
  }
}
