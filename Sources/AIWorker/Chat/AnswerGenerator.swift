package import WorkerAPI

/// What makes an answer out of a question: the seam between the chat and its models.
///
/// Today there is one, `ExtractiveGenerator`, which quotes the knowledge base and calls nobody. A
/// generator that asks Gemini joins it here; where that one fails, the extractive answer stands in
/// and is kept under the extractive model's key, never under the model's that was asked.
package protocol AnswerGenerator: Sendable {
  /// What is asked: a part of the cache key.
  var model: String { get }

  /// Makes the answer to a question, telling its pieces as they come; the pieces joined are the
  /// text. Throws `ChatFailure`, or `CancellationError` when nobody waits any more.
  func generate(
    _ request: ChatSendRequest, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer
}

/// A complete answer, as it is kept.
package struct GeneratedAnswer: Sendable, Hashable {
  /// The text for the family, French.
  package var text: String
  package var sources: [ChatSource]
  /// What made it; another than was asked where a fallback stood in.
  package var model: String
  /// What making it cost.
  package var usage: ChatUsage

  package init(text: String, sources: [ChatSource], model: String, usage: ChatUsage) {
    self.text = text
    self.sources = sources
    self.model = model
    self.usage = usage
  }
}

/// Cuts a text into the pieces of a stream.
package enum AnswerPieces {
  /// Pieces of some 60 characters that end after white space; joined they are the text.
  package static func split(_ text: String) -> [String] {
    var pieces: [String] = []
    var start = text.startIndex
    var length = 0
    for index in text.indices {
      length += 1
      guard text[index].isWhitespace && length >= 60 || length >= 240 else { continue }
      let end = text.index(after: index)
      pieces.append(String(text[start..<end]))
      start = end
      length = 0
    }
    if start < text.endIndex { pieces.append(String(text[start...])) }
    return pieces
  }
}
