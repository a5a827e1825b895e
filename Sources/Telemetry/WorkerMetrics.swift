internal import Prometheus

/// Every metric of a worker: names, labels, edges. All begin with `phoenix_worker_`, so that sums
/// over gateway and workers never count a thing twice.
final class WorkerMetrics: Sendable {
  /// Retrieval takes tens of microseconds; an answer without a model below a millisecond.
  private static let fineEdges = [
    0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
    0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]

  let http: HTTPMetrics
  let cacheEntries: Gauge
  let restored: Counter
  let retrieval: Histogram
  let singleFlightWait: Histogram
  let eventLoopLag: Histogram
  private let cacheRequests: CounterFamily
  private let cacheEvictions: CounterFamily
  private let answers: CounterFamily
  private let answerDurations: HistogramFamily
  private let authFailures: CounterFamily
  private let recent = SlidingCounts(width: 2)

  init(_ registry: MetricsRegistry, settings: TelemetrySettings) throws(MetricsError) {
    http = try HTTPMetrics(registry: registry, prefix: "phoenix_worker", routes: settings.routes)
    cacheRequests = try registry.counter(
      "phoenix_worker_cache_requests_total", help: "Questions put to the cache.",
      labels: [MetricLabel("result", of: CacheResult.self)])
    let recent = recent
    try registry.callback(
      "phoenix_worker_cache_hit_ratio",
      help: "Share of questions the cache answered over the last 5 minutes; NaN without questions."
    ) { now in
      let counts = recent.totals(now: now)
      return [CallbackSample(Double(counts[0]) / Double(counts[0] + counts[1]))]
    }
    cacheEntries = try registry.gauge(
      "phoenix_worker_cache_entries", help: "Answers in the cache."
    )
    .child()
    restored = try registry.counter(
      "phoenix_worker_cache_restored_total", help: "Answers read from the snapshot at the start."
    )
    .child()
    cacheEvictions = try registry.counter(
      "phoenix_worker_cache_evictions_total", help: "Answers that left the cache.",
      labels: [MetricLabel("reason", of: CacheEvictionReason.self)])
    singleFlightWait = try registry.histogram(
      "phoenix_worker_single_flight_wait_seconds",
      help: "Time a question waited for the same answer being made.", edges: Self.fineEdges
    )
    .child()
    retrieval = try registry.histogram(
      "phoenix_worker_retrieval_duration_seconds", help: "Time to find passages.",
      edges: Self.fineEdges
    )
    .child()
    answers = try registry.counter(
      "phoenix_worker_answers_total", help: "Answers given, by the model that made them.",
      labels: [MetricLabel("model", valuesMax: 32), MetricLabel("cache", of: CacheResult.self)])
    answerDurations = try registry.histogram(
      "phoenix_worker_answer_duration_seconds", help: "From a question read to its answer made.",
      labels: [MetricLabel("cache", of: CacheResult.self)], edges: Self.fineEdges)
    authFailures = try registry.counter(
      "phoenix_worker_auth_failures_total", help: "Callers not let in.",
      labels: [MetricLabel("reason", of: AuthenticationFailureReason.self)])
    eventLoopLag = try registry.histogram(
      "phoenix_worker_event_loop_lag_seconds", help: "How late an event loop ran a timed task.",
      edges: HTTPMetrics.edges
    )
    .child()
    exportZeros(models: settings.models)
  }

  func cacheLookedUp(_ result: CacheResult, now: UInt64) {
    cacheRequests.child(result.rawValue).increment()
    switch result {
    case .hit, .coalesced: recent.add(to: 0, now: now)
    case .miss: recent.add(to: 1, now: now)
    case .bypass: break
    }
  }

  func evicted(_ count: Int, reason: CacheEvictionReason) {
    cacheEvictions.child(reason.rawValue).add(count)
  }

  func answered(_ answer: WorkerAnswerRecord) {
    answers.child(answer.model, answer.cache.rawValue).increment()
    answerDurations.child(answer.cache.rawValue).observe(nanoseconds(answer.seconds))
  }

  func notLetIn(_ reason: AuthenticationFailureReason) {
    authFailures.child(reason.rawValue).increment()
  }

  private func exportZeros(models: [String]) {
    for result in CacheResult.allCases {
      _ = cacheRequests.child(result.rawValue)
      _ = answerDurations.child(result.rawValue)
      for model in models { _ = answers.child(model, result.rawValue) }
    }
    for reason in CacheEvictionReason.allCases { _ = cacheEvictions.child(reason.rawValue) }
    _ = authFailures.child(AuthenticationFailureReason.workerToken.rawValue)
  }
}
