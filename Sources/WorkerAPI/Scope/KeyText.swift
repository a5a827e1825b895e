import Knowledge

/// A message as its cache key takes it: what cannot change the answer is taken away.
///
/// Quotes and the marks between words go here; case, accents, ligatures, apostrophes, spaces and
/// the politeness at the end go in `FrenchText`. A mark within a word or a number stays: `1,5` is not
/// `15`, and `A.A.H.` keeps its points.
enum KeyText {
  private static let quotes: Set<Character> = [
    "\"", "«", "»", "“", "”", "„", "‟", "‹", "›", "`", "*", "_",
  ]
  private static let marks: Set<Character> = [",", ";", ":", ".", "!", "?", "…", ")", "]"]
  private static let openings: Set<Character> = ["(", "[", "¿", "¡"]
  private static let apostrophes: Set<Character> = ["'", "’", "‘", "‚"]
  private static let dashes: Set<Character> = ["-", "–", "—", "•"]

  static func normalise(_ message: String) -> String {
    FrenchText.cacheNormalised(withoutMarks(message))
  }

  private static func withoutMarks(_ message: String) -> String {
    let characters = Array(message)
    func isBreak(_ index: Int) -> Bool {
      guard characters.indices.contains(index) else { return true }
      let character = characters[index]
      return character.isWhitespace || quotes.contains(character) || marks.contains(character)
        || openings.contains(character)
    }
    var kept = ""
    kept.reserveCapacity(message.utf8.count)
    for (index, character) in characters.enumerated() {
      let isDropped =
        quotes.contains(character) || openings.contains(character)
        || (marks.contains(character) && isBreak(index + 1))
        || (apostrophes.contains(character)
          && (isBreak(index - 1) || index + 1 == characters.count))
        || (dashes.contains(character) && isBreak(index - 1) && isBreak(index + 1))
      kept.append(isDropped ? " " : character)
    }
    // A message of marks alone is a message too.
    return kept.allSatisfy(\.isWhitespace) ? message : kept
  }
}
