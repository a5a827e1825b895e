internal import Prometheus

/// Every metric of the gateway: names, labels, edges. The one place that lists them.
///
/// Handles of series known at start are resolved here, which also exports them at 0.
final class GatewayMetrics: Sendable {
  /// Workers come from the settings; this bounds what a mistake there can make.
  static let workersMax = 64

  let http: HTTPMetrics
  let realtimeConnections: Gauge
  let realtimeClientsDropped: Counter
  let realtimeListening: Gauge
  let stages: Stages
  let ai: AIMetrics
  let gemini: GeminiMetrics
  let database: DatabaseMetrics
  let upstream: UpstreamMetrics
  let identity: IdentityMetrics
  let eventLoopLag: Histogram
  let reactorLag: Histogram
  private let rateLimited: CounterFamily
  private let authFailures: CounterFamily
  private let backgroundWork: CounterFamily

  struct Stages: Sendable {
    let auth: Histogram
    let db: Histogram
    let queue: Histogram
    let ai: Histogram
    let render: Histogram
  }

  init(_ registry: MetricsRegistry, settings: TelemetrySettings) throws(MetricsError) {
    http = try HTTPMetrics(
      registry: registry, prefix: "phoenix_http", routes: settings.routes,
      overheadName: "phoenix_gateway_overhead_seconds")
    realtimeConnections = try registry.gauge(
      "phoenix_realtime_connections", help: "Realtime streams open."
    )
    .child()
    realtimeClientsDropped = try registry.counter(
      "phoenix_realtime_clients_dropped_total",
      help: "Realtime streams ended because their client did not keep up."
    )
    .child()
    realtimeListening = try registry.gauge(
      "phoenix_realtime_listening", help: "1 while the connection that listens for changes does."
    )
    .child()
    let stage = try registry.histogram(
      "phoenix_stage_duration_seconds", help: "Time a request spent in one stage.",
      labels: [MetricLabel("stage", of: RequestStage.self)], edges: HTTPMetrics.edges)
    stages = Stages(
      auth: stage.child(RequestStage.auth.rawValue), db: stage.child(RequestStage.db.rawValue),
      queue: stage.child(RequestStage.queue.rawValue), ai: stage.child(RequestStage.ai.rawValue),
      render: stage.child(RequestStage.render.rawValue))
    ai = try AIMetrics(registry, settings: settings)
    gemini = try GeminiMetrics(registry, settings: settings)
    database = try DatabaseMetrics(registry)
    upstream = try UpstreamMetrics(registry)
    identity = try IdentityMetrics(registry)
    rateLimited = try registry.counter(
      "phoenix_rate_limited_total", help: "Requests a limit turned away.",
      labels: [MetricLabel("reason", of: RateLimitReason.self)])
    for reason in RateLimitReason.allCases { _ = rateLimited.child(reason.rawValue) }
    authFailures = try registry.counter(
      "phoenix_auth_failures_total", help: "Requests not let in.",
      labels: [MetricLabel("reason", of: AuthenticationFailureReason.self)])
    for reason in AuthenticationFailureReason.allCases { _ = authFailures.child(reason.rawValue) }
    backgroundWork = try registry.counter(
      "phoenix_background_work_total", help: "Work that no request waits for, by how it ended.",
      labels: [
        MetricLabel("work", of: BackgroundWork.self),
        MetricLabel("outcome", of: BackgroundOutcome.self),
      ])
    for work in BackgroundWork.allCases {
      for outcome in BackgroundOutcome.allCases {
        _ = backgroundWork.child(work.rawValue, outcome.rawValue)
      }
    }
    eventLoopLag = try registry.histogram(
      "phoenix_event_loop_lag_seconds", help: "How late an event loop ran a timed task.",
      edges: HTTPMetrics.edges
    )
    .child()
    reactorLag = try registry.histogram(
      "phoenix_reactor_lag_seconds",
      help: "How late the thread of the drivers ran a job handed to it.", edges: HTTPMetrics.edges
    )
    .child()
  }

  /// A request and the stages it passed through.
  func finished(_ record: RequestRecord, now: UInt64, wall: UInt64) -> HTTPMetrics.Route {
    let spent = record.stages
    if spent.auth > 0 { stages.auth.observe(spent.auth) }
    if spent.db > 0 { stages.db.observe(spent.db) }
    if spent.queue > 0 { stages.queue.observe(spent.queue) }
    if spent.ai > 0 { stages.ai.observe(spent.ai) }
    if spent.render > 0 { stages.render.observe(spent.render) }
    return http.finished(record, now: now, wall: wall)
  }

  func limited(_ reason: RateLimitReason) { rateLimited.child(reason.rawValue).increment() }

  func finished(_ work: BackgroundWork, _ outcome: BackgroundOutcome) {
    backgroundWork.child(work.rawValue, outcome.rawValue).increment()
  }

  func notLetIn(_ reason: AuthenticationFailureReason) {
    authFailures.child(reason.rawValue).increment()
  }
}

/// Seconds as the whole nanoseconds histograms take; what is no number counts as 0.
func nanoseconds(_ seconds: Double) -> Int {
  seconds > 0 ? Int(min(seconds, 1e6) * 1e9) : 0
}

/// A duration as the whole nanoseconds histograms take, at least 0 and at most a month.
func nanoseconds(_ duration: Duration) -> Int {
  let (seconds, attoseconds) = duration.components
  guard seconds >= 0, attoseconds >= 0 else { return 0 }
  return Int(min(seconds, 2_592_000)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
}
