/// What a form's boxes leave out: `[ ] Accord [x] Rejet` says `Rejet`.
///
/// An option goes from its box to the next box, or to the end of its line.
enum TickedBoxes {
  private static let ticked: Set<Character> = ["☒", "☑", "■", "✓", "✔", "✗", "✘"]
  private static let empty: Set<Character> = ["☐", "□", "❏", "❑"]
  private static let ticks: Set<Character> = ["x", "X", "×"]

  /// Boxes, and the options of those that are not ticked; none in a text without a ticked box.
  static func unchosen(in text: FoldedText) -> [Range<Int>] {
    let characters = text.characters
    let boxes = boxes(in: characters)
    guard boxes.contains(where: \.isTicked) else { return [] }
    return boxes.enumerated().map { order, box in
      guard !box.isTicked else { return box.places }
      let next = order + 1 < boxes.count ? boxes[order + 1].places.lowerBound : characters.count
      let end = characters[box.places.upperBound..<next].firstIndex { $0 == "\n" || $0 == "\t" }
      return box.places.lowerBound..<(end ?? next)
    }
  }

  /// The same for a page: words of options that are not ticked are taken out.
  static func chosen(of page: PageLayout) -> PageLayout {
    var page = page
    page.paragraphs = page.paragraphs.map { $0.map(chosen) }
    return page
  }

  private static func chosen(of line: [PageLayout.Word]) -> [PageLayout.Word] {
    let printed = line.map(\.text).joined(separator: " ")
    let places = unchosen(in: FoldedText(printed))
    guard !places.isEmpty else { return line }
    var start = 0
    return line.filter { word in
      let own = start..<start + word.text.count
      start = own.upperBound + 1
      return !places.contains { $0.overlaps(own) }
    }
  }

  private struct Box {
    let places: Range<Int>
    let isTicked: Bool
  }

  /// `[x]`, `[ ]`, `[]`, `(x)` and the boxes that are letters of their own.
  private static func boxes(in characters: [Character]) -> [Box] {
    var boxes: [Box] = []
    for (place, character) in characters.enumerated() {
      if ticked.contains(character) || empty.contains(character) {
        boxes.append(Box(places: place..<place + 1, isTicked: ticked.contains(character)))
        continue
      }
      guard character == "[" || character == "(" else { continue }
      let close: Character = character == "[" ? "]" : ")"
      let inside = characters[(place + 1)...].prefix(4).prefix { $0 != close }
      let after = place + 1 + inside.count
      guard after < characters.count, characters[after] == close else { continue }
      let mark = inside.filter { $0 != " " }
      if mark.isEmpty {
        boxes.append(Box(places: place..<after + 1, isTicked: false))
      } else if mark.count == 1, mark.allSatisfy(ticks.contains) {
        boxes.append(Box(places: place..<after + 1, isTicked: true))
      }
    }
    return boxes
  }
}
