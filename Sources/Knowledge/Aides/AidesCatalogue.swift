/// The aids that the documents describe, to be listed, filtered and searched.
///
/// ```swift
/// let catalogue = AidesCatalogue.standard
/// catalogue.aide("aeeh")?.name                     // any case of the code
/// catalogue.search("carte handicapé pour se garer").first?.id   // "CMI-STATIONNEMENT"
/// ```
///
/// A search reads its words as questions are read (`FrenchText.searchTerms`): accents, inflections,
/// abbreviations, everyday words and slips of the finger do not matter. An aid is found where it
/// answers at least half of what was asked, weighed by how much each word says; the best comes
/// first, and of equals the one that comes first in the catalogue.
///
/// Invariants: built once, immutable; work is bounded by the first 32 words of a query.
package struct AidesCatalogue: Sendable {
  private static let queryWordsMax = 32
  /// What a match in each field is worth.
  private enum Weight {
    static let code = 6.0
    static let name = 3.0
    static let everyday = 3.0
    static let audience = 1.0
    static let summary = 1.0
  }

  package let aides: [Aide]
  private let byCode: [String: Int]
  /// For each aid, its terms and the best field that has each.
  private let fields: [[String: Double]]
  private let rarity: [String: Double]
  private let vocabulary: Vocabulary

  /// The catalogue that is compiled in.
  package static let standard = AidesCatalogue(AideEntries.all)

  package init(_ aides: [Aide]) {
    self.aides = aides
    var byCode: [String: Int] = [:]
    var words: Set<String> = []
    var fields: [[String: Double]] = []
    for (index, aide) in aides.enumerated() {
      byCode[aide.id.lowercased()] = index
      var terms: [String: Double] = [:]
      for (text, weight) in [
        (aide.summary, Weight.summary), (aide.decider, Weight.summary),
        (aide.audience.rawValue, Weight.audience),
        (aide.everydayNames.joined(separator: " . "), Weight.everyday),
        (aide.name, Weight.name), (aide.id + " " + aide.acronym, Weight.code),
      ] {
        let read = FrenchText.words(text)
        words.formUnion(read)
        for term in Self.terms(read) { terms[term] = max(terms[term] ?? 0, weight) }
      }
      fields.append(terms)
    }
    self.byCode = byCode
    self.fields = fields
    var counts: [String: Int] = [:]
    for terms in fields { for term in terms.keys { counts[term, default: 0] += 1 } }
    let total = Double(aides.count)
    rarity = counts.mapValues { (1 + total / Double($0)).logarithm }
    vocabulary = Vocabulary(words.union(FrenchLexicon.words))
  }

  /// Subjects, concepts and stems, and the plain stems beside them: `carte de stationnement` is the
  /// subject `cmi` of three aids, and only its words tell which.
  private static func terms(_ words: [String]) -> Set<String> {
    let plain = words.filter {
      !FrenchLexicon.fillers.contains($0) && !FrenchLexicon.stopWords.contains($0)
    }
    return Set(FrenchTerms.of(words)).union(plain.map(FrenchStemmer.stem))
  }

  /// The aid of a code, in any case; nil where there is none.
  package func aide(_ code: String) -> Aide? { byCode[code.lowercased()].map { aides[$0] } }

  /// The aids that a family's words ask for, the best first; all where nothing is asked.
  package func search(_ query: String) -> [Aide] {
    let read = FrenchText.words(String(query.prefix(2000))).prefix(Self.queryWordsMax)
      .flatMap { vocabulary.read($0).words }
    let terms = Self.terms(read)
    guard !terms.isEmpty else { return read.isEmpty ? aides : [] }
    // A word that no aid has weighs as much as the rarest that one has.
    let unknown = (1 + Double(aides.count)).logarithm
    let asked = terms.reduce(0) { $0 + (rarity[$1] ?? unknown) }
    let found = fields.enumerated().compactMap { index, field -> (index: Int, score: Double)? in
      var answered = 0.0
      var score = 0.0
      for term in terms {
        guard let weight = field[term], let rare = rarity[term] else { continue }
        answered += rare
        score += rare * weight
      }
      // "Allocation du proche aidant" is not the leave of the same name: every word counts.
      let part = answered / asked
      return part >= 0.5 && score > 0 ? (index, score * part * part) : nil
    }
    return found.sorted { ($1.score, $0.index) < ($0.score, $1.index) }.map { aides[$0.index] }
  }
}
