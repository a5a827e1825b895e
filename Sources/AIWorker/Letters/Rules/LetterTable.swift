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
    var anchors: [(row: Int, aid: AidNames.Found, verdict: LetterVerdicts.Found)] = []
    for (index, row) in rows.enumerated() where row.count >= 2 {
      let plains = row.map { FoldedText($0.text).plain }
      for (place, plain) in plains.enumerated() where plain.count < 70 {
        guard let aid = AidNames.find(in: plain, isAboutCards: isAboutCards).first else { continue }
        let verdict = plains.indices.lazy.filter { $0 != place && plains[$0].count < 50 }.compactMap
        {
          verdicts.find(in: plains[$0]).first
        }.first
        if let verdict { anchors.append((index, aid, verdict)) }
        break
      }
    }
    for (order, anchor) in anchors.enumerated() {
      let above = order > 0 ? anchors[order - 1].row : nil
      let below = order + 1 < anchors.count ? anchors[order + 1].row : nil
      entries.append(entry(anchor, rows, above: above, below: below, heads))
    }
    columns(rows, heads)
  }

  private func entry(
    _ anchor: (row: Int, aid: AidNames.Found, verdict: LetterVerdicts.Found),
    _ rows: [[PageLayout.Cell]], above: Int?, below: Int?, _ heads: Heads
  ) -> Entry {
    let row = rows[anchor.row]
    let middle = row[0].middle
    let height = row.map { $0.bottom - $0.top }.max() ?? 10
    // A cell of several lines stands partly above and below the others of its row.
    var near = row[1...].map { $0 }
    for (index, other) in rows.enumerated() where index != anchor.row {
      if let above, index <= above { continue }
      if let below, index >= below { continue }
      for cell in other where cell.left > row[0].right && abs(cell.middle - middle) < height * 1.7 {
        let isOfAnother = [above, below].compactMap { $0 }.contains {
          abs(rows[$0][0].middle - cell.middle) < abs(middle - cell.middle)
        }
        if !isOfAnother { near.append(cell) }
      }
    }
    var entry = Entry(aid: anchor.aid.code, verdict: anchor.verdict)
    let lines = near.sorted {
      ($0.left / 40).rounded(.down) == ($1.left / 40).rounded(.down)
        ? $0.middle < $1.middle : $0.left < $1.left
    }
    let text = FoldedText(lines.map(\.text).joined(separator: " "))
    let days = LetterDates.find(in: text)
    for day in days {
      let before = text.plain(max(0, day.places.lowerBound - 40)..<day.places.lowerBound)
      if before.contains(/(?:jusqu[a-z']* ?(?:au|le)?|\bau|fin|expire le|->|-) ?$/),
        entry.fin == nil,
        days.count > 1 || before.contains(/[a-z]/)
      {
        entry.fin = day.day
      } else if entry.debut == nil,
        head(over: day, text, lines, rows[..<anchor.row], heads) != "fin"
      {
        entry.debut = day.day
      } else if entry.fin == nil {
        entry.fin = day.day
      }
    }
    return entry
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
      plains(above: cell, in: rows).contains { $0.contains(money) }
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
