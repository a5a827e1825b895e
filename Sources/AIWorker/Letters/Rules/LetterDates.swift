/// Finds the days that are printed in a text, however they are written.
enum LetterDates {
  /// A day and where it stands.
  struct Found: Sendable {
    let day: CivilDay
    let places: Range<Int>
    /// Its year stands with the other end of a period only: `du 1er juin au 31 juillet 2026`.
    var isInferred = false
  }

  /// Every day, in the order of the text; days of laws and decrees are none of the letter's.
  static func find(in text: FoldedText) -> [Found] {
    let numeric = numeric(text)
    // `payé le 05.03.26`, and `Février 2026` on the line below.
    let written = written(text).filter { day in
      !numeric.contains { $0.places.overlaps(day.places) }
    }
    let found = numeric + written
    let law =
      #/
      \b(loi|decret|ordonnance|circulaire|directive|instruction)\b[^,;:]{0,45}\bdu\s*$
    /#
    return found.sorted { $0.places.lowerBound < $1.places.lowerBound }
      .filter { !isOfALaw(text, $0.places, law) }
  }

  private static func isOfALaw(
    _ text: FoldedText, _ places: Range<Int>, _ law: Regex<(Substring, Substring)>
  ) -> Bool {
    let before = text.plain(places.lowerBound - min(60, places.lowerBound)..<places.lowerBound)
    return String(before.map { $0 == "\n" ? " " : $0 }).contains(law)
  }

  // MARK: Digits

  private static func numeric(_ text: FoldedText) -> [Found] {
    var found: [Found] = []
    // Recognition takes o for 0, l and i for 1.
    let slashed =
      /([0-9oli]{1,2}) ?([\/.\-]) ?([0-9oli]{1,2}) ?([\/.\-]) ?([0-9oli]{4}|[0-9oli]{2})/
    for match in text.plain.matches(of: slashed) {
      let places = text.offsets(match.range)
      guard match.2 == match.4, isApart(text, places),
        let day = number(match.1), let month = number(match.3), let year = year(match.5),
        let date = CivilDay(year: year, month: month, day: day)
      else { continue }
      found.append(Found(day: date, places: places))
    }
    for match in text.plain.matches(of: /(19|20)([0-9]{2})-([0-9]{2})-([0-9]{2})/) {
      let places = text.offsets(match.range)
      guard isApart(text, places), let year = number(match.1 + match.2),
        let month = number(match.3), let day = number(match.4),
        let date = CivilDay(year: year, month: month, day: day)
      else { continue }
      found.append(Found(day: date, places: places))
    }
    return found
  }

  /// No part of a longer number: a telephone's, a reference's.
  private static func isApart(_ text: FoldedText, _ places: Range<Int>) -> Bool {
    let before = text.plain(max(0, places.lowerBound - 2)..<places.lowerBound)
    let after = text.plain(places.upperBound..<min(text.characters.count, places.upperBound + 2))
    if let last = before.last, last.isLetter || last.isNumber || "/-".contains(last) {
      return false
    }
    if before.count == 2, before.last == ".", before.first?.isNumber == true { return false }
    guard let next = after.first else { return true }
    if next.isLetter || next.isNumber { return false }
    return !("/.-".contains(next) && after.dropFirst().first?.isNumber == true)
  }

  private static func number(_ digits: Substring) -> Int? {
    Int(
      digits.replacing("o", with: "0").replacing("l", with: "1").replacing("i", with: "1"))
  }

  private static func number(_ digits: String) -> Int? { number(digits[...]) }

  /// Two digits mean the years around us.
  private static func year(_ digits: Substring) -> Int? {
    guard let value = number(digits) else { return nil }
    guard digits.count == 2 else { return value }
    return value < 50 ? 2000 + value : 1900 + value
  }

  // MARK: Words

  private struct Token {
    let text: Substring
    let places: Range<Int>
  }

  private static let months: [(names: [String], number: Int)] = [
    (["janvier", "janv", "jan"], 1), (["fevrier", "fevr", "fev"], 2), (["mars"], 3),
    (["avril", "avr"], 4), (["mai"], 5), (["juin"], 6), (["juillet", "juil"], 7), (["aout"], 8),
    (["septembre", "sept"], 9), (["octobre", "oct"], 10), (["novembre", "nov"], 11),
    (["decembre", "dec"], 12),
  ]

