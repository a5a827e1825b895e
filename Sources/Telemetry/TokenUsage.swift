/// Tokens one answer spent, as the provider counts them.
package struct TokenUsage: Sendable, Hashable {
  /// The whole prompt, the cached part included.
  package var prompt: Int
  /// The part of the prompt that came from the provider's cache.
  package var cached: Int
  /// The text of the answer.
  package var candidates: Int
  /// Thinking.
  package var thoughts: Int
  /// Results of tools handed back to the model.
  package var tool: Int

  /// Nothing spent, as on a hit.
  package static let zero = TokenUsage()

  /// Every kind defaults to 0.
  package init(
    prompt: Int = 0, cached: Int = 0, candidates: Int = 0, thoughts: Int = 0, tool: Int = 0
  ) {
    self.prompt = prompt
    self.cached = cached
    self.candidates = candidates
    self.thoughts = thoughts
    self.tool = tool
  }

  /// The provider's total; the cached part is inside `prompt` and not counted twice.
  package var total: Int { prompt + candidates + thoughts + tool }

  /// Kinds whose sum is the total: prompt without its cached part, cached, candidates, thoughts,
  /// tool.
  var disjoint: [Int] {
    let cached = min(max(0, cached), max(0, prompt))
    return [prompt - cached, cached, candidates, thoughts, tool]
  }
}
