internal import Prometheus

/// Requests to Supabase Auth; all at 0 where identity is the built-in one.
final class IdentityMetrics: Sendable {
  /// Up to the deadline of one answer.
  private static let edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let requests: CounterFamily
  private let duration: Histogram

  init(_ registry: MetricsRegistry) throws(MetricsError) {
    requests = try registry.counter(
      "phoenix_identity_requests_total",
      help: "Requests to Supabase Auth, a retry one of its own.",
      labels: [MetricLabel("outcome", of: IdentityOutcome.self)])
    for outcome in IdentityOutcome.allCases { _ = requests.child(outcome.rawValue) }
    duration = try registry.histogram(
      "phoenix_identity_request_duration_seconds", help: "Time Supabase Auth took to answer.",
      edges: Self.edges
    )
    .child()
  }

  func finished(_ outcome: IdentityOutcome, nanoseconds: Int) {
    requests.child(outcome.rawValue).increment()
    if outcome != .rejected { duration.observe(nanoseconds) }
  }
}
