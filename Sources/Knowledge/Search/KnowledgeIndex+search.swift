/// Reading a question and ranking the passages for it.
extension KnowledgeIndex {
  /// Different terms of a question that are looked at.
  private static let termsMax = 48
  /// How likely a question must be one of ours.
  private static let familiarityMin = 0.4
  /// Of a score, what is left to a document that the question is least likely about.
  private static let unlikelyPart = 0.4
  private static let unlikelyNamedPart = 0.8
  /// What a passage must score beside that.
  private static let scoreMin = 0.06
  /// A document's weight from which more says nothing.
  private static let weightMost = 12.0
  /// Of its weight, what a word that nobody knows says about a question.
  private static let unknownPart = 0.4
  /// How much the passage itself says, beside its document as a whole.
  private static let closePart = 0.45
  private static let massTerms = 8
  /// How much it says that a heading is the question.
  private static let headingPart = 0.3
  /// Of it, what the question has of the heading, beside what the heading has of the question.
  private static let metPart = 0.5
  /// Least weight of what is asked about a subject, however many documents tell it of theirs.
  private static let wishMin = 2.4
  private static let wishes: Set<String> = [
    "refus", "recours", "montant", "payeur", "decideur", "duree", "delai", "age", "cumul",
    "renouveler", "demande",
  ]
  private static let abroadOfOwn = 0.8
  private static let abroadOfShared = 0.9
  /// Weight of a subject in a question: it is what the question is about.
  private static let subjectBoost = 2.0
  /// Of it, what a subject weighs that is a matter of many documents.
  private static let sharedPart = 0.4
  /// Of it, what a word of any story weighs.
  private static let lightPart = 0.45
  /// Of it, what a subject weighs that two words say together.
  private static let pairPart = 0.6
  /// Of its weight, what a saying of several words adds to theirs.
  private static let sayingPart = 0.7
  /// Of it, what an illness weighs.
  private static let conditionPart = 0.7
  private static let excerptMax = 320

  /// The best passages, best first; empty where the documents do not answer.
  package func search(_ query: String, limit: Int) -> [PassageHit] {
    search(read(query), limit: limit)
  }

  /// Reads a question: slips, abbreviations, subjects, what each term weighs.
  ///
  /// - Parameter earlier: the question before, where this one goes on from it ("et pour mon fils ?").
  package func read(_ query: String, after earlier: String? = nil) -> QuestionReading {
    var terms: [String: Double] = [:]
    var order: [String] = []
    for (text, part) in [(query, 1.0), (earlier ?? "", 0.7)] {
      let changesSubject = order.contains { isOwn($0) }
      let changesWish = order.contains { Self.wishes.contains($0) }
      for (term, weight) in weighted(text) where terms.count < Self.termsMax {
        // "Et pour la PCH ?" leaves the AAH behind.
        if changesSubject, part < 1, isOwn(term) { continue }
        // "Combien de temps ?" is no longer about how much.
        if changesWish, part < 1, Self.wishes.contains(term) { continue }
        if terms[term] == nil { order.append(term) }
        terms[term] = max(terms[term] ?? 0, weight * part)
      }
    }
    addChildren(&terms, &order, after: earlier)
    addPairs(&terms, &order)
    let named = order.compactMap { Subject.byTerm[$0] }
    let ours = named.filter { subject in subject.slugs.contains { slugs.contains($0) } }
    return QuestionReading(
      terms: terms, order: order, unknown: Set(order.filter { isUnknown($0) }),
      isUncovered: ours.isEmpty && named.contains { $0.kind == .own },
      isElsewhere: isElsewhere(named: named, ours: ours, order: order),
      subjects: ours.map(\.term))
  }

  /// "Contester une amende": our verb, somebody else's matter.
  private func isElsewhere(named: [Subject], ours: [Subject], order: [String]) -> Bool {
    guard named.contains(where: { $0.kind == .elsewhere }) else { return false }
    if ours.contains(where: { $0.kind == .own }) { return false }
    return ours.isEmpty || !order.contains { FieldWords.own.contains($0) }
  }

  /// A word that no document has, nor any story.
  private func isUnknown(_ term: String) -> Bool {
    weights[term] == nil && !FrenchLexicon.light.contains(term) && (term.utf8.first ?? 0) > 0x39
  }

