import Knowledge
import WorkerAPI

/// The passages that a model is to answer from, by document, each document with the number by which
/// the answer refers to it.
struct PassageChoice: Sendable {
  /// One document and what of it goes into the prompt.
  struct Document: Sendable {
    let source: ChatSource
    /// The best first.
    var passages: [(heading: String, text: String)]
  }

  private static let passagesOfOneMax = 4
  private static let charactersMax = 9000
  /// Documents that fit less than this part of the best are left out.
  private static let shareMin = 0.4

  private(set) var documents: [Document] = []

  /// What of the passages found, the best first, goes into the prompt.
  init(_ hits: [PassageHit], sourcesMax: Int) {
    guard let best = hits.first else { return }
    var characters = 0
    for hit in hits where hit.score >= best.score * Self.shareMin {
      let text = hit.passage.text
      characters += text.count
      guard characters <= Self.charactersMax else { break }
      if let place = documents.firstIndex(where: { $0.source.slug == hit.slug }) {
        guard documents[place].passages.count < Self.passagesOfOneMax else { continue }
        documents[place].passages.append((hit.heading, text))
      } else if documents.count < sourcesMax {
        let source = ChatSource(
          slug: hit.slug, title: hit.title, url: hit.url,
          score: (hit.score * 1000).rounded() / 1000, excerpt: hit.excerpt)
        documents.append(Document(source: source, passages: [(hit.heading, text)]))
      }
    }
  }

  var sources: [ChatSource] { documents.map(\.source) }

  /// Everything that an answer may take facts from.
  var texts: [String] {
    documents.flatMap { document in
      [document.source.title] + document.passages.flatMap { [$0.heading, $0.text] }
    }
  }
}
