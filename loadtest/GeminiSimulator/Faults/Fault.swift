/// Something that goes wrong with one call, on demand.
package struct Fault: Sendable, Equatable {
  /// What goes wrong.
  package enum Kind: String, Sendable, CaseIterable {
    /// 429 with a RetryInfo.
    case rateLimit = "rate_limit"
    /// 429 without one.
    case rateLimitBare = "rate_limit_bare"
    /// 429 for a quota of the day, with a short RetryInfo that means nothing.
    case quotaDay = "quota_day"
    /// 500.
    case internalError = "internal"
    /// 503.
    case unavailable
    /// 504.
    case deadline
    /// 502 with a page of HTML, as proxies answer.
    case badGateway = "bad_gateway"
    /// 503 without a body.
    case emptyBody = "empty_body"
    /// 400 FAILED_PRECONDITION.
    case precondition
    /// 404 for the model.
    case notFound = "not_found"
    /// 400 for the key.
    case invalidKey = "invalid_key"
    /// Never an answer.
    case hang
    /// The connection is closed before an answer.
    case reset
    /// Some events, then silence.
    case stall
    /// Some events, then the connection is closed.
    case cut
    /// Some events, then an orderly end without a finish reason.
    case truncate
    /// Some events, then a bare error object over several lines.
    case streamError = "stream_error"
    /// Some events, then one that is no JSON.
    case badChunk = "bad_chunk"
    /// The prompt is blocked: 200 without candidates.
    case blocked
    /// A candidate without content.
    case empty
    /// MAX_TOKENS and no text.
    case maxTokens = "max_tokens"
    /// SAFETY after some events.
    case safety
    /// RECITATION after some events.
    case recitation
    /// A finish reason that nobody knows yet, and no text.
    case unknownReason = "unknown_reason"
    /// A whole answer that states an amount, a date and a form that no passage holds.
    case ungrounded
    /// JSON that ends in the middle.
    case badJSON = "bad_json"
    /// A part with a thought before the text.
    case thoughts
    /// A whole answer whose text is the rule's own: what a test wants the model to say.
    case says
  }

  package var kind: Kind
  /// Events before it, where it comes in mid-stream.
  package var after = 1
  /// The `retryDelay` of `rate_limit` and `quota_day`, as the API writes it.
  package var retryDelay = "1s"
  /// How often one and the same question meets it; nil: always.
  package var times: Int?
  /// What `says` says.
  package var text: String?

  package init(
    _ kind: Kind, after: Int = 1, retryDelay: String = "1s", times: Int? = nil,
    text: String? = nil
  ) {
    self.kind = kind
    self.after = after
    self.retryDelay = retryDelay
    self.times = times
    self.text = text
  }

  /// Reads `cut`, `cut;after=2`, `rate_limit;retry_delay=0.75s;times=1`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ";").map { $0.trimmingSpaces }
    guard let first = parts.first, let kind = Kind(rawValue: first) else { return nil }
    self.init(kind)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { return nil }
      switch pair[0] {
      case "after":
        guard let number = Int(pair[1]), number >= 0 else { return nil }
        after = number
      case "retry_delay":
        guard pair[1].hasSuffix("s"), Double(pair[1].dropLast()) != nil else { return nil }
        retryDelay = pair[1]
      case "times":
        guard let number = Int(pair[1]), number >= 0 else { return nil }
        times = number
      default: return nil
      }
    }
  }

  /// The fault that a prompt asks for: `[[fault:cut;after=2]]` anywhere in it.
  static func marked(in prompt: String) -> Fault? {
    guard let open = prompt.range(ofText: "[[fault:") else { return nil }
    let rest = prompt[open.upperBound...]
    guard let close = rest.range(ofText: "]]") else { return nil }
    return Fault(rest[..<close.lowerBound])
  }
}
