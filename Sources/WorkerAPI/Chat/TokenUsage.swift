/// Tokens spent, in disjoint kinds whose sum is what the provider counts.
///
/// Gemini reports cached tokens inside its prompt count; here `prompt` is without them, so that
/// nothing is counted twice. On the wire the names end in `_tokens`, and `total_tokens` is their sum.
package struct TokenUsage: Codable, Sendable, Hashable {
  /// Prompt tokens paid in full.
  package var prompt: Int
  /// Prompt tokens the provider had cached.
  package var cached: Int
  /// Tokens of the answer.
  package var candidates: Int
  /// Tokens of the model's reasoning.
  package var thoughts: Int
  /// Prompt tokens of tool use.
  package var tool: Int

  /// Everything: the provider's total.
  package var total: Int { prompt + cached + candidates + thoughts + tool }

  /// Nothing was spent.
  package static let zero = TokenUsage()

  package init(
    prompt: Int = 0, cached: Int = 0, candidates: Int = 0, thoughts: Int = 0, tool: Int = 0
  ) {
    self.prompt = prompt
    self.cached = cached
    self.candidates = candidates
    self.thoughts = thoughts
    self.tool = tool
  }

  private enum CodingKeys: String, CodingKey {
    case prompt = "prompt_tokens"
    case cached = "cached_tokens"
    case candidates = "candidates_tokens"
    case thoughts = "thoughts_tokens"
    case tool = "tool_tokens"
    case total = "total_tokens"
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
      prompt: try count(.prompt), cached: try count(.cached), candidates: try count(.candidates),
      thoughts: try count(.thoughts), tool: try count(.tool))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(prompt, forKey: .prompt)
    try values.encode(cached, forKey: .cached)
    try values.encode(candidates, forKey: .candidates)
    try values.encode(thoughts, forKey: .thoughts)
    if tool > 0 { try values.encode(tool, forKey: .tool) }
    try values.encode(total, forKey: .total)
  }

  /// No request spends more.
  private static let countMax = 1 << 40

  package static func + (one: TokenUsage, other: TokenUsage) -> TokenUsage {
    TokenUsage(
      prompt: one.prompt + other.prompt, cached: one.cached + other.cached,
      candidates: one.candidates + other.candidates, thoughts: one.thoughts + other.thoughts,
      tool: one.tool + other.tool)
  }
}
