/// The tables of a letter: rows of cells, read with the heads of their columns.
struct LetterTable: Sendable {
  /// A line of a table about an aid: what was decided, and the days beside it.
  struct Entry: Sendable {
    let aid: String
    let verdict: LetterVerdicts.Found
    var debut: CivilDay?
    var fin: CivilDay?
  }

  private(set) var entries: [Entry] = []
  /// What days in columns are for.
  private(set) var roles: [CivilDay: String] = [:]
  /// Sums without a currency of their own, below a head that names it.
  private(set) var amounts: [(value: Double, label: String)] = []

  /// A letter's tables are short; a list without end is no table of one.
  private static let rowsMax = 300

  init(_ pages: [PageLayout], isAboutCards: Bool, verdicts: LetterVerdicts) {
    let heads = Heads()
    var left = Self.rowsMax
    for page in pages where left > 0 {
      let rows = page.rows.prefix(left)
      left -= rows.count
      read(Array(rows), isAboutCards, verdicts, heads)
    }
  }

  private mutating func read(
    _ rows: [[PageLayout.Cell]], _ isAboutCards: Bool, _ verdicts: LetterVerdicts, _ heads: Heads
  ) {
    let cells = rows.enumerated().flatMap { row, cells in cells.map { Place(cell: $0, row: row) } }
    let anchors = cells.compactMap { place in
      Self.verdict(in: place.cell.text, verdicts).map { Anchor(place: place, verdict: $0) }
    }
    for (order, anchor) in anchors.enumerated() {
      let others = anchors.indices.filter { $0 != order }.map { anchors[$0].place.cell }
      if let entry = entry(anchor, cells, others, rows, isAboutCards, heads) {
        entries.append(entry)
      }
    }
    columns(rows, heads)
  }

  /// A cell and the row that it stands in.
  private struct Place {
    let cell: PageLayout.Cell
    let row: Int
  }

  /// A cell that says nothing but which way it was decided: each line of a table has one.
  private struct Anchor {
    let place: Place
    let verdict: LetterVerdicts.Found
  }

