/// A worker's complete answer to `POST /api/chat/send`.
package struct ChatSendAnswer: Codable, Sendable, Hashable {
  /// The text for the family, French.
  package var answer: String
  package var sources: [ChatSource]
  /// How the cache took part.
  package var cache: CacheOutcome
  /// What answered: a `modelVersion`, or `extractive`.
  package var model: String
  /// What this request spent; zeros where another had paid.
  package var usage: ChatUsage
  /// What the cache spared; 0 unless cached.
  package var tokensSaved: Int
  /// The calls that this request caused; none where another had paid.
  package var calls: [ModelCall]

  /// True where no generation ran for this request.
  package var cached: Bool { cache.isCached }

  package init(
    answer: String, sources: [ChatSource], cache: CacheOutcome, model: String, usage: ChatUsage,
    tokensSaved: Int, calls: [ModelCall] = []
  ) {
    self.answer = answer
    self.sources = sources
    self.cache = cache
    self.model = model
    self.usage = usage
    self.tokensSaved = tokensSaved
    self.calls = calls
  }

  private enum CodingKeys: String, CodingKey {
    case answer
    case sources
    case cached
    case cache
    case model
    case usage
    case tokensSaved = "tokens_saved"
    case calls
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let saved = try values.decodeIfPresent(Int.self, forKey: .tokensSaved) ?? 0
    guard saved >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .tokensSaved, in: values, debugDescription: "not a count of tokens")
    }
    self.init(
      answer: try values.decode(String.self, forKey: .answer),
      sources: try values.decode([ChatSource].self, forKey: .sources),
      cache: try values.decode(CacheOutcome.self, forKey: .cache),
      model: try values.decode(String.self, forKey: .model),
      usage: try values.decode(ChatUsage.self, forKey: .usage), tokensSaved: saved,
      calls: Array(
        try values.decodeIfPresent([ModelCall].self, forKey: .calls)?.prefix(ModelCall.callsMax)
          ?? []))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(answer, forKey: .answer)
    try values.encode(sources, forKey: .sources)
    try values.encode(cached, forKey: .cached)
    try values.encode(cache, forKey: .cache)
    try values.encode(model, forKey: .model)
    try values.encode(usage, forKey: .usage)
    try values.encode(tokensSaved, forKey: .tokensSaved)
    if !calls.isEmpty { try values.encode(calls, forKey: .calls) }
  }
}
