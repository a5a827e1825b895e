internal import Prometheus

/// What a worker asked of Gemini and what it spent.
///
/// Tokens of calls that the worker itself ended before their end are a family of their own: the
/// provider may have spent more than it had told by then.
final class WorkerGeminiMetrics: Sendable {
  private static let edges = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60]

  private let requests: CounterFamily
  private let durations: HistogramFamily
  private let tokens: CounterFamily
  private let abandonedTokens: CounterFamily
  private let cost: CounterFamily
  private let retries: CounterFamily
  private let fallbacks: CounterFamily
  private let flaggedFacts: CounterFamily
  let circuit: Gauge

  init(_ registry: MetricsRegistry, models: [String]) throws(MetricsError) {
    let model = MetricLabel("model", valuesMax: 32)
    let method = MetricLabel("method", valuesMax: 8)
    let kind = MetricLabel("kind", valuesMax: GeminiMetrics.kinds.count)
    requests = try registry.counter(
      "phoenix_worker_gemini_requests_total", help: "Calls to Gemini, second tries included.",
      labels: [model, method, MetricLabel("outcome", of: AIOutcome.self)])
    durations = try registry.histogram(
      "phoenix_worker_gemini_request_duration_seconds", help: "Time of a call to Gemini.",
      labels: [model, method], edges: Self.edges)
    tokens = try registry.counter(
      "phoenix_worker_gemini_tokens_total",
      help: "Tokens spent; kinds are disjoint and their sum is the provider's total.",
      labels: [model, kind])
    abandonedTokens = try registry.counter(
      "phoenix_worker_gemini_abandoned_tokens_total",
      help: "Tokens told before the worker ended a call: its caller left, or time was over.",
      labels: [model, kind])
    cost = try registry.counter(
      "phoenix_worker_gemini_cost_usd_total", help: "Cost in US dollars where a price is known.",
      labels: [model], unitsPerOne: 1e9)
    retries = try registry.counter(
      "phoenix_worker_gemini_retries_total", help: "Calls tried again, by what failed.",
      labels: [MetricLabel("reason", valuesMax: 24)])
    fallbacks = try registry.counter(
      "phoenix_worker_gemini_fallbacks_total",
      help: "Answers by extraction that stood in for Gemini, by what failed.",
      labels: [MetricLabel("reason", valuesMax: 24)])
    flaggedFacts = try registry.counter(
      "phoenix_worker_flagged_facts_total",
      help: "Amounts, dates and forms in answers that stood in no passage and were taken out.",
      labels: [MetricLabel("kind", of: FlaggedFactKind.self)])
    circuit = try registry.gauge(
      "phoenix_worker_gemini_circuit_state", help: "0 closed, 1 half-open, 2 open."
    )
    .child()
    exportZeros(models)
  }

  private func exportZeros(_ models: [String]) {
    for model in models {
      for method in GeminiMetrics.usualMethods {
        for outcome in AIOutcome.allCases {
          _ = requests.child(model, method, outcome.rawValue)
        }
        _ = durations.child(model, method)
      }
      for kind in GeminiMetrics.kinds {
        _ = tokens.child(model, kind)
        _ = abandonedTokens.child(model, kind)
      }
      _ = cost.child(model)
    }
    for reason in ["rate_limited", "internal", "unavailable", "timeout", "network"] {
      _ = retries.child(reason)
      _ = fallbacks.child(reason)
    }
    for kind in FlaggedFactKind.allCases { _ = flaggedFacts.child(kind.rawValue) }
  }

  func called(_ call: GeminiCallRecord) {
    requests.child(call.model, call.method, call.outcome.rawValue).increment()
    durations.child(call.model, call.method).observe(nanoseconds(call.seconds))
    if call.costNanoUSD > 0 { cost.child(call.model).add(call.costNanoUSD) }
    guard call.usage != .zero else { return }
    let family = call.wasAbandoned ? abandonedTokens : tokens
    for (kind, count) in zip(GeminiMetrics.kinds, call.usage.disjoint) {
      family.child(call.model, kind).add(count)
    }
  }

  func retried(_ reason: String) { retries.child(reason).increment() }

  func fellBack(_ reason: String) { fallbacks.child(reason).increment() }

  func flagged(_ kind: FlaggedFactKind, _ count: Int) {
    flaggedFacts.child(kind.rawValue).add(count)
  }
}
