/// The words that the documents and the lexicon know, and the nearest of them to a word with a
/// slip.
///
/// A word that sounds as one of ours is that one (`FrenchPhonetics`). Else candidates come from
/// shared character trigrams; edit distance decides. A correction is refused rather than guessed:
/// the same first letter, one slip up to eight letters, two beyond, and none in words of four and
/// less. Over-eager correction would turn `train` into a word of ours.
struct Vocabulary: Sendable {
  private let words: [String]
  private let letters: [[UInt8]]
  private let known: Set<String>
  private let stems: Set<String>
  private let postings: [UInt32: [Int32]]
  /// Words by how they sound.
  private let sounds: [String: [String]]
  private static let soundMin = 3
  /// Letters that must follow an apostrophe that was not typed, for a word to be read by sound.
  private static let gluedMin = 6

  init(_ all: Set<String>) {
    known = all
    stems = Set(all.map(FrenchStemmer.stem))
    words = all.filter { $0.utf8.count >= 5 && ($0.utf8.first ?? 0) > 0x39 }.sorted()
    letters = words.map { Array($0.utf8) }
    var postings: [UInt32: [Int32]] = [:]
    for (index, word) in letters.enumerated() {
      for trigram in Self.trigrams(word) { postings[trigram, default: []].append(Int32(index)) }
    }
    self.postings = postings
    sounds = Dictionary(
      grouping: all.filter { $0.utf8.count >= 4 && ($0.utf8.first ?? 0) > 0x39 }.sorted(),
      by: FrenchPhonetics.key)
  }

  /// A word of a question after looking it up.
  struct Reading: Sendable {
    let words: [String]
    /// How much it says: 1 where nothing was changed.
    let weight: Double
    /// False where nobody knows the word.
    let isKnown: Bool
  }

  func read(_ word: String) -> Reading {
    if isKnown(word) || (word.utf8.first ?? 0) <= 0x39 {
      return Reading(words: [word], weight: 1, isKnown: isKnown(word))
    }
    // `dorientation`, `lallocation`, `jveux`: the apostrophe that was not typed.
    for prefix in ["l", "d", "j", "qu", "n", "m", "t", "s", "c"]
    where word.hasPrefix(prefix) && word.utf8.count >= prefix.utf8.count + 3 {
      let rest = String(word.dropFirst(prefix.count))
      if isKnown(rest) { return Reading(words: [rest], weight: 0.9, isKnown: true) }
      if rest.utf8.count >= Self.gluedMin, let alike = alike(rest) {
        return Reading(words: [alike], weight: 0.8, isKnown: true)
      }
    }
    if let alike = alike(word) { return Reading(words: [alike], weight: 0.85, isKnown: true) }
    if let near = nearest(word) { return Reading(words: [near], weight: 0.7, isKnown: true) }
    return Reading(words: [word], weight: 1, isKnown: false)
  }

  /// The word that sounds the same, the nearest in letters of several.
  private func alike(_ word: String) -> String? {
    guard (4...24).contains(word.utf8.count) else { return nil }
    let key = FrenchPhonetics.key(word)
    guard key.utf8.count >= Self.soundMin, let found = sounds[key] else { return nil }
    let typed = Array(word.utf8)
    return found.min {
      let (one, other) = (
        EditDistance.between(typed, Array($0.utf8), limit: 9),
        EditDistance.between(typed, Array($1.utf8), limit: 9)
      )
      return (one, $0) < (other, $1)
    }
  }

  private func isKnown(_ word: String) -> Bool {
    known.contains(word) || stems.contains(FrenchStemmer.stem(word))
  }

  private func nearest(_ word: String) -> String? {
    let typed = Array(word.utf8)
    guard (5...24).contains(typed.count) else { return nil }
    let limit = typed.count >= 9 ? 2 : 1
    var shared: [Int32: Int] = [:]
    let trigrams = Self.trigrams(typed)
    for trigram in trigrams {
      for index in postings[trigram] ?? [] { shared[index, default: 0] += 1 }
    }
    var best: (distance: Int, shared: Int, index: Int)?
    for (index, count) in shared where count * 3 >= trigrams.count {
      let candidate = letters[Int(index)]
      guard candidate.first == typed.first, abs(candidate.count - typed.count) <= limit else {
        continue
      }
      let distance = EditDistance.between(typed, candidate, limit: limit)
      guard distance <= limit else { continue }
      let found = (distance: distance, shared: count, index: Int(index))
      guard let current = best else {
        best = found
        continue
      }
      // Ties go to the word that comes first, so that a question always reads alike.
      if (found.distance, -found.shared, found.index)
        < (current.distance, -current.shared, current.index)
      {
        best = found
      }
    }
    return best.map { words[$0.index] }
  }

  /// Three letters in a row, ends marked.
  private static func trigrams(_ word: [UInt8]) -> Set<UInt32> {
    let padded: [UInt8] = [0x20] + word + [0x20]
    var found: Set<UInt32> = []
    for start in 0..<max(0, padded.count - 2) {
      let (one, two, three) = (padded[start], padded[start + 1], padded[start + 2])
      found.insert(UInt32(one) << 16 | UInt32(two) << 8 | UInt32(three))
    }
    return found
  }
}
