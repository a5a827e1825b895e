import Glibc

/// Vectors that are the same for the same text and near for texts that share words: every word and
/// every three letters of it add pseudo-random numbers of their own.
///
/// As the API does (reference, section 5), 3072 numbers have length one; fewer are cut from the end
/// of these and have not.
enum Embedding {
  static let dimensions = 3072

  static func vector(of text: String, dimensions wanted: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: dimensions)
    for word in PromptPassages.words(text).sorted() {
      add(word, weight: 1, to: &vector)
      let letters = Array(word)
      for start in letters.indices.dropLast(2) {
        add("#" + String(letters[start..<(start + 3)]), weight: 0.3, to: &vector)
      }
    }
    // A text without words has a direction too.
    if vector.allSatisfy({ $0 == 0 }) { add(text, weight: 1, to: &vector) }
    let length = sqrt(vector.reduce(0) { $0 + $1 * $1 })
    return vector.prefix(wanted).map { ($0 / length * 1e8).rounded() / 1e8 }
  }

  /// 96 places of the vector, spread over its whole length.
  private static func add(_ feature: String, weight: Double, to vector: inout [Double]) {
    var random = RandomSource(feature)
    for step in 0..<96 {
      let place = step * 32 + Int(random.next() % 32)
      vector[place] += weight * (random.unit() * 2 - 1)
    }
  }
}
