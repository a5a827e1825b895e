internal import Prometheus

/// What the PostgreSQL driver and its pool tell.
final class DatabaseMetrics: Sendable {
  /// A round trip on a local socket takes tens of microseconds; 5 s is the longest allowed.
  private static let edges = [
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
    2.5, 5,
  ]

  let queryDuration: Histogram
  let poolWait: Histogram
  let connections: GaugeFamily
  let queryFailures: CounterFamily

  init(_ registry: MetricsRegistry) throws(MetricsError) {
    queryDuration = try registry.histogram(
      "phoenix_db_query_duration_seconds",
      help: "One round trip to PostgreSQL: a request's statements in one transaction.",
      edges: Self.edges)
      .child()
    connections = try registry.gauge(
      "phoenix_db_pool_connections", help: "Connections of the pool, by state.",
      labels: ["state"])
    poolWait = try registry.histogram(
      "phoenix_db_pool_wait_seconds", help: "Time a query waited for a connection.",
      edges: Self.edges)
      .child()
    queryFailures = try registry.counter(
      "phoenix_db_failures_total", help: "Queries and connections that failed, by kind.",
      labels: [MetricLabel("kind", valuesMax: 32)])
  }
}
