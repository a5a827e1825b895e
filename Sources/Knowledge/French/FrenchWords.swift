/// Cuts a folded text into words and numbers.
extension FrenchText {
  /// Characters beyond this are not looked at: a question is short, and work is bounded.
  static let wordsMax = 2000

  /// Words without elided articles (`l'`, `d'`, `qu'`), numbers whole (`1 041,59` is `1041,59`).
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    func close() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    let scalars = Array(folded(text).unicodeScalars)
    var index = 0
    while index < scalars.count, words.count < wordsMax {
      let scalar = scalars[index]
      if isDigit(scalar), word.isEmpty {
        words.append(number(scalars, &index))
        continue
      }
      if scalar.properties.isAlphabetic || isDigit(scalar) {
        word.unicodeScalars.append(scalar)
      } else if scalar == "'" {
        if elided.contains(word) { word = "" } else { close() }
      } else if scalar == ".", isInAcronym(scalars, index) {
        // `A.A.H.` is one word.
      } else {
        close()
      }
      index += 1
    }
    close()
    return ages(months(words.map { FrenchSpelling.corrections[$0] ?? [$0] }.flatMap { $0 }))
  }

  /// `5 moi`, `le moi prochin`: the month, not oneself.
  private static func months(_ words: [String]) -> [String] {
    var words = words
    for index in words.indices.dropFirst() where words[index] == "moi" {
      let before = words[index - 1]
      if beforeMonth.contains(before) || (before.utf8.first ?? 0x7F) <= 0x39 {
        words[index] = "mois"
      }
    }
    return words
  }

  /// `22 ans` says an adult, `8 ans` a child: one more word for the stage of life.
  private static func ages(_ words: [String]) -> [String] {
    var aged: [String] = []
    for (index, word) in words.enumerated() {
      aged.append(word)
      guard word == "ans" || word == "an", index > 0, let years = Int(words[index - 1]),
        index < 2 || !beforeSpan.contains(words[index - 2]),
        index < 3 || !(words[index - 2] == "a" && words[index - 3] == "y")
      else { continue }
      if let stage = stage(of: years) { aged.append(stage) }
    }
    return aged
  }

  private static func stage(of years: Int) -> String? {
    switch years {
    case 4...14: "stadeenfant"
    case 15...19: "stadejeune"
    case 21...53: "stadeadulte"
    case 54...59: "stadefincarriere"
    case 61...69: "stadesoixante"
    case 70...110: "stadegrandage"
    default: nil
    }
  }

  /// `depuis 5 ans` is no age.
  private static let beforeSpan: Set<String> = [
    "depuis", "pendant", "dans", "sur", "durant", "tous", "apres", "avant",
  ]

  private static let beforeMonth: Set<String> = [
    "le", "par", "un", "chaque", "ce", "des", "combien",
  ]

  private static let elided: Set<String> = [
    "l", "d", "j", "m", "t", "s", "n", "c", "qu",
  ]

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    (0x30...0x39).contains(scalar.value)
  }

  /// A point between single letters.
  private static func isInAcronym(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard index > 0, scalars[index - 1].properties.isAlphabetic else { return false }
    let isSingle = index < 2 || !scalars[index - 2].properties.isAlphabetic
    let isFollowed = index + 1 < scalars.count && scalars[index + 1].properties.isAlphabetic
    let isNextSingle = index + 2 >= scalars.count || !scalars[index + 2].properties.isAlphabetic
    return isSingle && isFollowed && isNextSingle
  }

  /// Digits with what joins them: `15692*01`, `2026-229`, `1041,59`, `241-35`, `10 000`.
  private static func number(_ scalars: [Unicode.Scalar], _ index: inout Int) -> String {
    var number = String.UnicodeScalarView()
    while index < scalars.count {
      let scalar = scalars[index]
      if isDigit(scalar) {
        number.append(scalar)
      } else if ",.-*/".unicodeScalars.contains(scalar), index + 1 < scalars.count,
        isDigit(scalars[index + 1])
      {
        number.append(scalar == "." ? "," : scalar)
      } else if scalar == " ", isGroup(scalars, index + 1), (1...3).contains(number.count) {
        index += 1
        continue
      } else {
        break
      }
      index += 1
    }
    return String(number)
  }

  /// Exactly three digits, then none.
  private static func isGroup(_ scalars: [Unicode.Scalar], _ start: Int) -> Bool {
    guard start + 2 < scalars.count, (start...(start + 2)).allSatisfy({ isDigit(scalars[$0]) })
    else { return false }
    return start + 3 >= scalars.count || !isDigit(scalars[start + 3])
  }
}
