/// Finds sums of money in a text.
enum LetterAmounts {
  /// A sum and where it stands.
  struct Found: Sendable {
    let value: Double
    let places: Range<Int>
  }

  /// Every sum with its currency, in the order of the text; `-51 €` is 51.
  static func find(in text: FoldedText) -> [Found] {
    var found: [Found] = []
    let pattern =
      #/
        ([0-9]{1,3}(?:[\ .][0-9]{3})+|[0-9]+)(?:[,.]([0-9]{1,2}))?[\ \n]?
        (?:\$(?![0-9])|eur\b|euros?\b)
      /#
    for match in text.plain.matches(of: pattern) {
      let places = text.offsets(match.range)
      let before = text.plain(max(0, places.lowerBound - 1)..<places.lowerBound)
      // The rest of a longer number, as of `2026 104,77`.
      if let last = before.last, last.isNumber || last.isLetter || last == "," { continue }
      guard let value = value(match.1, match.2) else { continue }
      found.append(Found(value: value, places: places))
    }
    // `151€80`
    for match in text.plain.matches(of: /\b([0-9]{1,6})\$([0-9]{2})\b/) {
      guard let value = value(match.1, match.2) else { continue }
      found.append(Found(value: value, places: text.offsets(match.range)))
    }
    // `€ 51,20`, as some tables have it.
    for match in text.plain.matches(of: /\$ ?([0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]+),([0-9]{2})\b/) {
      let places = text.offsets(match.range)
      if found.contains(where: { $0.places.overlaps(places) }) { continue }
      guard let value = value(match.1, match.2) else { continue }
      found.append(Found(value: value, places: places))
    }
    return found.sorted { $0.places.lowerBound < $1.places.lowerBound }
  }

  /// A cell of a table whose head names the currency.
  static func bareValue(_ text: String) -> Double? {
    let plain = FoldedText(text).plain
    guard
      let match = plain.wholeMatch(of: /[-+]? ?([0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]+),([0-9]{2})/)
    else { return nil }
    return value(match.1, match.2)
  }

  private static func value(_ whole: Substring, _ cents: Substring?) -> Double? {
    let digits = whole.filter(\.isNumber)
    guard digits.count <= 9, let units = Int(digits) else { return nil }
    var hundredths = 0
    if let cents { hundredths = (Int(cents) ?? 0) * (cents.count == 1 ? 10 : 1) }
    // One division, so that the value is the one nearest to what is printed.
    return Double(units * 100 + hundredths) / 100
  }
}
