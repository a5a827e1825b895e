/// A run of letters and digits of a message, with what lies before it.
struct MessageWord: Sendable {
  /// As written.
  let text: String
  /// Lower case, without accents and ligatures.
  let folded: String
  /// What stands between the word before and this one.
  let gap: String
  /// What stands right after the word, up to the next one.
  var gapAfter = ""
  let isCapitalised: Bool
  let isAllCapitals: Bool
  /// Has a letter of a script other than Latin, whose names the lists do not know.
  let isForeign: Bool
  /// Decimal digits in the word, of any script.
  let digits: Int
  let letters: Int

  /// The word is nothing but digits.
  var isNumber: Bool { digits > 0 && letters == 0 }
  /// `l'`, `d'`, `qu'`: belongs to the next word.
  var isElided: Bool { gapAfter.first == "'" || gapAfter.first == "’" }
  /// A sentence ends before this word.
  var startsSentence: Bool { gap.contains { $0 == "." || $0 == "!" || $0 == "?" || $0 == "…" } }
  /// A line ends before this word.
  var startsLine: Bool { gap.contains(where: \.isNewline) }
  /// The value of a plain number of at most nine digits.
  var value: Int? {
    guard isNumber, digits <= 9 else { return nil }
    var value = 0
    for character in text {
      guard let digit = character.wholeNumberValue else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  static func split(_ message: String) -> [MessageWord] {
    var words: [MessageWord] = []
    var gap = ""
    var text = ""
    func close() {
      guard !text.isEmpty else { return }
      words.append(MessageWord(text, after: gap))
      text = ""
      gap = ""
    }
    for character in message {
      if character.isLetter || isDigit(character) {
        text.append(character)
      } else {
        if !text.isEmpty { close() }
        gap.append(character)
      }
    }
    close()
    for index in words.indices {
      words[index].gapAfter = index + 1 < words.count ? words[index + 1].gap : gap
    }
    return words
  }

  private init(_ text: String, after gap: String) {
    self.text = text
    self.gap = gap
    var folded = ""
    var letters = 0
    var capitals = 0
    var digits = 0
    var isForeign = false
    for character in text {
      if Self.isDigit(character) {
        digits += 1
        folded.append(character)
        continue
      }
      letters += 1
      if character.isUppercase { capitals += 1 }
      if let scalar = character.unicodeScalars.first, !Self.isLatin(scalar) { isForeign = true }
      FrenchFolding.append(character, to: &folded)
    }
    self.folded = folded
    self.letters = letters
    self.digits = digits
    self.isForeign = isForeign
    isCapitalised = text.first?.isUppercase ?? false
    isAllCapitals = letters > 0 && capitals == letters
  }

  /// Digits of any script, circled and boxed ones included: a phone number is one in all of them.
  static func isDigit(_ character: Character) -> Bool {
    guard let type = character.unicodeScalars.first?.properties.numericType else { return false }
    return type == .decimal || type == .digit
  }

  private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x250 || (0x1E00...0x1EFF).contains(scalar.value)
  }
}

/// Lower case without accents, for comparison with the lists.
enum FrenchFolding {
  static func append(_ character: Character, to text: inout String) {
    // A Character compares by canonical equivalence, so composed and decomposed text fold alike.
    if let plain = letters[character] {
      text += plain
    } else {
      text += character.lowercased()
    }
  }

  private static let letters: [Character: String] = {
    var letters: [Character: String] = [:]
    let groups = [
      "a": "àâäáãåāÀÂÄÁÃÅĀ", "c": "çćčÇĆČ", "e": "éèêëēęěÉÈÊËĒĘĚ", "i": "îïíìīİÎÏÍÌĪ",
      "n": "ñńÑŃ", "o": "ôöóòõøōÔÖÓÒÕØŌ", "u": "ùûüúūůÙÛÜÚŪŮ", "y": "ÿýŸÝ", "s": "šśşŠŚŞ",
      "z": "žźżŽŹŻ", "l": "łŁ", "g": "ğĞ", "oe": "œŒ", "ae": "æÆ", "ss": "ß",
    ]
    for (plain, accented) in groups {
      for character in accented { letters[character] = plain }
    }
    return letters
  }()
}
