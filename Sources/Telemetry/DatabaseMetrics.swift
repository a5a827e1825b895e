internal import Postgres
internal import Prometheus

/// What the PostgreSQL pool tells.
final class DatabaseMetrics: Sendable {
  /// A round trip on a local socket takes tens of microseconds; 5 s is the longest allowed.
  private static let edges = [
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
    2.5, 5,
  ]

  let queryDuration: Histogram
  let poolWait: Histogram
  let idle: Gauge
  let inUse: Gauge
  let waiting: Gauge
  let connectionsOpened: Counter
  let connectionsFailed: Counter
  private let queries: CounterFamily
  private let succeeded: Counter
  private let connectionsClosed: CounterFamily

  init(_ registry: MetricsRegistry) throws(MetricsError) {
    queryDuration = try registry.histogram(
      "phoenix_db_query_duration_seconds",
      help: "One round trip to PostgreSQL: a request's statements in one transaction.",
      edges: Self.edges
    )
    .child()
    queries = try registry.counter(
      "phoenix_db_queries_total", help: "Transactions sent to PostgreSQL, by how they ended.",
      labels: [MetricLabel("outcome", valuesMax: 16)])
    succeeded = queries.child("ok")
    for code in Self.usualFailures { _ = queries.child(code.kind) }
    let connections = try registry.gauge(
      "phoenix_db_pool_connections", help: "Connections of the pool, by state.",
      labels: [MetricLabel("state", valuesMax: 2)])
    idle = connections.child("idle")
    inUse = connections.child("in_use")
    waiting = try registry.gauge(
      "phoenix_db_pool_waiting", help: "Queries that wait for a connection."
    )
    .child()
    poolWait = try registry.histogram(
      "phoenix_db_pool_wait_seconds", help: "Time a query waited for a connection.",
      edges: Self.edges
    )
    .child()
    connectionsOpened = try registry.counter(
      "phoenix_db_connections_opened_total", help: "Connections to PostgreSQL opened."
    )
    .child()
    connectionsFailed = try registry.counter(
      "phoenix_db_connections_failed_total", help: "Connections to PostgreSQL that did not open."
    )
    .child()
    connectionsClosed = try registry.counter(
      "phoenix_db_connections_closed_total", help: "Connections to PostgreSQL closed, and why.",
      labels: [MetricLabel("reason", of: PostgresCloseReason.self)])
    for reason in PostgresCloseReason.allCases { _ = connectionsClosed.child(Self.label(reason)) }
  }

  func finished(_ outcome: PostgresOutcome, duration: Duration) {
    queryDuration.observe(nanoseconds(duration))
    switch outcome {
    case .succeeded: succeeded.increment()
    case .failed(let code): queries.child(code.kind).increment()
    }
  }

  func closed(_ reason: PostgresCloseReason) {
    connectionsClosed.child(Self.label(reason)).increment()
  }

  /// The failures a round trip that began can have; their counters start at 0.
  private static let usualFailures: [PostgresError.Code] = [
    .connectionLost, .timeout, .server(sqlState: ""), .cancelled,
  ]

  /// Label values are in snake case, as all of ours.
  private static func label(_ reason: PostgresCloseReason) -> String {
    reason == .idleDoubt ? "idle_doubt" : reason.rawValue
  }
}
