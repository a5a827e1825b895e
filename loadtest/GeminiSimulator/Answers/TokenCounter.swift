/// Counts tokens so that the same text always has the same number: four bytes a token, and 258 a
/// file, as images are counted (reference, section 2). Not what Google's tokenizer says; a
/// reconciliation only needs both sides to speak of the same number.
enum TokenCounter {
  static let fileTokens = 258

  static func count(_ text: String) -> Int {
    text.isEmpty ? 0 : (text.utf8.count + 3) / 4
  }
}

/// Tokens of one call, by kinds that are disjoint.
package struct SpentTokens: Sendable, Equatable {
  /// Without the cached part.
  package var prompt = 0
  package var cached = 0
  package var candidates = 0
  package var thoughts = 0

  package init(prompt: Int = 0, cached: Int = 0, candidates: Int = 0, thoughts: Int = 0) {
    self.prompt = prompt
    self.cached = cached
    self.candidates = candidates
    self.thoughts = thoughts
  }

  package var total: Int { prompt + cached + candidates + thoughts }

  mutating func add(_ other: SpentTokens) {
    prompt += other.prompt
    cached += other.cached
    candidates += other.candidates
    thoughts += other.thoughts
  }

  /// As `usageMetadata`: zeros are left out, and the prompt holds its cached part.
  func metadata(files: Int) -> JSONNode {
    var members: [(name: String, value: JSONNode)] = []
    func add(_ name: String, _ count: Int) {
      if count > 0 { members.append((name, .int(count))) }
    }
    add("promptTokenCount", prompt + cached)
    add("candidatesTokenCount", candidates)
    add("totalTokenCount", total)
    add("cachedContentTokenCount", cached)
    let fileTokens = min(files * TokenCounter.fileTokens, prompt + cached)
    members.append(
      (
        "promptTokensDetails",
        .array(
          [("TEXT", prompt + cached - fileTokens), ("IMAGE", fileTokens)].filter { $0.1 > 0 }
            .map {
              .object([("modality", .string($0.0)), ("tokenCount", .int($0.1))])
            })
      ))
    add("thoughtsTokenCount", thoughts)
    return .object(members)
  }

  /// As `/counts` lists them.
  var kinds: JSONNode {
    .object([
      ("prompt", .int(prompt)), ("cached", .int(cached)), ("candidates", .int(candidates)),
      ("thoughts", .int(thoughts)),
    ])
  }
}
