import WorkerAPI

/// Finds the numbers by which an organisation knows a file, a decision, a person or an appeal.
enum LetterReferences {
  private enum Kind { case digits, mixed }

  /// What stands before a number, without accents, and what to call it.
  private static let labels: [(words: String, label: String, kind: Kind)] = [
    ("numero d'allocataire", "N° d'allocataire", .digits),
    ("matricule allocataire", "N° d'allocataire", .digits),
    ("allocataire", "N° d'allocataire", .digits), ("matricule", "Matricule", .digits),
    ("dossier", "N° de dossier", .mixed), ("decision", "N° de décision", .mixed),
    ("notification", "N° de notification", .mixed), ("recours", "N° de recours", .mixed),
    ("attestation", "Attestation", .mixed), ("creance", "Créance", .mixed),
    ("demande", "N° de demande", .mixed), ("adherent", "N° d'adhérent", .mixed),
    ("references", "Référence", .mixed), ("reference", "Référence", .mixed),
    ("refs", "Référence", .mixed), ("ref", "Référence", .mixed), ("cmi", "CMI", .mixed),
    ("carte", "N° de carte", .mixed), ("rg", "N° RG", .mixed),
    ("jugement", "N° de jugement", .mixed), ("courrier", "N° de courrier", .mixed),
    ("identifiant", "Identifiant", .mixed), ("usager", "N° d'usager", .mixed),
  ]

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
      let cells = page.rows.flatMap { $0 }
      for cell in cells {
        let text = FoldedText(cell.text)
        for (value, label) in labelled(text) { add(value, label) }
      }
      for (head, value) in stacked(page) { add(value, head) }
    }
    for page in pages {
      for (value, label) in shaped(FoldedText(page.flow)) { add(value, label) }
    }
    return found
  }

  // MARK: A label and its number in one cell

  private static func labelled(_ text: FoldedText) -> [(String, String)] {
    var found: [(String, String)] = []
    let bytes = Array(text.plain.utf8)
    // Every reference holds a digit.
    guard bytes.contains(where: { (0x30...0x39).contains($0) }) else { return [] }
    for (words, label, kind) in labels {
      for places in FoldedText.occurrences(of: words, in: bytes) {
        let start = text.plain.utf8.index(text.plain.startIndex, offsetBy: places.lowerBound)
        let range = start..<text.plain.utf8.index(start, offsetBy: places.count)
        if let before = text.plain[..<range.lowerBound].last, before.isLetter { continue }
        if let after = text.plain[range.upperBound...].first, after.isLetter { continue }
        let rest = text.plain[range.upperBound...]
        // `n° de dossier : …`, `dossier n° …`, `réf. : …`
        guard let gap = rest.prefixMatch(of: /\.?(?: ?(?:n ?[~*'"o.]?|numero|rg))? ?[:\-~]? ?/)
        else { continue }
        let place = text.offsets(gap.range).upperBound
        let isMarked =
          gap.output.contains(":") || gap.output.contains("n")
          || text.plain[..<range.lowerBound].contains(
            /(?:\bn ?[~*'"o.]{0,2}|numero|vos|nos) ?(?:de |d'|du )?$/)
        guard let value = value(text, from: place, kind),
          isMarked || value.contains("-") || value.contains("/")
            || value.filter(\.isNumber).count >= 5
        else {
          continue
        }
        found.append((value, label))
        break
      }
    }
    return found
  }

  /// The number that begins at a place.
  private static func value(_ text: FoldedText, from place: Int, _ kind: Kind) -> String? {
    let rest = String(text.characters[min(place, text.characters.count)...])
    if kind == .digits {
      guard let match = rest.prefixMatch(of: /[0-9](?:[ .]?[0-9]){4,12}/) else { return nil }
      let digits = match.output.filter(\.isNumber)
      return (5...13).contains(digits.count) ? String(match.output) : nil
    }
    guard let match = rest.prefixMatch(of: /[A-Z0-9]+(?:[\-\/._][A-Z0-9]+| [A-Z]{0,4}[0-9]+)*/)
    else { return nil }
    return plausible(String(match.output))
  }

  /// A number of an organisation has three digits at least, and is no date, time or article.
  static func plausible(_ value: String) -> String? {
    guard value.filter(\.isNumber).count >= 3, (4...32).contains(value.count) else { return nil }
    if value.wholeMatch(of: /[0-9]{1,2}[.\/-][0-9]{1,2}[.\/-][0-9]{2,4}/) != nil { return nil }
    if value.wholeMatch(of: /(19|20)[0-9]{2}/) != nil { return nil }
    return value
  }

  // MARK: A label above its number

  private static func stacked(_ page: PageLayout) -> [(String, String)] {
    var found: [(String, String)] = []
    let rows = page.rows
    for (index, row) in rows.enumerated() {
      for cell in row {
        let text = FoldedText(cell.text)
        var plain = text.plain.filter { $0.isLetter || $0 == " " || $0 == "'" }
        for prefix in ["n de ", "n d'", "n ", "numero de ", "numero d'", "nos ", "vos "]
        where plain.hasPrefix(prefix) {
          plain.removeFirst(prefix.count)
          break
        }
        while plain.last == " " { plain.removeLast() }
        guard let (_, label, kind) = labels.first(where: { $0.words == plain }) else { continue }
        let below = rows[(index + 1)...].prefix(3).joined().first {
          $0.left < cell.right && $0.right > cell.left && $0.top - cell.bottom < cell.height * 1.5
        }
        guard let below else { continue }
        let number = FoldedText(below.text)
        if let value = value(number, from: 0, kind) { found.append((label, value)) }
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
