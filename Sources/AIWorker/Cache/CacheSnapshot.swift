package import WorkerAPI

/// The public answers of a cache as they outlive the process: never one that is a user's.
///
/// They are taken back only where everything that they depend on is the same; each keeps the rest
/// of its time, counted by the clock on the wall.
package struct CacheSnapshot: Codable, Sendable, Hashable {
  /// One answer under its key.
  package struct Entry: Codable, Sendable, Hashable {
    package var key: String
    /// Milliseconds since 1970.
    package var expires: Int64
    package var text: String
    package var sources: [ChatSource]
    package var model: String
    package var usage: ChatUsage
  }

  /// What answers depend on beside the question.
  package struct Basis: Codable, Sendable, Hashable {
    package var format = 1
    /// The program that made the answers: another may make others of the same documents.
    package var program: String
    package var prompt: String
    package var model: String
    package var corpusVersion: String
    package var validityDate: String

    package init(program: String, prompt: String, model: String, corpus: CorpusStamp) {
      self.program = program
      self.prompt = prompt
      self.model = model
      corpusVersion = corpus.version
      validityDate = corpus.validityDate
    }
  }

  package var basis: Basis
  /// The least recently used first.
  package var entries: [Entry]

  package init(basis: Basis, entries: [Entry]) {
    self.basis = basis
    self.entries = entries
  }
}

extension CacheSnapshot.Entry {
  init(_ entry: ResponseCache.PublicEntry, wallMilliseconds: Int64) {
    key = entry.key.description
    expires = wallMilliseconds + Int64(clamping: entry.remaining / 1_000_000)
    text = entry.answer.text
    sources = entry.answer.sources
    model = entry.answer.model
    usage = entry.answer.usage
  }

  /// Nil where the key is none or the time is over.
  func publicEntry(wallMilliseconds: Int64) -> ResponseCache.PublicEntry? {
    guard let key = CacheKey(restoring: key), expires > wallMilliseconds else { return nil }
    let (left, overflows) = expires.subtractingReportingOverflow(wallMilliseconds)
    return ResponseCache.PublicEntry(
      key: key, answer: GeneratedAnswer(text: text, sources: sources, model: model, usage: usage),
      remaining: overflows
        ? .max : UInt64(left).multipliedReportingOverflow(by: 1_000_000).partialValue)
  }
}
