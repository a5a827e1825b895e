/// Says what each day in a letter is for, by what stands around it.
struct LetterDayRoles: Sendable {
  /// A day, where it stands, and what for.
  struct Day: Sendable {
    let found: LetterDates.Found
    var role: String
    var label: String
  }

  /// Days in the order of the text.
  private(set) var days: [Day] = []

  init(_ text: FoldedText, kind: LetterKind) {
    let found = LetterDates.find(in: text)
    let context = LetterDayContext()
    var hasLetterDay = false
    for (index, day) in found.enumerated() {
      let previous = index > 0 ? found[index - 1] : nil
      let next = index + 1 < found.count ? found[index + 1] : nil
      var role = context.role(day, previous, next, text, mayBeLetterDay: !hasLetterDay)
      hasLetterDay = hasLetterDay || role == "courrier"
      // What nobody grants does not end: `vous avez jusqu'au …`.
      let isAsking = [.pieces, .receipt, .summons, .proposal, .cafDebt].contains(kind)
      if isAsking, role == "fin", previous.map({ context.isPair($0, day, text) }) != true {
        role = "echeance"
      }
      if kind == .cafDebt {
        // `du … au …` is what was paid too much; a day alone is when it will be taken back.
        if role == "debut", next.map({ context.isPair(day, $0, text) }) == true { role = "periode" }
        if role == "fin", previous.map({ context.isPair($0, day, text) }) == true {
          role = "periode"
        }
      }
      days.append(Day(found: day, role: role, label: Self.label(day, text)))
    }
    if !hasLetterDay { chooseLetterDay(text) }
  }

  /// Without its usual words, the letter's day is the first one that is alone on its line.
  private mutating func chooseLetterDay(_ text: FoldedText) {
    let index = days.firstIndex { day in
      guard day.role == "autre" else { return false }
      let places = day.found.places
      let before = text.plain(max(0, places.lowerBound - 12)..<places.lowerBound)
      let after = text.plain(places.upperBound..<min(text.characters.count, places.upperBound + 2))
      return (before.isEmpty || before.contains(/[\n\t] ?(?:le |date ?: ?)?$/))
        && (after.isEmpty || after.first == "\n" || after.first == "\t")
    }
    if let index { days[index].role = "courrier" }
  }

  /// The line that it stands in, as printed.
  private static func label(_ day: LetterDates.Found, _ text: FoldedText) -> String {
    let characters = text.characters
    var start = day.places.lowerBound
    while start > 0, day.places.lowerBound - start < 60, !"\n\t".contains(characters[start - 1]) {
      start -= 1
    }
    let printed = String(characters[start..<day.places.upperBound])
    return printed.split(separator: " ").joined(separator: " ")
  }
}
