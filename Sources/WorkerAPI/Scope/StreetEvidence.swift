/// A street, with or without its number.
struct StreetEvidence {
  private let words: [MessageWord]

  init(_ words: [MessageWord]) { self.words = words }

  /// Named so only in an address.
  private static let plain: Set<String> = [
    "rue", "avenue", "boulevard", "impasse", "allee", "lotissement", "hameau", "faubourg",
  ]
  /// Streets where a number stands before them; else common words.
  private static let numbered: Set<String> = [
    "av", "ave", "bd", "bld", "blvd", "place", "chemin", "route", "quai", "square", "residence",
    "passage", "allees", "cours", "villa", "ruelle", "sentier", "cite", "esplanade", "montee",
  ]
  private static let links: Set<String> = ["de", "du", "des", "d", "la", "le", "les", "l", "st"]
  private static let boxes: Set<String> = ["bp", "cs", "cedex"]

  /// True where an address is given.
  var isFound: Bool {
    for index in words.indices {
      let word = words[index]
      if Self.boxes.contains(word.folded), index + 1 < words.count, words[index + 1].isNumber {
        return true
      }
      if word.folded == "lieu", index + 1 < words.count, words[index + 1].folded == "dit" {
        return true
      }
      let isNumbered = (1...2).contains { back in
        index - back >= 0 && words[index - back].digits > 0 && words[index - back].digits <= 4
          && (back == 1 || ["bis", "ter", "quater", "b", "t"].contains(words[index - 1].folded))
      }
      let isNamed = index + 1 < words.count && !words[index + 1].startsSentence
        && (Self.links.contains(words[index + 1].folded) || words[index + 1].isCapitalised)
      if Self.plain.contains(word.folded), isNumbered || isNamed { return true }
      if Self.numbered.contains(word.folded), isNumbered, isNamed { return true }
    }
    return false
  }
}