  private static func written(_ text: FoldedText) -> [Found] {
    let tokens = text.plain.matches(of: /[a-z0-9?]+|~/).filter { $0.output != "~" }.map {
      Token(text: $0.output, places: text.offsets($0.range))
    }
    var found: [Found] = []
    for index in tokens.indices {
      guard let month = month(tokens[index].text), let day = day(tokens, before: index),
        let year = year(tokens, after: index, text),
        let date = CivilDay(year: year.value, month: month, day: day.value)
      else { continue }
      let places = tokens[day.first].places.lowerBound..<tokens[year.last].places.upperBound
      found.append(Found(day: date, places: places))
      if let begin = beginning(tokens, before: day.first, month: month, year: year.value),
        begin.day < date
      {
        found.append(begin)
      }
    }
    return found
  }

  private static func month(_ word: Substring) -> Int? {
    for (names, number) in months where names.contains(String(word)) { return number }
    guard word.count >= 4, word.allSatisfy({ $0.isLetter || $0 == "?" || $0.isNumber }),
      word.contains(where: \.isLetter)
    else { return nil }
    // A letter that recognition took for another.
    for (names, number) in months {
      guard let name = names.first, name.count >= 4, abs(name.count - word.count) <= 1 else {
        continue
      }
      let allowed = name.count >= 7 ? 2 : 1
      if differences(Array(name), Array(word)) <= allowed { return number }
    }
    return nil
  }

  /// Levenshtein's distance of short words.
  private static func differences(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (place, other) in right.enumerated() {
        let cost = min(diagonal + (character == other ? 0 : 1), row[place] + 1, row[place + 1] + 1)
        diagonal = row[place + 1]
        row[place + 1] = cost
      }
    }
    return row[right.count]
  }

  private static func day(_ tokens: [Token], before index: Int) -> (value: Int, first: Int)? {
    guard index > 0 else { return nil }
    if let value = dayDigits(tokens[index - 1].text) { return (value, index - 1) }
    // `1` and `er` apart.
    if ["er", "e"].contains(tokens[index - 1].text), index > 1, tokens[index - 2].text == "1" {
      return (1, index - 2)
    }
    var first = index
    while first > 0, index - first < 3, FrenchNumberWords.isPart(tokens[first - 1].text) {
      first -= 1
    }
    while first < index {
      let words = tokens[first..<index].map(\.text)
      if let value = FrenchNumberWords.value(words), (1...31).contains(value) {
        return (value, first)
      }
      first += 1
    }
    return nil
  }

  private static func dayDigits(_ word: Substring) -> Int? {
    if ["1er", "ler", "ier", "1e", "1re"].contains(word) { return 1 }
    guard word.count <= 2, let value = number(word), (1...31).contains(value) else { return nil }
    return value
  }

  private static func year(
    _ tokens: [Token], after index: Int, _ text: FoldedText
  ) -> (value: Int, last: Int)? {
    guard index + 1 < tokens.count else { return nil }
    let next = tokens[index + 1]
    if next.text.count == 4, let value = number(next.text) { return (value, index + 1) }
    if next.text.count == 2, next.text.allSatisfy(\.isNumber), let value = year(next.text) {
      let after = text.plain(next.places.upperBound..<next.places.upperBound + 2)
      return after.contains(/^ ?[h$%:]/) ? nil : (value, index + 1)
    }
    var last = index
    while last + 1 < tokens.count, last - index < 7, FrenchNumberWords.isPart(tokens[last + 1].text)
    {
      last += 1
    }
    while last > index {
      let words = tokens[index + 1...last].map(\.text)
      if let value = FrenchNumberWords.value(words), (1900...2100).contains(value) {
        return (value, last)
      }
      last -= 1
    }
    return nil
  }

  /// The other end of `du 1er juin au 31 juillet 2026` or `du 1er au 31 juillet 2026`.
  private static func beginning(
    _ tokens: [Token], before first: Int, month: Int, year: Int
  ) -> Found? {
    guard first >= 3, tokens[first - 1].text == "au" else { return nil }
    var index = first - 2
    var begun = month
    if let other = Self.month(tokens[index].text) {
      begun = other
      index -= 1
    }
    guard index >= 1, let day = dayDigits(tokens[index].text), tokens[index - 1].text == "du",
      let date = CivilDay(year: begun > month ? year - 1 : year, month: begun, day: day)
    else { return nil }
    let places = tokens[index].places.lowerBound..<tokens[first - 2].places.upperBound
    return Found(day: date, places: places, isInferred: true)
  }
}
