package import WorkerAPI

/// Why Gemini gave no answer.
package struct GeminiError: Error, Sendable, Hashable {
  /// What happened; closed and stable, the label `reason` of metrics.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// 400: our request is wrong.
    case invalidRequest = "invalid_request"
    /// 400 with API_KEY_INVALID, 401, 403.
    case keyRefused = "key_refused"
    /// 400 FAILED_PRECONDITION: place or billing.
    case precondition
    /// 404: no such model.
    case modelMissing = "model_missing"
    /// 429.
    case rateLimited = "rate_limited"
    /// 429 for a quota of the day: waiting a moment does not help.
    case quotaExhausted = "quota_exhausted"
    /// 499, and errors that are none of the others.
    case refused
    /// 500.
    case internalError = "internal"
    /// 502 and 503.
    case unavailable
    /// 408 and 504: the provider's own time was over.
    case providerDeadline = "provider_deadline"
    /// Our time was over.
    case timeout
    /// No connection, or one that ended before the first byte.
    case network
    /// The answer ended before its end.
    case cut
    /// What came is not what the API says.
    case malformed
    /// The prompt, or the answer, was blocked.
    case blocked
    /// An answer without text.
    case empty
    /// Not asked: it failed too often just now.
    case circuitOpen = "circuit_open"
    /// Not asked: too many wait already.
    case busy

    /// Whether another try may help. Never after text was told.
    var mayPass: Bool {
      switch self {
      case .rateLimited, .internalError, .unavailable, .providerDeadline, .timeout, .network,
        .cut, .malformed:
        true
      case .invalidRequest, .keyRefused, .precondition, .modelMissing, .quotaExhausted, .refused,
        .blocked, .empty, .circuitOpen, .busy:
        false
      }
    }

    /// Whether it speaks against the service, not against what was asked.
    var isServiceFailure: Bool {
      switch self {
      case .invalidRequest, .blocked, .empty, .circuitOpen, .busy: false
      default: true
      }
    }
  }

  package var code: Code
  /// The provider's words, cut; they hold no key and nothing of the prompt that we know of, and
  /// still go to no log.
  package var detail: String
  /// How long the provider asks to wait.
  package var retryAfter: Duration?
  /// Every call that was made, with what it spent.
  package var calls: [ModelCall]
  /// Whether text of this answer was told already.
  package var hasToldText: Bool

  package init(
    _ code: Code, detail: String = "", retryAfter: Duration? = nil, calls: [ModelCall] = [],
    hasToldText: Bool = false
  ) {
    self.code = code
    self.detail = detail
    self.retryAfter = retryAfter
    self.calls = calls
    self.hasToldText = hasToldText
  }
}

extension GeminiError: CustomStringConvertible {
  /// Safe to log: the code alone.
  package var description: String { "gemini: \(code.rawValue)" }
}