  /// A subject that no other matter shares.
  private func isOwn(_ term: String) -> Bool { Subject.byTerm[term]?.kind == .own }

  /// An allowance for a child is the AEEH, named or not; so is what follows the AAH for a child.
  private func addChildren(
    _ terms: inout [String: Double], _ order: inout [String], after earlier: String?
  ) {
    let named = order.filter { isOwn($0) }
    guard order.contains("enfant") else { return }
    let isHandicapped = zip(order, order.dropFirst()).contains {
      $0 == "enfant" && $1 == "handicap"
    }
    let isAsked =
      named.isEmpty
      && (order.contains(FrenchStemmer.stem("allocation"))
        || isHandicapped && order.contains("aide"))
    let turned = named.compactMap { Subject.forChildren[$0] }
    let isTurned = earlier != nil && !turned.isEmpty
    if isTurned { for term in named { terms[term] = (terms[term] ?? 0) * 0.4 } }
    for term in isAsked ? Array(Set(Subject.forChildren.values)) : isTurned ? turned : []
    where terms[term] == nil {
      order.append(term)
      terms[term] = subjectWeight(term) * (isTurned ? 1 : 0.5)
    }
  }

  /// Two words that together are a third subject: the PCH of a child, a home of one's own.
  private func addPairs(_ terms: inout [String: Double], _ order: inout [String]) {
    for pair in Subject.pairs where terms[pair.subject] == nil {
      guard order.contains(where: pair.one.contains), order.contains(where: pair.other.contains)
      else { continue }
      order.append(pair.subject)
      terms[pair.subject] = subjectWeight(pair.subject) * Self.pairPart
    }
  }

  /// The best passages for a question that was read.
  package func search(_ reading: QuestionReading, limit: Int) -> [PassageHit] {
    search(reading, limit: limit, by: .standard)
  }

  /// The same by another model of what questions are about.
  package func search(
    _ reading: QuestionReading, limit: Int, by topics: QuestionTopics
  ) -> [PassageHit] {
    guard limit > 0, !reading.isElsewhere, !reading.isUncovered else { return [] }
    let weighed = weigh(reading, by: topics)
    guard weighed.whole > 0, weighed.familiarity.isFounded,
      weighed.familiarity.probability(topics.gate) >= Self.familiarityMin
    else { return [] }
    let home = home(of: reading)
    let likely = likelihood(weighed.topics, topics.slugs, home: home)
    let ranked = passages.indices.compactMap { index -> (index: Int, score: Double)? in
      let owner = owners[index]
      let spoken =
        weighed.close[index] * Self.closePart + weighed.wide[owner] * (1 - Self.closePart)
      let score =
        min(1, spoken / weighed.whole) * standing(index, reading, home: home)
        * (likely[passages[index].slug] ?? 1)
      return score >= Self.scoreMin ? (index, score) : nil
    }.sorted { ($0.score, $1.index) > ($1.score, $0.index) }
    // A third of the places for one document: the others may be the right ones.
    var taken: [Int: Int] = [:]
    let most = (limit + 2) / 3
    return ranked.filter { entry in
      taken[owners[entry.index], default: 0] += 1
      return taken[owners[entry.index], default: 0] <= most
    }.prefix(limit).map { entry in
      PassageHit(
        passage: passages[entry.index], score: entry.score,
        excerpt: excerpt(of: passages[entry.index], for: reading))
    }
  }

  /// What speaks for a question's being ours.
  package func signs(_ reading: QuestionReading, by topics: QuestionTopics) -> Familiarity {
    weigh(reading, by: topics).familiarity
  }

  /// A question held against passages and documents.
  private struct Weighed {
    var close: [Double]
    var wide: [Double]
    var whole: Double
    var topics: QuestionTopics.Reading
    var familiarity: Familiarity
  }

