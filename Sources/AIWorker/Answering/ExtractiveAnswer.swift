package import WorkerAPI

/// What `ExtractiveAnswerer` says.
package struct ExtractiveAnswer: Sendable, Hashable {
  /// The text for the family, French.
  package let text: String
  /// What it rests on, the best first; empty where it did not answer.
  package let sources: [ChatSource]
  /// True where the question is nothing that this service is for, or nothing it may answer.
  package let isOffTopic: Bool
  /// The sentences of the documents in `text`, in order.
  package let quotes: [String]

  init(text: String, sources: [ChatSource], isOffTopic: Bool, quotes: [String]) {
    self.text = text
    self.sources = sources
    self.isOffTopic = isOffTopic
    self.quotes = quotes
  }

  init(refusal: String, isOffTopic: Bool = true) {
    self.init(text: refusal, sources: [], isOffTopic: isOffTopic, quotes: [])
  }
}
