import Knowledge

/// Which sentences of a document answer a question, and in which order.
struct SentenceChoice {
  /// What a question wants to know, by the terms it is read as.
  enum Wish: String, CaseIterable {
    case amount = "montant"
    case payer = "payeur"
    case decider = "decideur"
    case duration = "duree"
    case deadline = "delai"
    case age = "age"
    case cumulation = "cumul"

    /// True where a sentence has the kind of fact that is wished for.
    func isGranted(by sentence: Passage.Sentence) -> Bool {
      let text = sentence.text
      return switch self {
      case .amount: text.contains("€")
      case .payer: text.contains(" paie") || text.contains(" verse")
      case .decider: sentence.terms.contains(rawValue)
      case .duration:
        text.contains(" an ") || text.contains(" ans") || text.contains(" mois")
          || text.contains("définiti") || text.contains("sans limitation")
      case .deadline: text.contains(" mois") || text.contains(" jours")
      case .age: text.contains(" ans")
      case .cumulation: sentence.terms.contains(rawValue)
      }
    }
  }

  private static let wishesMax = 3
  private static let aroundMax = 420

  private let reading: QuestionReading
  private let document: [Passage]
  private let scores: [String: Double]
  private let wishes: [Wish]
  /// Heading of the best passage.
  private let heading: String
  private(set) var chosen: [String] = []

  /// - Parameters:
  ///   - hits: passages found, the best first.
  ///   - document: every passage of the document of the best.
  init(reading: QuestionReading, hits: [PassageHit], document: [Passage]) {
    self.reading = reading
    self.document = document
    heading = hits.first?.heading ?? ""
    scores = Dictionary(hits.map { ($0.slug + $0.heading, $0.score) }, uniquingKeysWith: max)
    wishes = Array(
      reading.order.compactMap(Wish.init).filter { wish in
        wish != .amount || !reading.order.contains("percevoir") || reading.order.contains("montant")
      }.prefix(Self.wishesMax))
  }

  /// One sentence for each thing asked; the best of the best passage where nothing special is.
  mutating func chooseDirect() {
    for wish in wishes {
      if let sentence = best(in: document, where: { wish.isGranted(by: $0) }) { add(sentence) }
    }
    if chosen.isEmpty, let sentence = best(in: document.filter { $0.heading == heading }) {
      add(sentence)
    }
  }

  /// What follows the first sentence in its passage, while it is short.
  mutating func chooseAround() {
    guard let first = chosen.first,
      let passage = document.first(where: { $0.sentences.contains { $0.text == first } }),
      let place = passage.sentences.firstIndex(where: { $0.text == first })
    else { return }
    var length = chosen.reduce(0) { $0 + $1.count }
    for sentence in passage.sentences.dropFirst(place + 1) {
      length += sentence.text.count
      guard length <= Self.aroundMax else { break }
      add(sentence.text)
    }
  }

  /// Who decides and pays, how to ask, what to do against a refusal: what is not said yet.
  mutating func chooseFurther() -> [(heading: String, sentence: String)] {
    var further: [(heading: String, sentence: String)] = []
    let isRefused = reading.order.contains("refus") || reading.order.contains("recours")
    let steps: [(term: String, opening: String)] =
      isRefused
      ? [("delai", "Quel"), ("refus", "Que faire")]
      : [
        ("decideur", "Qui décide"), ("demande", "Comment demander"),
      ]
    for step in steps {
      guard
        let passage = document.first(where: {
          $0.headingTerms.contains(step.term) && $0.heading.hasPrefix(step.opening)
        }), let sentence = passage.sentences.first,
        !passage.sentences.contains(where: { chosen.contains($0.text) })
      else { continue }
      further.append((passage.heading, sentence.text))
    }
    return further
  }

  private mutating func add(_ sentence: String) {
    if !chosen.contains(sentence) { chosen.append(sentence) }
  }

  /// The best sentence that passes; the first of equals.
  private func best(
    in passages: [Passage], where isWanted: (Passage.Sentence) -> Bool = { _ in true }
  ) -> String? {
    let whole = max(reading.order.reduce(0) { $0 + (reading.terms[$1] ?? 0) }, 1e-9)
    var found: (score: Double, text: String)?
    for passage in passages {
      let base = scores[passage.slug + passage.heading] ?? 0
      for (place, sentence) in passage.sentences.enumerated() where isWanted(sentence) {
        var score = base + sentence.fit(reading) / whole
        // A section opens with its answer, and what was in force before comes second.
        score -= Double(place) * 0.05
        if sentence.text.hasPrefix("Du ") { score -= 0.5 }
        if found == nil || score > (found?.score ?? 0) { found = (score, sentence.text) }
      }
    }
    return found?.text
  }
}
