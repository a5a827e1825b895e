/// One answer a family got, as the worker reported it.
package struct AIAnswerRecord: Sendable, Hashable {
  /// What the worker's cache did.
  package var cache: CacheResult
  /// From the first attempt to the last byte of the answer.
  package var seconds: Double
  /// From the first attempt to the first text; nil where the answer came whole.
  package var secondsToFirstToken: Double?
  /// The `modelVersion` that answered, or `extractive`.
  package var model: String
  /// What this request spent; zero on a hit.
  package var usage: TokenUsage
  /// What a hit or a coalesced answer did not spend.
  package var tokensSaved: Int
  /// The Gemini calls the worker reports with the answer; none for `extractive` and for a hit.
  package var geminiCalls: [GeminiCallRecord]

  /// A record of one answer.
  package init(
    cache: CacheResult, seconds: Double, secondsToFirstToken: Double? = nil, model: String,
    usage: TokenUsage = .zero, tokensSaved: Int = 0,
    geminiCalls: [GeminiCallRecord] = []
  ) {
    self.cache = cache
    self.seconds = seconds
    self.secondsToFirstToken = secondsToFirstToken
    self.model = model
    self.usage = usage
    self.tokensSaved = tokensSaved
    self.geminiCalls = geminiCalls
  }
}

/// One call to the Gemini API.
package struct GeminiCallRecord: Sendable, Hashable {
  /// The `modelVersion` that answered, else the model asked.
  package var model: String
  /// The method of the API, as `generateContent`.
  package var method: String
  /// How the call ended.
  package var outcome: AIOutcome
  /// The generation time.
  package var seconds: Double
  /// What the call spent, as far as it told.
  package var usage: TokenUsage
  /// Billionths of a US dollar, 0 where the price is unknown.
  package var costNanoUSD: Int
  /// Why it failed: a code of ours; nil where it did not.
  package var error: String?
  /// True where we ended it before it had ended: nobody waited any more, or its time was over.
  package var wasAbandoned: Bool

  /// A record of one call.
  package init(
    model: String, method: String, outcome: AIOutcome, seconds: Double, usage: TokenUsage = .zero,
    costNanoUSD: Int = 0, error: String? = nil, wasAbandoned: Bool = false
  ) {
    self.model = model
    self.method = method
    self.outcome = outcome
    self.seconds = seconds
    self.usage = usage
    self.costNanoUSD = costNanoUSD
    self.error = error
    self.wasAbandoned = wasAbandoned
  }
}
