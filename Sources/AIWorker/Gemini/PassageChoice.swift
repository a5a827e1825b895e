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

  private static let hitsMax = 12
  private static let passagesOfOneMax = 4
  private static let charactersMax = 9000
  /// Documents that fit less than this part of the best are left out.
  private static let shareMin = 0.4

  private(set) var documents: [Document] = []

  /// What is found for a question; the one before is taken in where this one goes on from it.
  init(_ request: ChatSendRequest, in index: KnowledgeIndex) {
    var reading = index.read(request.message)
    var hits = index.search(reading, limit: Self.hitsMax)
    if let earlier = request.history.last(where: { $0.role == .user })?.content,
      FollowUp.goesOn(request.message, understood: !hits.isEmpty, subjects: reading.subjects)
    {
      reading = index.read(request.message, after: earlier)
      hits = index.search(reading, limit: Self.hitsMax)
    }
    take(hits, sourcesMax: request.options.maxSources)
  }

  private mutating func take(_ hits: [PassageHit], sourcesMax: Int) {
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