  private func weigh(_ reading: QuestionReading, by topics: QuestionTopics) -> Weighed {
    // In the order of the question: sums of floating point depend on theirs.
    var close = [Double](repeating: 0, count: passages.count)
    var wide = [Double](repeating: 0, count: documents.count)
    var matched = [Int](repeating: 0, count: documents.count)
    for term in reading.order {
      let weight = reading.terms[term] ?? 0
      for posting in postings[term] ?? [] { close[posting.place] += weight * posting.share }
      for posting in subjects[term] ?? [] {
        wide[posting.place] += weight * posting.share
        if Self.isTelling(term) { matched[posting.place] += 1 }
      }
    }
    let whole = mass(reading)
    let read = topics.read(reading.order)
    var familiarity = familiarity(of: reading, wide: wide, matched: matched, whole: whole)
    familiarity.take(read)
    return Weighed(close: close, wide: wide, whole: whole, topics: read, familiarity: familiarity)
  }

  /// What a document's likelihood makes of its score: from `unlikelyPart` up, and more where the
  /// question names what the document treats.
  private func likelihood(
    _ read: QuestionTopics.Reading, _ slugs: [String], home: [String: Double]
  ) -> [String: Double] {
    let most = max(read.shares.max() ?? 0, 1e-9)
    var likely: [String: Double] = [:]
    for (slug, share) in zip(slugs, read.shares) {
      let least = home[slug] == nil ? Self.unlikelyPart : Self.unlikelyNamedPart
      likely[slug] = least + (1 - least) * (share / most).squareRoot()
    }
    return likely
  }

  /// A number or an age says nothing about whose matter it is.
  static func isTelling(_ term: String) -> Bool {
    (term.utf8.first ?? 0) > 0x39 && term != "an" && !term.hasPrefix("stade")
  }

  /// Counts what speaks for a question's being ours, and what against.
  private func familiarity(
    of reading: QuestionReading, wide: [Double], matched: [Int], whole: Double
  ) -> Familiarity {
    func count(_ most: Int, _ isCounted: (String) -> Bool) -> Double {
      Double(min(most, reading.order.filter(isCounted).count)) / Double(most)
    }
    var signs = Familiarity()
    signs[.ownSubjects] = count(1) { Subject.byTerm[$0]?.kind == .own }
    signs[.sharedSubjects] = count(2) { Subject.byTerm[$0]?.kind == .shared }
    signs[.foreignSubjects] = count(1) { Subject.byTerm[$0]?.kind == .elsewhere }
    signs[.fieldWords] = count(2) { FieldWords.own.contains($0) }
    signs[.conditions] = count(2) { FieldWords.conditions.contains($0) }
    signs[.offices] = count(3) { FieldWords.offices.contains($0) }
    signs[.kin] = count(1) { FieldWords.kin.contains($0) }
    signs[.foreignWords] = count(2) { FieldWords.elsewhere.contains($0) }
    signs[.unknownWords] = count(4) { reading.unknown.contains($0) }
    let unknown = reading.order.filter { reading.unknown.contains($0) }
      .reduce(0) { $0 + (reading.terms[$1] ?? 0) }
    signs[.unknownPart] = whole > 0 ? min(1, unknown / whole) : 0
    if let best = wide.indices.max(by: { (wide[$0], $1) < (wide[$1], $0) }) {
      signs[.coverage] = whole > 0 ? min(1, wide[best] / whole) : 0
      signs[.matchedWeight] = min(1, wide[best] / Self.weightMost)
      signs[.matchedTerms] = min(1, Double(matched[best]) / Familiarity.termsMost)
    }
    return signs
  }

  /// The documents of the subjects that a question names; empty where it names none of its own.
  private func home(of reading: QuestionReading) -> [String: Double] {
    var home: [String: Double] = [:]
    let named = reading.subjects.compactMap { Subject.byTerm[$0] }
    let isOwn = named.contains { $0.kind == .own }
    for subject in named {
      for (place, slug) in subject.slugs.enumerated() {
        let part = place == 0 ? 1 : 0.9
        home[slug] = max(home[slug] ?? 0, part)
      }
    }
    // Elsewhere in the documents the same matter is only touched upon.
    home[""] = isOwn ? Self.abroadOfOwn : home.isEmpty ? 1 : Self.abroadOfShared
    return home
  }

