/// Numbers written out in French, as in a date: `onze`, `vingt et un`, `deux mille vingt-six`.
enum FrenchNumberWords {
  private static let units: [String: Int] = [
    "un": 1, "une": 1, "premier": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6,
    "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13,
    "quatorze": 14, "quinze": 15, "seize": 16,
  ]
  private static let tens: [String: Int] = [
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "octante": 80, "huitante": 80, "nonante": 90,
  ]

  static func isPart(_ word: Substring) -> Bool {
    let word = String(word)
    return units[word] != nil || tens[word] != nil
      || ["mille", "mil", "cent", "cents", "et"].contains(word)
  }

  /// The value of words without accents, lower-case; nil where they are no number.
  static func value(_ words: [Substring]) -> Int? {
    guard !words.isEmpty, words.first != "et", words.last != "et" else { return nil }
    var (total, part) = (0, 0)
    var last = 0
    for word in words where word != "et" {
      let text = String(word)
      if let unit = units[text] {
        part += unit
        last = unit
      } else if let ten = tens[text] {
        // Four times twenty is eighty.
        if ten == 20, last == 4 {
          part += 76
        } else {
          part += ten
        }
        last = ten
      } else if text.hasPrefix("cent") {
        part = max(1, part) * 100
        last = 100
      } else if text == "mille" || text == "mil" {
        total += max(1, part) * 1000
        (part, last) = (0, 1000)
      } else {
        return nil
      }
      guard part < 10_000, total < 10_000 else { return nil }
    }
    return total + part
  }
}
