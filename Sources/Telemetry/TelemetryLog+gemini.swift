internal import JSONLogging
internal import Logging

extension TelemetryLog {
  /// The line of one call to Gemini: latency and tokens, nothing of what was said.
  func geminiCall(_ call: GeminiCallRecord) {
    event(.info, logger: "gemini", "gemini_call") {
      $0.field("model", call.model)
      // `method` is the HTTP method everywhere else.
      $0.field("operation", call.method)
      $0.field("outcome", call.outcome.rawValue)
      $0.field("duration_ms", millisecondsOf: Int(clamping: nanoseconds(call.seconds)))
      $0.field("tokens", call.usage.total)
      $0.field("tokens_cached", call.usage.cached)
      $0.field("tokens_thoughts", call.usage.thoughts)
      $0.field("error", call.error)
    }
  }

  /// The line of a change of the breaker before Gemini.
  func geminiCircuit(from: CircuitState, to: CircuitState) {
    event(to == .closed ? .notice : .warning, logger: "gemini", "circuit changed") {
      $0.field("from", from.rawValue)
      $0.field("to", to.rawValue)
    }
  }
}
