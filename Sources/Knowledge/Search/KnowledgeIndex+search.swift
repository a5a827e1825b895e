/// Reading a question and ranking the passages for it.
extension KnowledgeIndex {
  /// Different terms of a question that are looked at.
  private static let termsMax = 48
  /// Share of a question that a passage must speak of where the question names one of our subjects.
  private static let subjectThreshold = 0.14
  /// The same where it names none and only uses words of the field.
  private static let fieldThreshold = 0.22
  /// The same where nothing says that it is one of ours: only what the passage says nearly whole.
  private static let openThreshold = 0.5
  /// What a question wants of its subject; every document speaks of it, and it is no less asked for.
  private static let intents = Set(FrenchText.searchTerms("refus refuser montant durée"))
  /// Weight of a subject in a question: it is what the question is about.
  private static let subjectBoost = 2.2
  private static let excerptMax = 320
  /// Subjects whose words other matters share: a judge, an appeal, no answer.
  private static let generic: Set<String> = Set(["recours", "silence", "indu"]).union(steps)
  /// Steps that every aid has: they are what a question is about only where it names nothing else.
  private static let steps: Set<String> = [
    "renouvellement", "dossier-mdph", "en-ligne", "decision", "bareme", "mdph-role",
  ]
  private static let stepBesideSubject = 0.35

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
      for (term, weight) in weighted(text) where terms.count < Self.termsMax {
        // "Et pour la PCH ?" leaves the AAH behind.
        if changesSubject, part < 1, isOwn(term) { continue }
        if terms[term] == nil { order.append(term) }
        terms[term] = max(terms[term] ?? 0, weight * part)
      }
    }
    addChildren(&terms, &order, after: earlier)
    let subjects = order.compactMap { Subject.byTerm[$0] }
    let isAboutMore = subjects.contains { !$0.slugs.isEmpty && !Self.steps.contains($0.term) }
    let named = subjects.filter { !isAboutMore || !Self.steps.contains($0.term) }
    if isAboutMore {
      for term in order where Self.steps.contains(term) {
        terms[term] = (terms[term] ?? 0) * Self.stepBesideSubject
      }
    }
    if named.contains(where: { isOwn($0.term) }) {
      let least = Double(passages.count + 1).logarithm * 0.45
      for term in order where Self.intents.contains(term) {
        terms[term] = max(terms[term] ?? 0, least)
      }
    }
    let ours = named.filter { subject in subject.slugs.contains { slugs.contains($0) } }
    return QuestionReading(
      terms: terms, order: order,
      scope: scope(named: named, ours: ours, isField: isOfField(order)),
      subjects: ours.map(\.term))
  }

  private func scope(named: [Subject], ours: [Subject], isField: Bool) -> QuestionReading.Scope {
    guard ours.isEmpty else {
      // "Contester une amende": our verb, somebody else's matter.
      let isElsewhere = named.contains { $0.slugs.isEmpty }
      let isSpecific = isField || ours.contains { isOwn($0.term) }
      return isElsewhere && !isSpecific ? .foreign : .known
    }
    if named.contains(where: { !$0.slugs.isEmpty }) { return .uncovered }
    return .known
  }

  private func isOfField(_ order: [String]) -> Bool {
    order.contains { FieldWords.stems.contains($0) }
  }

  /// A subject that a document treats and no other matter shares.
  private func isOwn(_ term: String) -> Bool {
    guard let subject = Subject.byTerm[term] else { return false }
    return !subject.slugs.isEmpty && !Self.generic.contains(term)
  }

  /// An allowance for a child is the AEEH, named or not; so is what follows the AAH for a child.
  private func addChildren(
    _ terms: inout [String: Double], _ order: inout [String], after earlier: String?
  ) {
    let named = order.filter { Subject.byTerm[$0] != nil }
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

  /// The best passages for a question that was read.
  package func search(_ reading: QuestionReading, limit: Int) -> [PassageHit] {
    guard limit > 0, reading.scope == .known else { return [] }
    var scores: [Int: Double] = [:]
    // In the order of the question: sums of floating point depend on theirs.
    for term in reading.order {
      let weight = reading.terms[term] ?? 0
      for posting in postings[term] ?? [] {
        scores[posting.passage, default: 0] += weight * posting.share
      }
    }
    let threshold = threshold(reading)
    let whole = mass(reading)
    guard whole > 0 else { return [] }
    let home = home(of: reading)
    let ranked = scores.map { index, score in
      (index: index, score: min(1, score / whole) * standing(index, reading, home: home))
    }
    .filter { $0.score >= threshold }
    .sorted { ($0.score, $1.index) > ($1.score, $0.index) }
    return ranked.prefix(limit).map { entry in
      PassageHit(
        passage: passages[entry.index], score: entry.score,
        excerpt: excerpt(of: passages[entry.index], for: reading))
    }
  }

  /// The documents of the subjects that a question names; empty where it names none of its own.
  private func home(of reading: QuestionReading) -> Set<String> {
    guard reading.subjects.contains(where: { isOwn($0) }) else { return [] }
    return Set(reading.subjects.flatMap { Subject.byTerm[$0]?.slugs ?? [] })
  }

  /// What a passage's place says: whether its heading is the question, and its document the
  /// subject.
  private func standing(_ index: Int, _ reading: QuestionReading, home: Set<String>) -> Double {
    let passage = passages[index]
    let asked = passage.headingTerms.filter { reading.terms[$0] != nil }.count
    let heading = Double(asked) / Double(max(1, passage.headingTerms.count))
    let isHome = home.isEmpty || home.contains(passage.slug)
    return (0.8 + 0.2 * heading) * (isHome ? 1 : 0.55)
  }

  private func threshold(_ reading: QuestionReading) -> Double {
    let isSure =
      reading.subjects.contains { isOwn($0) }
      || !reading.subjects.isEmpty && isOfField(reading.order)
    if isSure || reading.order.contains(where: isAmountOfOurs) { return Self.subjectThreshold }
    if !reading.subjects.isEmpty || isOfField(reading.order) { return Self.fieldThreshold }
    let words = reading.order.filter { ($0.utf8.first ?? 0) > 0x39 }
    return words.count < 3 ? 2 : Self.openThreshold
  }

  /// A sum to the cent that a document names: "ma voisine touche 104,77 € de plus".
  private func isAmountOfOurs(_ term: String) -> Bool {
    term.contains(",") && postings[term] != nil
  }

  /// What a whole question weighs; a long story is not held against its teller.
  private func mass(_ reading: QuestionReading) -> Double {
    reading.terms.values.sorted(by: >).prefix(9).reduce(0, +)
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
    return FrenchTerms.of(words).map { term in
      var weight = weights[term] ?? rarest * 0.85
      // A number that no document holds ("mon fils de 8 ans") says little.
      if let first = term.utf8.first, first <= 0x39 {
        weight *= weights[term] == nil ? 0.1 : term.contains(",") ? 2.5 : 0.5
      }
      if let subject = Subject.byTerm[term], !subject.slugs.isEmpty { weight = subjectWeight(term) }
      return (term, weight * (certainty[term] ?? 1))
    }
  }

  /// A subject weighs more than its frequency says: it is what the question is about.
  private func subjectWeight(_ term: String) -> Double {
    let rarest = Double(passages.count + 1).logarithm
    return max(weights[term] ?? rarest * 0.85, rarest * 0.5) * Self.subjectBoost
  }

  /// The best sentence and those after it, while they fit.
  private func excerpt(of passage: Passage, for reading: QuestionReading) -> String {
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
