/// A street, with or without its number.
struct StreetEvidence {
  private let words: [MessageWord]

  init(_ words: [MessageWord]) { self.words = words }

  static let lists: [(WordKinds, String)] = [
    (.street, "rue avenue boulevard impasse allee lotissement hameau faubourg"),
    (
      .numberedStreet,
      """
      av ave bd bld blvd place chemin route quai square residence passage allees cours villa ruelle
      sentier cite esplanade montee
      """
    ),
    (.streetLink, "de du des d la le les l st"), (.box, "bp cs cedex"),
  ]

  /// True where an address is given.
  var isFound: Bool {
    for index in words.indices {
      let word = words[index]
      guard !word.kinds.isDisjoint(with: [.street, .numberedStreet, .box]) || word.folded == "lieu"
      else { continue }
      let next = index + 1 < words.count ? words[index + 1] : nil
      if word.kinds.contains(.box), next?.isNumber == true { return true }
      if word.folded == "lieu" {
        if next?.folded == "dit" { return true }
        continue
      }
      let isNamed =
        next.map {
          !$0.startsSentence && ($0.kinds.contains(.streetLink) || $0.isCapitalised)
        } ?? false
      let isNumbered = isNumbered(index)
      if word.kinds.contains(.street), isNumbered || isNamed { return true }
      if word.kinds.contains(.numberedStreet), isNumbered, isNamed { return true }
    }
    return false
  }

  /// `12 rue`, `12 bis rue`.
  private func isNumbered(_ index: Int) -> Bool {
    func isHouse(_ index: Int) -> Bool {
      index >= 0 && (1...4).contains(words[index].digits)
    }
    if isHouse(index - 1) { return true }
    return isHouse(index - 2)
      && ["bis", "ter", "quater", "b", "t"].contains(words[index - 1].folded)
  }
}