  private static func verdict(
    in text: String, _ verdicts: LetterVerdicts
  ) -> LetterVerdicts.Found? {
    // `Accord (15 heures hebdomadaires)`, `Accord - renouvellement`
    let text = text.replacing(/\ ?\(.*/, with: "").replacing(/\ [\-–—] ?\p{L}*$/, with: "")
    // `Décision : accord` is a line of its own, and no cell.
    guard text.count <= 40, !text.contains(":"),
      // The last word of a wrapped sentence stands alone as well.
      text.first(where: \.isLetter)?.isUppercase == true
    else { return nil }
    let plain = FoldedText(text).plain
    guard let found = verdicts.find(in: plain).first, !found.isWeak || plain == "non" else {
      return nil
    }
    var rest = Array(plain.utf8)
    rest.replaceSubrange(found.places.clamped(to: 0..<rest.count), with: [])
    let words = String(decoding: rest, as: UTF8.self).split { !$0.isLetter && !$0.isNumber }
    let usual: Set = ["decision", "avis", "droit", "demande", "commission", "par", "la"]
    return words.allSatisfy { usual.contains(String($0)) } ? found : nil
  }

  /// The line of a table around a verdict: what stands nearer to it than to the verdicts above and
  /// below, in its own column or in others.
  private func entry(
    _ anchor: Anchor, _ cells: [Place], _ others: [PageLayout.Cell], _ rows: [[PageLayout.Cell]],
    _ isAboutCards: Bool, _ heads: Heads
  ) -> Entry? {
    let own = anchor.place.cell
    let height = max(own.bottom - own.top, 1)
    let inColumn = others.filter { $0.left < own.right && $0.right > own.left }
    let near = cells.filter { place in
      let distance = abs(place.cell.middle - own.middle)
      return distance < height * 2.2 && place.cell != own
        && !inColumn.contains { abs($0.middle - place.cell.middle) < distance }
    }
    // Columns from left to right, each from top to bottom.
    let lines = near.map(\.cell).sorted { first, second in
      let columns = ((first.left / 40).rounded(.down), (second.left / 40).rounded(.down))
      return columns.0 == columns.1 ? first.middle < second.middle : columns.0 < columns.1
    }
    guard let aid = Self.aid(in: lines, isAboutCards) else { return nil }
    var entry = Entry(aid: aid, verdict: anchor.verdict)
    let text = FoldedText(lines.map(\.text).joined(separator: " "))
    let days = LetterDates.find(in: text)
    for day in days {
      switch head(over: day, text, lines, rows[..<anchor.place.row], heads) {
      case "debut" where entry.debut == nil:
        entry.debut = day.day
        continue
      case "fin" where entry.fin == nil:
        entry.fin = day.day
        continue
      default: break
      }
      let before = text.plain(max(0, day.places.lowerBound - 40)..<day.places.lowerBound)
      if before.contains(/(?:jusqu[a-z']* ?(?:au|le)?|\bau|fin|expire le|->|-) ?$/),
        entry.fin == nil,
        days.count > 1 || before.contains(/[a-z]/)
      {
        entry.fin = day.day
      } else if entry.debut == nil {
        entry.debut = day.day
      } else if entry.fin == nil {
        entry.fin = day.day
      }
    }
    return entry
  }

  /// The aid that the leftmost column names.
  private static func aid(in lines: [PageLayout.Cell], _ isAboutCards: Bool) -> String? {
    var columns: [[PageLayout.Cell]] = []
    for cell in lines {
      if let last = columns.last?.first, cell.left < last.right, cell.right > last.left {
        columns[columns.count - 1].append(cell)
      } else {
        columns.append([cell])
      }
    }
    for column in columns {
      let plain = FoldedText(column.map(\.text).joined(separator: " ")).plain
      guard plain.count < 160 else { continue }
      if let aid = AidNames.find(in: plain, isAboutCards: isAboutCards).first { return aid.code }
    }
    return nil
  }

  /// What the head of the column says in which a day stands.
  private func head(
    over day: LetterDates.Found, _ text: FoldedText, _ cells: [PageLayout.Cell],
    _ rows: ArraySlice<[PageLayout.Cell]>, _ heads: Heads
  ) -> String? {
    let printed = String(text.characters[day.places])
    guard let cell = cells.first(where: { $0.text.contains(printed) }) else { return nil }
    return heads.role(above: cell, in: rows)
  }

  private mutating func columns(_ rows: [[PageLayout.Cell]], _ heads: Heads) {
    for (index, row) in rows.enumerated() where row.count >= 2 {
      for cell in row {
        let text = FoldedText(cell.text)
        if let day = LetterDates.find(in: text).first, text.characters.count < 40,
          let role = heads.role(above: cell, in: rows[..<index])
        {
          roles[day.day] = roles[day.day] ?? role
        }
        if let value = LetterAmounts.bareValue(cell.text),
          heads.nameMoney(above: cell, in: rows[..<index])
        {
          amounts.append((value, row[0].text))
        }
      }
    }
  }

  /// What stands at the head of columns.
  private struct Heads {
    private let money = /\$|\beur|montant|euro/
    private let payment = /^(?:paye|verse|date de (?:paiement|versement)|paiement|virement)/
    private let begin =
      /^(?:du|debut|date de debut|a compter du|effet|date d'effet|ouverture|a partir du)\b/
    private let end = /^(?:au|fin|date de fin|jusqu'au|echeance|expiration)\b/

    /// Cells above one, nearest first, as far as a table may reach.
    private func plains(
      above cell: PageLayout.Cell, in rows: ArraySlice<[PageLayout.Cell]>
    ) -> [String] {
      rows.reversed().prefix(30).compactMap { row in
        row.first { $0.left < cell.right + 4 && $0.right > cell.left - 4 }
          .map { FoldedText($0.text).plain }
      }
    }

    func nameMoney(
      above cell: PageLayout.Cell, in rows: ArraySlice<[PageLayout.Cell]>
    ) -> Bool {
      // The nearest that is no number itself.
      plains(above: cell, in: rows).first { $0.contains(/[a-z]{3}|^[(]?\$/) }?.contains(money)
        ?? false
    }

    func role(above cell: PageLayout.Cell, in rows: ArraySlice<[PageLayout.Cell]>) -> String? {
      for plain in plains(above: cell, in: rows) where plain.count < 40 {
        if plain.contains(payment) { return "paiement" }
        if plain.contains(begin) { return "debut" }
        if plain.contains(end) { return "fin" }
      }
      return nil
    }
  }
}
