internal import Prometheus

/// What the gateway sees of its workers and of the answers they give.
final class AIMetrics: Sendable {
  /// A hit takes a millisecond, an analysis up to a minute.
  private static let edges = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]

  let up: GaugeFamily
  let inFlight: GaugeFamily
  let circuit: GaugeFamily
  let retries: Counter
  let circuitTransitions: Counter
  private let requests: CounterFamily
  private let durations: HistogramFamily
  private let firstTokens: HistogramFamily
  private let cacheRequests: CounterFamily
  /// Place 0: answers the cache gave; place 1: answers it did not.
  private let recent = SlidingCounts(width: 2)

  init(_ registry: MetricsRegistry, settings: TelemetrySettings) throws(MetricsError) {
    let worker = MetricLabel("worker", valuesMax: GatewayMetrics.workersMax)
    requests = try registry.counter(
      "phoenix_ai_requests_total", help: "Requests to workers, by how they ended.",
      labels: [worker, MetricLabel("outcome", of: AIOutcome.self)])
    durations = try registry.histogram(
      "phoenix_ai_request_duration_seconds",
      help: "From asking the first worker to the end of the answer.",
      labels: [MetricLabel("cache", valuesMax: 2)], edges: Self.edges)
    firstTokens = try registry.histogram(
      "phoenix_ai_time_to_first_token_seconds",
      help: "From asking the first worker to the first text of a streamed answer.",
      labels: [MetricLabel("cache", valuesMax: 2)], edges: Self.edges)
    cacheRequests = try registry.counter(
      "phoenix_ai_cache_requests_total", help: "Answers, by what the workers' cache did.",
      labels: [MetricLabel("result", of: CacheResult.self)])
    let recent = recent
    try registry.callback(
      "phoenix_ai_cache_hit_ratio",
      help: "Share of answers from the cache over the last 5 minutes; NaN without answers."
    ) { now in
      let counts = recent.totals(now: now)
      return [CallbackSample(Double(counts[0]) / Double(counts[0] + counts[1]))]
    }
    up = try registry.gauge(
      "phoenix_ai_worker_up", help: "Whether a worker answers its probe.", labels: [worker])
    inFlight = try registry.gauge(
      "phoenix_ai_worker_in_flight", help: "Requests a worker has in hand.", labels: [worker])
    circuit = try registry.gauge(
      "phoenix_ai_circuit_state", help: "A worker's breaker: 0 closed, 1 half-open, 2 open.",
      labels: [worker])
    retries = try registry.counter(
      "phoenix_ai_retries_total", help: "Requests asked again of another worker."
    )
    .child()
    circuitTransitions = try registry.counter(
      "phoenix_ai_circuit_transitions_total", help: "Changes of a worker's breaker."
    )
    .child()
    exportZeros(workers: settings.workers)
  }

  func attemptFinished(worker: String, outcome: AIOutcome) {
    requests.child(worker, outcome.rawValue).increment()
  }

  func answered(_ answer: AIAnswerRecord, now: UInt64) {
    cacheRequests.child(answer.cache.rawValue).increment()
    switch answer.cache {
    case .hit, .coalesced: recent.add(to: 0, now: now)
    case .miss: recent.add(to: 1, now: now)
    case .bypass: break
    }
    // A coalesced answer waits as long as a miss: for time there are only the two.
    let label = answer.cache == .hit ? "hit" : "miss"
    durations.child(label).observe(nanoseconds(answer.seconds))
    if let first = answer.secondsToFirstToken {
      firstTokens.child(label).observe(nanoseconds(first))
    }
  }

  private func exportZeros(workers: [String]) {
    for result in CacheResult.allCases { _ = cacheRequests.child(result.rawValue) }
    for label in ["hit", "miss"] {
      _ = durations.child(label)
      _ = firstTokens.child(label)
    }
    for worker in workers {
      for outcome in AIOutcome.allCases { _ = requests.child(worker, outcome.rawValue) }
      _ = up.child(worker)
      _ = inFlight.child(worker)
      _ = circuit.child(worker)
    }
  }
}
