package import WorkerAPI

/// What makes an answer out of a question: the seam between the chat and its models.
///
/// `ExtractiveGenerator` quotes the knowledge base and calls nobody. `GeminiGenerator` asks Gemini;
/// where that fails, the extractive answer stands in and is kept under the extractive model's key,
/// never under the model's that was asked.
package protocol AnswerGenerator: Sendable {
  /// What is asked: a part of the cache key.
  var model: String { get }

  /// What is asked for this request: without consent another may answer.
  func model(for request: ChatSendRequest) -> String

  /// Makes the answer to a question, telling its pieces as they come; the pieces joined are the
  /// text. Throws `ChatFailure`, or `CancellationError` when nobody waits any more.
  func generate(
    _ request: ChatSendRequest, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer

  /// The same, told whether whoever asked first follows a stream: else an answer that breaks off
  /// can still be replaced.
  func generate(
    _ request: ChatSendRequest, asStream: Bool, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer
}

extension AnswerGenerator {
  package func model(for request: ChatSendRequest) -> String { model }

  package func generate(
    _ request: ChatSendRequest, asStream: Bool, emit: @escaping @Sendable (String) throws -> Void
  ) async throws -> GeneratedAnswer {
    try await generate(request, emit: emit)
  }
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
  /// The calls that making it took; what is kept has none.
  package var calls: [ModelCall]
  /// True where it stands in for the model that was asked.
  package var isFallback = false

  package init(
    text: String, sources: [ChatSource], model: String, usage: ChatUsage, calls: [ModelCall] = []
  ) {
    self.text = text
    self.sources = sources
    self.model = model
    self.usage = usage
    self.calls = calls
  }

  /// As it is kept: the calls were told, and what a failed model spent is not the fallback's.
  var kept: GeneratedAnswer {
    var kept = self
    kept.calls = []
    if isFallback { kept.usage = .zero }
    kept.isFallback = false
    return kept
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
