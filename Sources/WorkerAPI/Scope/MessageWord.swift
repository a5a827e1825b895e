/// A run of letters and digits of a message, with what stands around it.
///
/// Made in one pass over the scalars, with one look at the vocabulary for each word: this runs for
/// every message on a gateway's event loop.
struct MessageWord: Sendable {
  /// What stands between two words.
  struct Gap: OptionSet, Sendable {
    let rawValue: UInt8

    static let sentenceEnd = Gap(rawValue: 1)
    static let newline = Gap(rawValue: 2)
    /// `, ; : ( )`
    static let comma = Gap(rawValue: 4)
    /// `€ $ £ %`
    static let sign = Gap(rawValue: 8)
  }

  /// Lower case, without accents and ligatures.
  var folded = ""
  /// What French uses the word for.
  var kinds: WordKinds = []
  /// What stands between the word before and this one.
  var gap: Gap = []
  /// The scalars of that gap, the first few.
  var gapText: [Unicode.Scalar] = []
  /// What stands right after the word.
  var gapAfter: Gap = []
  var firstAfter: Unicode.Scalar?
  var isCapitalised = false
  /// Has a letter of a script other than Latin, whose names the lists do not know.
  var isForeign = false
  var hasAccent = false
  /// Decimal digits in the word, of any script.
  var digits = 0
  var letters = 0
  var capitals = 0
  private var number = 0

  var isAllCapitals: Bool { letters > 0 && capitals == letters }
  /// The word is nothing but digits.
  var isNumber: Bool { digits > 0 && letters == 0 }
  /// `l'`, `d'`, `qu'`: belongs to the next word.
  var isElided: Bool { firstAfter == "'" || firstAfter == "\u{2019}" || firstAfter == "\u{2BC}" }
  /// A sentence ends before this word.
  var startsSentence: Bool { gap.contains(.sentenceEnd) }
  /// A line ends before this word.
  var startsLine: Bool { gap.contains(.newline) }
  /// The value of a plain number of at most nine digits.
  var value: Int? { isNumber && digits <= 9 ? number : nil }

  static func split(_ message: String) -> [MessageWord] {
    var words: [MessageWord] = []
    words.reserveCapacity(message.utf8.count / 5 + 1)
    var word = MessageWord()
    var isInWord = false
    var folded: [UInt8] = []
    func close() {
      word.folded = String(decoding: folded, as: UTF8.self)
      if word.letters > 0 { word.kinds = FrenchVocabulary.kinds(of: word.folded) }
      words.append(word)
      word = MessageWord()
      folded.removeAll(keepingCapacity: true)
      isInWord = false
    }
    for scalar in message.unicodeScalars {
      switch ScalarClass(scalar) {
      case .letter(let isUpper):
        if word.letters + word.digits == 0 { word.isCapitalised = isUpper }
        isInWord = true
        word.letters += 1
        if isUpper { word.capitals += 1 }
        FrenchFolding.append(scalar, to: &folded, &word)
      case .digit(let value):
        isInWord = true
        word.digits += 1
        if word.digits <= 9 { word.number = word.number * 10 + value }
        folded.append(UInt8(ascii: "0") + UInt8(value))
      case .mark:
        if isInWord { word.hasAccent = true }
      case .invisible:
        break
      case .other:
        if isInWord { close() }
        let kind = kind(of: scalar)
        word.gap.formUnion(kind)
        if word.gapText.count < 4 { word.gapText.append(scalar) }
        if let last = words.indices.last {
          if words[last].firstAfter == nil { words[last].firstAfter = scalar }
          words[last].gapAfter.formUnion(kind)
        }
      }
    }
    if isInWord { close() }
    return words
  }

  private static func kind(of scalar: Unicode.Scalar) -> Gap {
    switch scalar {
    case ".", "!", "?", "…": .sentenceEnd
    case "\n", "\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{B}", "\u{C}": .newline
    case ",", ";", ":", "(", ")": .comma
    case "€", "$", "£", "%": .sign
    default: []
    }
  }
}

/// What a scalar is to the detector.
enum ScalarClass {
  case letter(isUpper: Bool)
  /// Of any script, circled and boxed ones included: a phone number is one in all of them.
  case digit(Int)
  /// An accent of a decomposed letter.
  case mark
  /// Splits no word: a name with a zero-width space in it is still one.
  case invisible
  case other

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x61...0x7A: self = .letter(isUpper: false)
    case 0x41...0x5A: self = .letter(isUpper: true)
    case 0x30...0x39: self = .digit(Int(scalar.value) - 0x30)
    case 0..<0x80: self = .other
    case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF, 0xFE0F: self = .invisible
    case 0x300...0x36F: self = .mark
    default:
      let properties = scalar.properties
      if properties.isAlphabetic {
        self = .letter(isUpper: properties.isUppercase)
      } else if properties.numericType == .decimal || properties.numericType == .digit,
        let value = properties.numericValue, (0...9).contains(value)
      {
        self = .digit(Int(value))
      } else {
        self = .other
      }
    }
  }
}

/// Lower case without accents, for comparison with the lists.
enum FrenchFolding {
  static func append(_ scalar: Unicode.Scalar, to folded: inout [UInt8], _ word: inout MessageWord)
  {
    switch scalar.value {
    case 0x61...0x7A: folded.append(UInt8(scalar.value))
    case 0x41...0x5A: folded.append(UInt8(scalar.value + 0x20))
    default:
      word.hasAccent = true
      if !(scalar.value < 0x250 || (0x1E00...0x1EFF).contains(scalar.value)) {
        word.isForeign = true
      }
      if let plain = letters[scalar] {
        folded.append(contentsOf: plain.utf8)
      } else {
        folded.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
    }
  }

  private static let letters: [Unicode.Scalar: String] = {
    var letters: [Unicode.Scalar: String] = [:]
    let groups = [
      "a": "àâäáãåāÀÂÄÁÃÅĀ", "c": "çćčÇĆČ", "e": "éèêëēęěÉÈÊËĒĘĚ", "i": "îïíìīİÎÏÍÌĪ",
      "n": "ñńÑŃ", "o": "ôöóòõøōÔÖÓÒÕØŌ", "u": "ùûüúūůÙÛÜÚŪŮ", "y": "ÿýŸÝ", "s": "šśşŠŚŞ",
      "z": "žźżŽŹŻ", "l": "łŁ", "g": "ğĞ", "oe": "œŒ", "ae": "æÆ", "ss": "ß",
    ]
    for (plain, accented) in groups {
      for scalar in accented.unicodeScalars { letters[scalar] = plain }
    }
    return letters
  }()
}
