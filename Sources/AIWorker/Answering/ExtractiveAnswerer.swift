import Knowledge
package import WorkerAPI

/// Answers from the documents alone, without a model: it quotes, and says where from.
///
/// The direct sentences come first, then who decides and who pays, then what to do next, then the
/// source. Every sentence about a right stands word for word in a document; only the short phrases
/// between are its own. It promises nothing, gives no medical advice, and says so when a question
/// is outside what it knows.
package struct ExtractiveAnswerer: Sendable {
  /// An answer with what it rests on.
  package struct Answer: Sendable, Equatable {
    package let text: String
    package let sources: [ChatSource]
    /// The documents do not cover the question.
    package let isOffTopic: Bool
  }

  private let index: KnowledgeIndex

  package init(index: KnowledgeIndex = .standard) { self.index = index }

  /// Answers a question; earlier turns are used where it is a follow-up.
  package func answer(_ question: String, history: [ChatTurn], sourcesMax: Int) -> Answer {
    if Self.isMedical(question) { return Answer(text: Self.medical, sources: [], isOffTopic: true) }
    var hits = index.search(question, limit: 8)
    if hits.isEmpty || Self.isFollowUp(question),
      let earlier = history.last(where: { $0.role == .user })?.content
    {
      hits = index.search(earlier + " " + question, limit: 8)
    }
    guard let best = hits.first, let document = index.document(best.slug) else {
      return Answer(text: Self.unknown, sources: [], isOffTopic: true)
    }
    return Answer(
      text: text(question, best: best, document: document),
      sources: sources(hits, max: sourcesMax), isOffTopic: false)
  }

  private func text(
    _ question: String, best: KnowledgeIndex.Hit, document: KnowledgeDocument
  ) -> String {
    var parts = [best.text]
    func add(_ label: String, headings: [String], sentences: Int) {
      guard
        let section = document.sections.first(where: { section in
          headings.contains { section.heading.hasPrefix($0) }
        }), section.heading != best.heading, let paragraph = section.paragraphs.first
      else { return }
      let quoted = paragraph.sentences.prefix(sentences).joined(separator: " ")
      parts.append("\(label) : \(quoted)")
    }
    add("Qui décide, qui paie", headings: ["Qui décide"], sentences: 2)
    add("La démarche", headings: ["Comment demander", "Comment envoyer"], sentences: 2)
    add("En cas de refus", headings: ["Que faire en cas de refus"], sentences: 2)
    parts.append(
      "Source : \(document.title), document mis à jour le \(Self.date(document.updatedOn)) "
        + "(\(document.sources.joined(separator: " ; "))).")
    return parts.joined(separator: "\n\n")
  }

  /// One source a document, the best passage as its excerpt.
  private func sources(_ hits: [KnowledgeIndex.Hit], max count: Int) -> [ChatSource] {
    var seen: Set<String> = []
    return hits.filter { seen.insert($0.slug).inserted }.prefix(count).map {
      ChatSource(slug: $0.slug, title: $0.title, url: $0.url, score: $0.score, excerpt: $0.text)
    }
  }

  private static func isFollowUp(_ question: String) -> Bool {
    let words = FrenchText.folded(question).split(separator: " ")
    guard let first = words.first, words.count <= 12 else { return false }
    return first == "et" || first == "ou" || first == "mais"
      || words.contains { ["elle", "dure-t-elle", "la-dessus"].contains($0) }
  }

  private static func isMedical(_ question: String) -> Bool {
    let words = Set(
      FrenchText.folded(question).split { !$0.isLetter }.map(String.init))
    return !words.isDisjoint(with: [
      "fievre", "medicament", "medicaments", "posologie", "dose", "doliprane", "antibiotique",
      "ritaline", "symptome", "symptomes", "diagnostic", "vomit", "vomissements", "pronostic",
    ])
  }

  private static func date(_ iso: String) -> String {
    let months = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    let parts = iso.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return iso }
    return "\(parts[2] == 1 ? "1er" : "\(parts[2])") \(months[parts[1] - 1]) \(parts[0])"
  }

  private static let medical =
    "Je ne peux pas donner de conseil médical. Pour une question de santé, parlez-en à votre "
    + "médecin ou à votre pharmacien ; en cas d'urgence, appelez le 15 ou le 112. Je peux vous "
    + "aider pour les démarches auprès de la MDPH et de la CAF."

  private static let unknown =
    "Je n'ai pas trouvé de réponse sûre dans mes documents, et je préfère vous le dire plutôt que "
    + "d'inventer. Je peux vous renseigner sur les démarches auprès de la MDPH et de la CAF : "
    + "l'AAH, l'AEEH, la PCH, la carte mobilité inclusion, la RQTH et les recours. Pour le reste, "
    + "la MDPH de votre département ou une assistante sociale de secteur peut vous répondre "
    + "gratuitement."
}
