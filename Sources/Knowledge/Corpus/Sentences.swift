/// Cuts a paragraph into its sentences; joined by a space they are the paragraph again.
package enum Sentences {
  package static func split(_ paragraph: String) -> [String] {
    let characters = Array(paragraph)
    var sentences: [String] = []
    var start = 0
    for index in characters.indices {
      // `L. 821-1` and `n° 19-25.456` hold points; a sentence is followed by a space and a capital.
      guard ".!?".contains(characters[index]), index + 2 < characters.count,
        characters[index + 1] == " ", opens(characters[index + 2]),
        !(index > 0 && characters[index - 1].isUppercase
          && (index < 2 || !characters[index - 2].isLetter))
      else { continue }
      sentences.append(String(characters[start...index]))
      start = index + 2
    }
    if start < characters.count { sentences.append(String(characters[start...])) }
    return sentences
  }

  private static func opens(_ character: Character) -> Bool {
    character.isUppercase || character == "«"
  }
}
