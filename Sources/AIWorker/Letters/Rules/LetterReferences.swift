import WorkerAPI

/// Finds the numbers by which an organisation knows a file, a decision, a person or an appeal.
///
/// A number counts where a label stands before it in its row, or above it; some shapes need none.
enum LetterReferences {
  /// Every reference once, in the order of the text.
  static func find(in pages: [PageLayout]) -> [LetterAnalysis.Reference] {
    var found: [LetterAnalysis.Reference] = []
    var seen: Set<String> = []
    func add(_ value: String, _ label: String) {
      let key = value.uppercased().filter { $0 != " " }
      guard !seen.contains(where: { $0.contains(key) }) else { return }
      for longer in seen where key.contains(longer) {
        found.removeAll { $0.value.uppercased().filter { $0 != " " } == longer }
        seen.remove(longer)
      }
      seen.insert(key)
      found.append(LetterAnalysis.Reference(value: value, label: label))
    }
    for page in pages {
      let rows = page.rows
      for row in rows {
        let text = FoldedText(row.map(\.text).joined(separator: "\t"))
        for (value, label) in labelled(text) { add(value, label) }
      }
      for (label, value) in stacked(rows) { add(value, label) }
    }
    for page in pages {
      for (value, label) in shaped(FoldedText(page.flow)) { add(value, label) }
    }
    return found
  }

  // MARK: A label and its number in one row

  private static func labelled(_ text: FoldedText) -> [(String, String)] {
    // Every reference holds a digit.
    guard text.plain.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return [] }
    var found: [(String, String)] = []
    for (value, places) in candidates(text) {
      let before = text.plain(max(0, places.lowerBound - 70)..<places.lowerBound)
      guard let label = ReferenceLabel.read(before: before),
        label.isMarked || value.contains("-") || value.contains("/")
          || value.filter(\.isNumber).count >= 5
      else { continue }
      found.append((value, label.name))
    }
    return found
  }

  /// What has the shape of a number of an organisation.
  private static func candidates(_ text: FoldedText) -> [(value: String, places: Range<Int>)] {
    let printed = String(text.characters)
    var found: [(String, Range<Int>)] = []
    var from = printed.startIndex
    let shape = /[A-Z0-9]+(?:[\-\/._][A-Z0-9]+| [A-Z]{0,4}[0-9]+)*/
    while let match = printed[from...].firstMatch(of: shape) {
      from = match.range.upperBound
      // The end of a word in small letters is none.
      if match.range.lowerBound > printed.startIndex {
        let last = printed[printed.index(before: match.range.lowerBound)]
        if last.isLetter || last.isNumber { continue }
      }
      let after = printed[match.range.upperBound...]
      guard let value = plausible(String(match.output)), !isPlace(value, after),
        after.prefixMatch(of: /\ ?(?:€|%|[a-zà-ÿ])/) == nil || after.first == " "
      else { continue }
      let start = printed.distance(from: printed.startIndex, to: match.range.lowerBound)
      found.append((value, start..<start + match.output.count))
    }
    return found
  }

  /// A postcode and its town.
  private static func isPlace(_ value: String, _ after: Substring) -> Bool {
    value.wholeMatch(of: /[0-9]{2} ?[0-9]{3}/) != nil
      && after.prefixMatch(of: /\ [A-ZÀ-Ý][\p{L}\-']+/) != nil
  }

  /// A number of an organisation has three digits at least, and is no date, time, article or number
  /// of a person's social security.
  static func plausible(_ value: String) -> String? {
    let digits = value.filter(\.isNumber)
    guard digits.count >= 3, (4...32).contains(value.count) else { return nil }
    if value.wholeMatch(of: /[0-9]{1,2}[.\/-][0-9]{1,2}[.\/-][0-9]{2,4}/) != nil { return nil }
    if value.wholeMatch(of: /(19|20)[0-9]{2}/) != nil { return nil }
    if value.wholeMatch(of: /[12] ?[0-9]{2} ?[0-9]{2} ?[0-9AB]{2}( ?[0-9]{3}){2}( ?[0-9]{2})?/)
      != nil
    {
      return nil
    }
    // `01 99 00 44 30`
    if value.wholeMatch(of: /0[0-9](?:[ .\-][0-9]{2}){4}/) != nil { return nil }
    return value
  }

  // MARK: A label above its number

  private static func stacked(_ rows: [[PageLayout.Cell]]) -> [(String, String)] {
    var found: [(String, String)] = []
    for (index, row) in rows.enumerated() {
      for cell in row {
        let plain = FoldedText(cell.text).plain
        guard plain.count <= 50, let label = ReferenceLabel.read(whole: plain[...]) else {
          continue
        }
        let below = rows[(index + 1)...].prefix(4).joined().first {
          $0.left < cell.right && $0.right > cell.left && $0.top - cell.bottom < cell.height * 1.5
        }
        guard let below else { continue }
        let number = FoldedText(below.text)
        if let first = candidates(number).first, first.places.lowerBound == 0 {
          found.append((label.name, first.value))
        }
      }
      found += column(at: index, in: rows)
    }
    return found
  }

  /// Numbers under the head `N°` of a table's column, each alone in its cell.
  private static func column(
    at index: Int, in rows: [[PageLayout.Cell]]
  ) -> [(String, String)] {
    guard rows[index].count >= 3 else { return [] }
    var found: [(String, String)] = []
    for cell in rows[index] {
      guard FoldedText(cell.text).plain.wholeMatch(of: /n~|numero|n~ de decision/) != nil else {
        continue
      }
      for row in rows[(index + 1)...].prefix(24) {
        guard let below = row.first(where: { $0.left < cell.right && $0.right > cell.left }) else {
          continue
        }
        let number = FoldedText(below.text)
        guard let first = candidates(number).first, first.value.count == number.characters.count
        else { break }
        found.append(("N° de décision", first.value))
      }
    }
    return found
  }

  // MARK: Numbers that need no label

  private static func shaped(_ text: FoldedText) -> [(String, String)] {
    let printed = String(text.characters)
    var found: [(String, String)] = []
    for match in printed.matches(of: /\b[A-Z]{2,5}[\-\/](?:19|20)?[0-9]{2}[\-\/][0-9]{3,7}\b/) {
      found.append((String(match.output), "Référence"))
    }
    return found
  }
}

extension PageLayout.Cell {
  fileprivate var height: Double { bottom - top }
}
