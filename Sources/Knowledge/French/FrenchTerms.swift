/// From words to what a text is about.
enum FrenchTerms {
  /// Terms in order: subjects and concepts where the lexicon knows some, stems otherwise.
  static func of(_ words: [String]) -> [String] {
    let content = words.filter { !FrenchLexicon.fillers.contains($0) }
    let stems = content.map(FrenchStemmer.stem)
    var terms: [String] = []
    var swallowed = Set<Int>()
    for start in stems.indices {
      for phrase in FrenchLexicon.phrases[stems[start]] ?? [] {
        let end = start + phrase.stems.count
        guard end <= stems.count, stems[start..<end].elementsEqual(phrase.stems) else { continue }
        terms.append(contentsOf: phrase.terms)
        if !phrase.keepsWords { swallowed.formUnion(start..<end) }
      }
      guard !swallowed.contains(start), !FrenchLexicon.stopWords.contains(content[start]) else {
        continue
      }
      let term = FrenchLexicon.concepts[stems[start]] ?? stems[start]
      // A name of one word is a phrase of one: its subject is there already.
      if terms.last != term { terms.append(term) }
    }
    return terms
  }
}
