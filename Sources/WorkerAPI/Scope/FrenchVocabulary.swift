/// What a word may be. One word is often several: `petit` is an adjective and stands for a child.
struct WordKinds: OptionSet, Sendable {
  let rawValue: UInt32

  /// A first or family name.
  static let name = WordKinds(rawValue: 1 << 0)
  /// Articles, pronouns, question words: no name even where one is expected.
  static let function = WordKinds(rawValue: 1 << 1)
  /// A word of French or of the field, so no name.
  static let known = WordKinds(rawValue: 1 << 2)
  /// A short name of an aid, an organism, a disability.
  static let acronym = WordKinds(rawValue: 1 << 3)
  /// `mme`: a name follows.
  static let title = WordKinds(rawValue: 1 << 4)
  /// `docteur`: a name follows where it is capitalised.
  static let weakTitle = WordKinds(rawValue: 1 << 5)
  /// `fils`: a name may follow.
  static let relation = WordKinds(rawValue: 1 << 6)
  /// `mon`: makes a relation the writer's.
  static let owner = WordKinds(rawValue: 1 << 7)
  /// `appelle`: a name follows.
  static let cue = WordKinds(rawValue: 1 << 8)
  /// Follows a person's name at the start of a sentence.
  static let personVerb = WordKinds(rawValue: 1 << 9)
  static let birth = WordKinds(rawValue: 1 << 10)
  static let month = WordKinds(rawValue: 1 << 11)
  /// `euros`, `ans`: the number before it is an amount or an age.
  static let unit = WordKinds(rawValue: 1 << 12)
  /// `loi`, `cerfa`: the number after it is public.
  static let law = WordKinds(rawValue: 1 << 13)
  /// `dossier`, `numéro`: the number after it is somebody's.
  static let numberWord = WordKinds(rawValue: 1 << 14)
  /// The digits of a number that is spelt out.
  static let spelledDigit = WordKinds(rawValue: 1 << 15)
  /// `rue`.
  static let street = WordKinds(rawValue: 1 << 16)
  /// `place`: a street where a number stands before it.
  static let numberedStreet = WordKinds(rawValue: 1 << 17)
  /// `des`: between a street and its name.
  static let streetLink = WordKinds(rawValue: 1 << 18)
  /// `bp`: a number follows.
  static let box = WordKinds(rawValue: 1 << 19)
}

/// Every list of the detector in one table: one look for each word.
enum FrenchVocabulary {
  static func kinds(of folded: String) -> WordKinds { table[folded] ?? [] }

  /// True where the word, or the same word without its plural or feminine ending, is known.
  static func knows(_ word: MessageWord) -> Bool {
    if word.kinds.contains(.known) { return true }
    let folded = word.folded
    guard let last = folded.utf8.last,
      last == UInt8(ascii: "s") || last == UInt8(ascii: "e")
        || last == UInt8(ascii: "x")
    else { return false }
    for ending in ["s", "e", "es", "x"] where folded.utf8.count > ending.utf8.count + 2 {
      guard folded.hasSuffix(ending) else { continue }
      if kinds(of: String(folded.dropLast(ending.utf8.count))).contains(.known) { return true }
    }
    return false
  }

  private static let table: [String: WordKinds] = {
    var table: [String: WordKinds] = [:]
    let lists =
      FrenchLexicon.lists + FrenchNames.lists + NameEvidence.lists + NumberEvidence.lists
      + StreetEvidence.lists
    for (kinds, list) in lists {
      for word in list.split(whereSeparator: \.isWhitespace) {
        table[String(word), default: []].formUnion(kinds)
      }
    }
    return table
  }()
}
