/// Reads what a family states of itself in a message: by closed rules, or not at all.
///
/// ```swift
/// FactReader.read("Mon fils a 8 ans, a-t-il droit à l'AEEH ?").stated
/// // [.childAge(.son, years: 8)]
/// FactReader.read("Si mon fils avait 8 ans ?").stated                  // []
/// FactReader.read("Ma voisine touche l'AAH.").stated                   // []
/// FactReader.read("Je ne touche plus l'AAH.").denied                   // [.aid(.user, "AAH")]
/// ```
///
/// A rule begins at a clause's subject, and the subject is the asker or a child of theirs. What is
/// asked, supposed, quoted, told by others or said of others is not read; a doubtful clause is left
/// out, since a wrong memory is worse than none. No word of the message is kept, only facts of the
/// closed list. Pure; work is bounded by the first 800 words.
package struct FactReader {
  /// What one message says.
  package struct Reading: Sendable, Equatable {
    /// In the order of the message, each once.
    package var stated: [FamilyFact] = []
    /// What the family says is not, or no more, the case.
    package var denied: [FamilyFact] = []

    package var isEmpty: Bool { stated.isEmpty && denied.isEmpty }

    package init() {}
  }

  /// Facts of one message.
  package static let factsMax = 8

  /// Words from a clause's beginning among which its verb is denied.
  private static let negationPlaces = 5

  private var reading = Reading()
  /// The child that `il` or `elle` is.
  private var child: FamilyFact.Child?
  private let namesOthers: Bool

  package static func read(_ message: String) -> Reading {
    let tokens = FactTokens(message)
    var reader = FactReader(tokens)
    guard !asksForStrangers(tokens.flat) else { return reader.reading }
    for sentence in tokens.sentences { reader.take(sentence) }
    // What is said last holds.
    var reading = reader.reading
    reading.stated = Array(reading.stated.prefix(factsMax))
    reading.denied = Array(
      reading.denied.filter { !reading.stated.contains($0) }.prefix(factsMax))
    return reading
  }

  private init(_ tokens: FactTokens) {
    namesOthers = tokens.flat.contains {
      FactWords.others.contains($0) || FactWords.bystanders.contains($0)
    }
  }

  /// `pour une amie`, `pour un exposé`: nothing in it is the asker's for certain.
  private static func asksForStrangers(_ words: [String]) -> Bool {
    words.indices.contains { index in
      words[index] == "pour"
        && words[(index + 1)...].prefix(3).contains { FactWords.strangers.contains($0) }
    }
  }

  private mutating func take(_ sentence: FactTokens.Sentence) {
    let words = sentence.clauses.flatMap(\.flat)
    guard !words.contains(where: FactWords.suppositions.contains) else { return }
    var hasAsked = false
    for (index, clause) in sentence.clauses.enumerated() {
      // What follows a condition is true under it alone.
      if Self.isConditional(clause) { return }
      // `ma voisine dit : j'habite …`
      if index > 0, let last = sentence.clauses[index - 1].words.last,
        FactWords.sayings.contains(last)
      {
        return
      }
      let asks = Self.asks(clause)
      hasAsked = hasAsked || asks
      let isLast = index == sentence.clauses.count - 1
      let isAsked = asks || sentence.isQuestion && (hasAsked || isLast)
      readChildren(in: clause, next: isLast ? nil : sentence.clauses[index + 1])
      if !isAsked { readStatement(clause) }
    }
  }

  private static func isConditional(_ clause: FactTokens.Clause) -> Bool {
    let words = clause.flat
    return words.indices.contains { index in
      FactWords.conditions.contains(words[index])
        || words[index] == "s" && index + 1 < words.count
          && ["il", "ils", "elle"].contains(words[index + 1])
        || words[index] == "cas" && index + 1 < words.count && words[index + 1] == "où"
    }
  }

  private static func asks(_ clause: FactTokens.Clause) -> Bool {
    var start = 0
    while start < clause.words.count, FactWords.openings.contains(clause.words[start]),
      clause.words[start] != "que"
    {
      start += 1
    }
    if start < clause.words.count, FactWords.interrogatives.contains(clause.words[start]) {
      return true
    }
    let flat = clause.flat
    // `a t il` as people type it.
    let isInverted = flat.indices.dropLast(2).contains {
      flat[$0 + 1] == "t" && ["il", "elle", "on"].contains(flat[$0 + 2])
    }
    return isInverted
      || flat.indices.dropLast(1).contains { flat[$0] == "est" && flat[$0 + 1] == "ce" }
      || clause.words.contains { word in FactWords.inversions.contains { word.hasSuffix($0) } }
  }

  // MARK: Statements

  /// `ma fille de 12 ans`: said in passing, in questions too.
  private mutating func readChildren(in clause: FactTokens.Clause, next: FactTokens.Clause?) {
    let words = clause.flat
    for index in words.indices {
      let isOwn = FactWords.own.contains(words[index]) || FactWords.ownMany.contains(words[index])
      guard isOwn, var found = ChildPhrase(words, at: index) else { continue }
      // `mon fils, 8 ans, …`: an age is all that the next clause says.
      if found.years.isEmpty, found.end == words.count, let next,
        let age = Age(next.flat, at: 0), age.end == next.flat.count
      {
        found.years = [age.years]
      }
      state(found.facts, isDenied: false)
    }
  }

  private mutating func readStatement(_ clause: FactTokens.Clause) {
    let words = clause.flat
    guard !words.contains(where: FactWords.absences.contains),
      !words.contains(where: FactWords.doubts.contains)
    else { return }
    let negation = words.indices.first { Self.isNegation(words, at: $0) }
    // Late in a clause it may deny anything.
    guard negation ?? 0 < Self.negationPlaces else { return }
    let isDenied = negation != nil
    let said = isDenied ? Self.withoutNegations(words) : words
    var statement = FactStatement(said, child: namesOthers ? nil : child, isDenied: isDenied)
    statement.read()
    state(statement.facts, isDenied: isDenied)
    child = statement.child ?? child
  }

  private mutating func state(_ facts: [FamilyFact], isDenied: Bool) {
    for fact in facts {
      if isDenied {
        reading.stated.removeAll { $0 == fact }
        if !reading.denied.contains(fact) { reading.denied.append(fact) }
      } else {
        reading.stated.removeAll { $0.slot == fact.slot }
        reading.denied.removeAll { $0 == fact }
        reading.stated.append(fact)
      }
    }
  }

  /// `plus de 80 %` denies nothing.
  private static func isNegation(_ words: [String], at index: Int) -> Bool {
    guard FactWords.negations.contains(words[index]) else { return false }
    guard words[index] == "plus" else { return true }
    let next = index + 1 < words.count ? words[index + 1] : ""
    let before = index > 0 ? words[index - 1] : ""
    return next != "de" && next != "d" && !["de", "en", "et", "ou", "non"].contains(before)
  }

  private static func withoutNegations(_ words: [String]) -> [String] {
    words.indices.filter { !isNegation(words, at: $0) }.map { words[$0] }
  }
}