  /// What a passage's place says: whether its heading is the question, and its document the
  /// subject.
  private func standing(
    _ index: Int, _ reading: QuestionReading, home: [String: Double]
  ) -> Double {
    let passage = passages[index]
    var heading = 0.0
    if !passage.headingTerms.isEmpty {
      // Sorted: sums of floating point depend on their order.
      let said = passage.headingTerms.sorted()
      let whole = said.reduce(0) { $0 + (weights[$1] ?? 0) }
      let common = said.filter { reading.terms[$0] != nil }
      let asked = common.reduce(0) { $0 + (weights[$1] ?? 0) }
      // Which aid it is, every heading of its document says.
      let matter = reading.order.filter { !isOwn($0) && !$0.contains("+") }
      let wanted = matter.reduce(0) { $0 + (reading.terms[$1] ?? 0) }
      let met = matter.reduce(0) { $0 + (common.contains($1) ? reading.terms[$1] ?? 0 : 0) }
      heading = whole > 0 ? asked / whole * (1 - Self.metPart) : 0
      heading += Self.metPart * (wanted > 0 ? met / wanted : 1)
    }
    return (1 - Self.headingPart + Self.headingPart * heading)
      * (home[passage.slug] ?? home[""] ?? 1)
  }

  /// What a whole question weighs; a long story is not held against its teller.
  private func mass(_ reading: QuestionReading) -> Double {
    reading.terms.values.sorted(by: >).prefix(Self.massTerms).reduce(0, +)
  }

  /// Terms of a text with their weights, in order.
  private func weighted(_ text: String) -> [(term: String, weight: Double)] {
    var words: [String] = []
    var certainty: [String: Double] = [:]
    for word in FrenchText.words(text) {
      let reading = vocabulary.read(word)
      words.append(contentsOf: reading.words)
      for read in reading.words where reading.weight < 1 {
        certainty[FrenchTerms.of([read]).first ?? read] = reading.weight
      }
    }
    let rarest = Double(passages.count + 1).logarithm
    let terms = FrenchTerms.of(words)
    let said = Saying.of(terms, in: sayings).map { saying in
      (saying.term, (weights[saying.term] ?? 0) * Self.sayingPart)
    }
    return terms.map { term in
      var weight = weights[term] ?? rarest * 0.85
      // A number that no document holds ("mon fils de 8 ans") says little.
      if let first = term.utf8.first, first <= 0x39 {
        weight *= weights[term] == nil ? 0.1 : term.contains(",") ? 2.5 : 0.5
      }
      if Self.wishes.contains(term) { weight = max(weight, Self.wishMin) }
      if FrenchLexicon.light.contains(term) { weight *= Self.lightPart }
      if let kind = Subject.byTerm[term]?.kind, kind != .elsewhere {
        weight = subjectWeight(term) * (kind == .own ? 1 : Self.sharedPart)
      } else if weights[term] == nil {
        // Nobody knows it; a short one is the debris of a text message.
        weight *= term.utf8.count <= 3 ? Self.unknownPart / 2 : Self.unknownPart
      } else if FieldWords.conditions.contains(term) || FieldWords.own.contains(term) {
        // What somebody has says little about what is asked.
        weight *= Self.conditionPart
      }
      return (term, weight * (certainty[term] ?? 1))
    } + said
  }

  /// A subject weighs more than its frequency says: it is what the question is about.
  private func subjectWeight(_ term: String) -> Double {
    let rarest = Double(passages.count + 1).logarithm
    return max(weights[term] ?? rarest * 0.85, rarest * 0.5) * Self.subjectBoost
  }

  /// The best sentence and those after it, while they fit.
  func excerpt(of passage: Passage, for reading: QuestionReading) -> String {
    let fits = passage.sentences.map { $0.fit(reading) }
    guard let best = fits.indices.max(by: { (fits[$0], $1) < (fits[$1], $0) }) else { return "" }
    var text = passage.sentences[best].text
    for sentence in passage.sentences.dropFirst(best + 1) {
      guard text.count + sentence.text.count < Self.excerptMax else { break }
      text += " " + sentence.text
    }
    return text
  }
}

extension Passage.Sentence {
  /// What the terms of a question that it speaks of weigh together.
  package func fit(_ reading: QuestionReading) -> Double {
    reading.order.reduce(0) { $0 + (terms.contains($1) ? reading.terms[$1] ?? 0 : 0) }
  }
}
