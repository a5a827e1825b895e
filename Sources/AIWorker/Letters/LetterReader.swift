import WorkerAPI

/// Reads a letter by rules: what sort it is, its days, sums and numbers, what it decides, and what
/// to do next.
///
/// ```swift
/// let analysis = LetterReader.read(pages, warnings: []).analysis
/// ```
///
/// It is a pure function of the words and their places. It says only what is printed: a day without
/// a year, a sum without a currency, an aid without a verdict are left out. Instructions within a
/// letter are text like any other; they are reported in `warnings` and never followed.
enum LetterReader {
  /// Characters of a letter that are read; the rest of a longer one is not.
  static let charactersMax = 20_000

  /// - Parameter warnings: what came up while the words were found.
  static func read(_ pages: [PageLayout], warnings: [String]) -> LetterFacts {
    var warnings = warnings
    var flow = pages.map(\.flow).joined(separator: "\n\n")
    if flow.count > charactersMax {
      flow = String(flow.prefix(charactersMax))
      warnings.append("Ce document est très long : seul son début a été lu.")
    }
    let printed = FoldedText(flow)
    let injections = LetterWarnings.injections(in: printed)
    if !injections.isEmpty { warnings.append(LetterWarnings.injection) }
    let text = printed.blanking(injections)
    let subject = subject(of: text)
    let boxes = TickedBoxes.unchosen(in: text)
    let chosen = text.blanking(boxes)
    let kind = LetterKind(plain: chosen.plain, subject: FoldedText(subject).plain)
    let verdicts = LetterVerdicts()
    let table = LetterTable(
      pages.map(TickedBoxes.chosen), isAboutCards: kind == .notificationCMI, verdicts: verdicts)
    let roles = LetterDayRoles(text, kind: kind)
    let decisions = LetterDecisions(
      chosen, subject: FoldedText(subject).plain, kind: kind, table: table, verdicts: verdicts,
      days: roles.days, isForm: !boxes.isEmpty
    ).decisions
    return LetterFacts(
      kind: kind, subject: subject, text: text, dates: days(roles.days, table, decisions),
      amounts: amounts(in: text, table),
      references: Array(LetterReferences.find(in: pages).prefix(LetterFacts.itemsMax)),
      decisions: Array(decisions.prefix(LetterFacts.itemsMax)),
      due: roles.days.first { $0.role == "echeance" }?.found.day,
      meeting: roles.days.first { $0.role == "rendez-vous" }?.found.day, warnings: warnings)
  }

  /// What stands after `Objet :`.
  private static func subject(of text: FoldedText) -> String {
    guard let match = text.plain.firstMatch(of: /(?:^|[\n\t])objet ?:? ([^\n]{3,200})/) else {
      return ""
    }
    return String(text.characters[text.offsets(match.1.startIndex..<match.1.endIndex)])
  }

  /// Each day once, in the order of the calendar, with the best that is known of its use.
  private static func days(
    _ days: [LetterDayRoles.Day], _ table: LetterTable, _ decisions: [LetterAnalysis.Decision]
  ) -> [LetterAnalysis.Day] {
    let importance = [
      "courrier", "naissance", "echeance", "rendez-vous", "seance", "debut", "fin", "periode",
      "paiement", "depot", "autre",
    ]
    func rank(_ role: String) -> Int { importance.firstIndex(of: role) ?? importance.count }
    let begins = Set(table.entries.compactMap(\.debut))
    let ends = Set(table.entries.compactMap(\.fin))
    var best: [CivilDay: LetterAnalysis.Day] = [:]
    for day in days {
      let date = day.found.day
      var role = day.role
      if role == "autre" || table.roles[date] == "paiement" { role = table.roles[date] ?? role }
      if role == "autre" { role = ends.contains(date) ? "fin" : role }
      if role == "autre" { role = begins.contains(date) ? "debut" : role }
      if let known = best[date], rank(known.role) <= rank(role) { continue }
      best[date] = LetterAnalysis.Day(date: date.text, role: role, label: day.label)
    }
    return best.keys.sorted().prefix(LetterFacts.itemsMax).compactMap { best[$0] }
  }

  /// Each sum once, in the order of the letter.
  private static func amounts(
    in text: FoldedText, _ table: LetterTable
  ) -> [LetterAnalysis.Amount] {
    var amounts: [LetterAnalysis.Amount] = []
    func add(_ value: Double, _ label: String) {
      guard amounts.count < LetterFacts.itemsMax, !amounts.contains(where: { $0.value == value })
      else {
        return
      }
      amounts.append(LetterAnalysis.Amount(value: value, currency: "EUR", label: label))
    }
    for found in LetterAmounts.find(in: text) {
      var start = found.places.lowerBound
      while start > 0, found.places.lowerBound - start < 60,
        !"\n\t".contains(text.characters[start - 1])
      {
        start -= 1
      }
      add(found.value, String(text.characters[start..<found.places.upperBound]))
    }
    for amount in table.amounts { add(amount.value, amount.label) }
    return amounts
  }
}
