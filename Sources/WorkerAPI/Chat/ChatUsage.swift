/// Tokens that a request spent, as the provider counts them.
///
/// As with Gemini, the prompt holds the cached part too. On the wire the names end in `_tokens`,
/// and
/// `total_tokens` is always the sum.
package struct ChatUsage: Codable, Sendable, Hashable {
  /// The whole prompt, the cached part included.
  package var promptTokens: Int
  /// The part of the prompt that came from the provider's cache.
  package var cachedTokens: Int
  /// The text of the answer.
  package var candidatesTokens: Int
  /// The model's reasoning.
  package var thoughtsTokens: Int
  /// Results of tools handed back to the model.
  package var toolTokens: Int

  /// The provider's total; the cached part is inside the prompt and not counted twice.
  package var totalTokens: Int {
    promptTokens + candidatesTokens + thoughtsTokens + toolTokens
  }

  /// Nothing was spent.
  package static let zero = ChatUsage()

  package init(
    promptTokens: Int = 0, cachedTokens: Int = 0, candidatesTokens: Int = 0,
    thoughtsTokens: Int = 0, toolTokens: Int = 0
  ) {
    self.promptTokens = promptTokens
    self.cachedTokens = cachedTokens
    self.candidatesTokens = candidatesTokens
    self.thoughtsTokens = thoughtsTokens
    self.toolTokens = toolTokens
  }

  private enum CodingKeys: String, CodingKey {
    case promptTokens = "prompt_tokens"
    case cachedTokens = "cached_tokens"
    case candidatesTokens = "candidates_tokens"
    case thoughtsTokens = "thoughts_tokens"
    case toolTokens = "tool_tokens"
    case totalTokens = "total_tokens"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int {
      let number = try values.decodeIfPresent(Int.self, forKey: key) ?? 0
      // The bound keeps the sum, and a counter fed with it, from overflowing.
      guard (0...Self.countMax).contains(number) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values, debugDescription: "not a count of tokens")
      }
      return number
    }
    self.init(
      promptTokens: try count(.promptTokens), cachedTokens: try count(.cachedTokens),
      candidatesTokens: try count(.candidatesTokens),
      thoughtsTokens: try count(.thoughtsTokens), toolTokens: try count(.toolTokens))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(promptTokens, forKey: .promptTokens)
    try values.encode(cachedTokens, forKey: .cachedTokens)
    try values.encode(candidatesTokens, forKey: .candidatesTokens)
    try values.encode(thoughtsTokens, forKey: .thoughtsTokens)
    if toolTokens > 0 { try values.encode(toolTokens, forKey: .toolTokens) }
    try values.encode(totalTokens, forKey: .totalTokens)
  }

  /// No request spends more.
  private static let countMax = 1 << 40
}
