package import Telemetry

/// Something in a French text that is right or wrong to the letter: a sum of money, a calendar
/// date, the number of a form.
package struct StatedFact: Sendable, Hashable {
  package let kind: FlaggedFactKind
  /// The same for every way of writing it: cents, `2026-04-01`, `2026-04`, `--04-01`, `15692*01`.
  package let value: String
  /// Where it stands in the text's characters.
  package let range: Range<Int>

  /// Every fact of a text, in order.
  package static func find(in characters: [Character]) -> [StatedFact] {
    var reader = StatedFactReader(characters)
    return reader.read()
  }

  /// Every fact of a text, in order.
  package static func find(in text: String) -> [StatedFact] { find(in: Array(text)) }
}

/// Reads the facts of a text in one pass from number to number.
private struct StatedFactReader {
  private let text: [Character]
  private var at = 0
  private var facts: [StatedFact] = []

  private static let months = [
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre",
  ]
  private static let spaces: Set<Character> = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]

  init(_ text: [Character]) { self.text = text }

  mutating func read() -> [StatedFact] {
    while at < text.count {
      let start = at
      if isDigit(at) {
        // Digits within a word or after a sign belong to it: `AB123`, `R2D2`.
        if at > 0, text[at - 1].isLetter {
          skipDigits()
        } else {
          number(from: start)
        }
      } else if text[at].isLetter {
        while at < text.count, text[at].isLetter { at += 1 }
        // Few words stand before a number: only these are read.
        if isDigit(afterSpaces(at)), !precededByDay(start),
          let month = month(String(text[start..<at]))
        {
          monthAndYear(month, from: start)
        }
      } else {
        at += 1
      }
      if at == start { at += 1 }
    }
    return facts
  }

  // MARK: Characters

  private func isDigit(_ index: Int) -> Bool {
    index < text.count && text[index].isASCII && text[index].isNumber
  }

  private mutating func skipDigits() { while isDigit(at) { at += 1 } }

  private func digits(_ index: Int) -> String {
    var end = index
    while isDigit(end) { end += 1 }
    return String(text[index..<end])
  }

  private func afterSpaces(_ index: Int) -> Int {
    var index = index
    while index < text.count, Self.spaces.contains(text[index]) { index += 1 }
    return index
  }

  private func word(_ index: Int) -> (text: String, end: Int) {
    var end = index
    while end < text.count, text[end].isLetter { end += 1 }
    return (String(text[index..<end]), end)
  }

  private func month(_ word: String) -> Int? {
    guard (3...9).contains(word.count) else { return nil }
    let plain = word.lowercased().map { ["é": "e", "û": "u"][$0] ?? $0 }
    return Self.months.firstIndex(of: String(plain)).map { $0 + 1 }
  }

  private func precededByDay(_ index: Int) -> Bool {
    facts.last?.range.upperBound == index
  }

  private mutating func add(_ kind: FlaggedFactKind, _ value: String, _ range: Range<Int>) {
    facts.append(StatedFact(kind: kind, value: value, range: range))
    at = range.upperBound
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  // MARK: Numbers

  private mutating func number(from start: Int) {
    let first = digits(start)
    if form(first, from: start) || isoDate(first, from: start) || slashDate(first, from: start)
      || wordDate(first, from: start)
    {
      return
    }
    let (cents, end) = sum(from: start)
    let unit = afterSpaces(end)
    if unit < text.count {
      let name = word(unit)
      if text[unit] == "€" {
        return add(.amount, cents, start..<(unit + 1))
      }
      if ["euro", "euros", "eur"].contains(name.text.lowercased()) {
        return add(.amount, cents, start..<name.end)
      }
    }
    at = end
  }

  /// `1 041,59`, `1.041,59`, `900`, `12,5`: cents and where the number ends.
  private func sum(from start: Int) -> (cents: String, end: Int) {
    var whole = digits(start)
    var end = start + whole.count
    while end < text.count, Self.spaces.contains(text[end]) || text[end] == "." {
      let group = digits(end + 1)
      guard group.count == 3, whole.count <= 12 else { break }
      whole += group
      end += 4
    }
    var fraction = ""
    if end < text.count, text[end] == "," || text[end] == "." {
      let part = digits(end + 1)
      if (1...2).contains(part.count) {
        fraction = part
        end += 1 + part.count
      }
    }
    let cents = (fraction + "00").prefix(2)
    let plain = (whole + cents).drop { $0 == "0" }
    return (plain.isEmpty ? "0" : String(plain), end)
  }

  /// `15692*01`, `cerfa n° 15692`.
  private mutating func form(_ first: String, from start: Int) -> Bool {
    guard first.count == 5 else { return false }
    let end = start + 5
    if end < text.count, text[end] == "*" || text[end] == "#" {
      let version = digits(end + 1)
      if version.count == 2 {
        add(.form, first + "*" + version, start..<(end + 3))
        return true
      }
    }
    guard followsCerfa(start) else { return false }
    add(.form, first, start..<end)
    return true
  }

  private func followsCerfa(_ start: Int) -> Bool {
    let before = String(text[max(0, start - 16)..<start]).lowercased()
    guard let range = before.range(ofWord: "cerfa") else { return false }
    let between = before[range.upperBound...]
    return between.allSatisfy { !$0.isNumber && $0 != "." && $0 != "," }
  }

  private mutating func isoDate(_ first: String, from start: Int) -> Bool {
    guard first.count == 4, character(start + 4) == "-", character(start + 7) == "-" else {
      return false
    }
    let (month, day) = (digits(start + 5), digits(start + 8))
    guard month.count == 2, day.count == 2 else { return false }
    add(.date, "\(first)-\(month)-\(day)", start..<(start + 10))
    return true
  }

  private mutating func slashDate(_ first: String, from start: Int) -> Bool {
    guard first.count <= 2, let mark = character(start + first.count), "/.-".contains(mark) else {
      return false
    }
    let month = digits(start + first.count + 1)
    let second = start + first.count + 1 + month.count
    guard (1...2).contains(month.count), character(second) == mark else { return false }
    let year = digits(second + 1)
    guard year.count == 4, let dayNumber = Int(first), let monthNumber = Int(month) else {
      return false
    }
    add(
      .date, "\(year)-\(Self.two(monthNumber))-\(Self.two(dayNumber))", start..<(second + 5))
    return true
  }

  /// `1er avril 2026`, `12 mars`.
  private mutating func wordDate(_ first: String, from start: Int) -> Bool {
    guard first.count <= 2, let day = Int(first), (1...31).contains(day) else { return false }
    var next = start + first.count
    if character(next) == "e", character(next + 1) == "r" { next += 2 }
    let name = word(afterSpaces(next))
    guard afterSpaces(next) > next || next > start + first.count, let month = month(name.text)
    else { return false }
    let yearAt = afterSpaces(name.end)
    let year = digits(yearAt)
    if year.count == 4 {
      add(.date, "\(year)-\(Self.two(month))-\(Self.two(day))", start..<(yearAt + 4))
    } else {
      add(.date, "--\(Self.two(month))-\(Self.two(day))", start..<name.end)
    }
    return true
  }

  /// `avril 2026`; a month alone is no fact.
  private mutating func monthAndYear(_ month: Int, from start: Int) {
    let yearAt = afterSpaces(at)
    let year = digits(yearAt)
    guard year.count == 4, yearAt > at else { return }
    add(.date, "\(year)-\(Self.two(month))", start..<(yearAt + 4))
  }

  private func character(_ index: Int) -> Character? {
    text.indices.contains(index) ? text[index] : nil
  }
}

extension String {
  fileprivate func range(ofWord word: String) -> Range<Index>? {
    var start = startIndex
    var found: Range<Index>?
    while start < endIndex {
      if self[start...].hasPrefix(word) {
        found = start..<index(start, offsetBy: word.count)
      }
      start = index(after: start)
    }
    return found
  }
}
