internal import Prometheus

/// What answers spent, counted from what workers report with them.
final class GeminiMetrics: Sendable {
  private static let edges = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60]
  /// In the order of `TokenUsage.disjoint`.
  static let kinds = ["prompt", "cached", "candidates", "thoughts", "tool"]
  /// The methods that answers need; embeddings come with their first call.
  static let usualMethods = ["generateContent", "streamGenerateContent"]

  private let tokens: CounterFamily
  private let requests: CounterFamily
  private let durations: HistogramFamily
  private let saved: CounterFamily
  private let cost: CounterFamily

  init(_ registry: MetricsRegistry, settings: TelemetrySettings) throws(MetricsError) {
    let model = MetricLabel("model", valuesMax: 32)
    let method = MetricLabel("method", valuesMax: 8)
    tokens = try registry.counter(
      "phoenix_gemini_tokens_total",
      help: "Tokens spent; kinds are disjoint and their sum is the provider's total.",
      labels: [model, MetricLabel("kind", valuesMax: Self.kinds.count)])
    requests = try registry.counter(
      "phoenix_gemini_requests_total", help: "Calls to Gemini that workers reported.",
      labels: [model, method, MetricLabel("outcome", of: AIOutcome.self)])
    durations = try registry.histogram(
      "phoenix_gemini_request_duration_seconds", help: "Generation time of a call to Gemini.",
      labels: [model, method], edges: Self.edges)
    saved = try registry.counter(
      "phoenix_gemini_tokens_saved_total",
      help: "Tokens that answers from the cache did not spend.",
      labels: [model])
    cost = try registry.counter(
      "phoenix_gemini_cost_usd_total", help: "Cost in US dollars where a price is known.",
      labels: [model], unitsPerOne: 1e9)
    for model in settings.models {
      for kind in Self.kinds { _ = tokens.child(model, kind) }
      for method in Self.usualMethods {
        for outcome in AIOutcome.allCases { _ = requests.child(model, method, outcome.rawValue) }
      }
      _ = saved.child(model)
      _ = cost.child(model)
    }
  }

  func answered(_ answer: AIAnswerRecord) {
    if answer.tokensSaved > 0 { saved.child(answer.model).add(answer.tokensSaved) }
    // Who waited for another's answer spent nothing: the other reports it.
    guard answer.cache == .miss || answer.cache == .bypass else { return }
    called(answer.geminiCalls)
  }

  /// Calls that workers reported, with an answer or with a failure.
  func called(_ calls: [GeminiCallRecord]) {
    for call in calls {
      requests.child(call.model, call.method, call.outcome.rawValue).increment()
      durations.child(call.model, call.method).observe(nanoseconds(call.seconds))
      if call.costNanoUSD > 0 { cost.child(call.model).add(call.costNanoUSD) }
      guard call.usage != .zero else { continue }
      for (kind, count) in zip(Self.kinds, call.usage.disjoint) {
        tokens.child(call.model, kind).add(count)
      }
    }
  }
}
