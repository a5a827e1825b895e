/// Light stemming: plural, feminine, and the endings that verbs of these documents take.
///
/// Light, because what it merges it merges for good: no ending `-ant` is taken off (`aidant` must
/// not become `aide`), and a stem keeps at least four letters.
enum FrenchStemmer {
  static func stem(_ word: String) -> String {
    guard let first = word.utf8.first, first > 0x39, word.utf8.count > 4 else { return word }
    var letters = Array(word.utf8)
    if letters.last == UInt8(ascii: "s") || letters.last == UInt8(ascii: "x") {
      letters.removeLast()
    }
    for ending in endings where letters.count - ending.count >= 4 {
      if letters.suffix(ending.count).elementsEqual(ending) {
        letters.removeLast(ending.count)
        break
      }
    }
    return String(decoding: single(letters), as: UTF8.self)
  }

  /// Double consonants as one: the commonest slip (`recomandé`, `adress`).
  private static func single(_ letters: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for letter in letters where result.last != letter || vowels.contains(letter) {
      result.append(letter)
    }
    return result
  }

  private static let vowels = Set("aeiouy".utf8)

  /// Longest first; the plural is off already.
  private static let endings: [[UInt8]] = [
    "issement", "eraient", "ement", "ation", "erait", "aient", "eron", "eront", "ment", "ique",
    "erai", "erez", "tion", "ait", "era", "ai", "ee", "er", "ez", "it", "e", "i",
  ].map { Array($0.utf8) }
}
