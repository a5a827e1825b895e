import Telemetry
import WorkerAPI

/// Joins what rules found in a letter with what a model saw in it, holding the model against the
/// letter: what its text does not say is left out and counted.
///
/// | the model says | it counts where |
/// | --- | --- |
/// | a day, a sum, a number | rules found it too, or its quotation stands in the text and says it |
/// | what a day is for | rules do not know |
/// | a decision | its quotation stands in the text and decides so, and the letter names the aid |
/// | another decision than the rules | never: the family is told that they differ |
/// | what sort of letter it is | rules do not know |
///
/// Of a letter that was recognised from an image, what could not be held against the text is told
/// in a warning, to be compared with the original.
struct LetterMerge {
  private(set) var facts: LetterFacts
  /// What the model said and the letter does not, by kind.
  private(set) var refused: [FlaggedFactKind: Int] = [:]
  private let printed: PrintedText
  private let isRecognised: Bool
  /// In the words of the family, what could not be checked.
  private var unchecked: [String] = []

  /// - Parameter texts: every reading of the letter's text.
  init(
    _ facts: LetterFacts, with seen: SeenLetter, texts: [FoldedText], isRecognised: Bool
  ) {
    self.facts = facts
    self.isRecognised = isRecognised
    printed = PrintedText(texts, isRecognised: isRecognised)
    if facts.kind == .other { self.facts.kind = seen.kind }
    for day in seen.days { add(day) }
    for amount in seen.amounts { add(amount) }
    for reference in seen.references { add(reference) }
    for decision in seen.decisions { add(decision) }
    self.facts.dates.sort { $0.date < $1.date }
    if seen.givesOrders, !self.facts.warnings.contains(LetterWarnings.injection) {
      self.facts.warnings.append(LetterWarnings.injection)
    }
    if !unchecked.isEmpty, isRecognised {
      self.facts.warnings.append(
        "Une lecture assistée a cru voir aussi : \(unchecked.prefix(10).joined(separator: " ; ")). "
          + "Nous n'avons pas pu le vérifier : comparez avec l'original.")
    }
  }

  private mutating func refuse(_ kind: FlaggedFactKind, _ french: String) {
    refused[kind, default: 0] += 1
    if !unchecked.contains(french) { unchecked.append(french) }
  }

  private static func label(_ quote: String) -> String {
    quote.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: Days

  private mutating func add(_ seen: SeenLetter.Day) {
    let date = seen.day.text
    if let index = facts.dates.firstIndex(where: { $0.date == date }) {
      if facts.dates[index].role == "autre" { give(seen.role, toDayAt: index) }
      return
    }
    guard facts.dates.count < LetterFacts.itemsMax, printed.holds(seen.quote),
      LetterDates.find(in: FoldedText(seen.quote)).contains(where: { $0.day == seen.day })
    else { return refuse(.date, seen.day.french) }
    facts.dates.append(
      LetterAnalysis.Day(date: date, role: "autre", label: Self.label(seen.quote)))
    give(seen.role, toDayAt: facts.dates.count - 1)
  }

  /// A letter has one day of its own; deadlines are computed from it.
  private mutating func give(_ role: String, toDayAt index: Int) {
    guard LetterSchema.roles.contains(role), role != "courrier" || facts.letterDay == nil else {
      return
    }
    facts.dates[index].role = role
    let day = CivilDay(facts.dates[index].date)
    if role == "echeance" { facts.due = facts.due ?? day }
    if role == "rendez-vous" { facts.meeting = facts.meeting ?? day }
  }

  // MARK: Sums and numbers

  private mutating func add(_ seen: SeenLetter.Amount) {
    guard !facts.amounts.contains(where: { $0.value == seen.value }) else { return }
    guard facts.amounts.count < LetterFacts.itemsMax, printed.holds(seen.quote),
      LetterAmounts.find(in: FoldedText(seen.quote)).contains(where: { $0.value == seen.value })
    else { return refuse(.amount, LetterSummary.euros(seen.value) + " €") }
    facts.amounts.append(
      LetterAnalysis.Amount(value: seen.value, currency: "EUR", label: Self.label(seen.quote)))
  }

  private mutating func add(_ seen: SeenLetter.Reference) {
    let key = Self.key(seen.value)
    guard !facts.references.contains(where: { Self.key($0.value).contains(key) }) else { return }
    guard let value = LetterReferences.plausible(seen.value.uppercased()), printed.holds(value),
      Self.key(seen.quote).contains(key), facts.references.count < LetterFacts.itemsMax
    else { return refuse(.reference, "le numéro « \(seen.value.prefix(32)) »") }
    // Recognition took letters of it for digits, or digits for letters.
    if let index = facts.references.firstIndex(where: {
      PrintedText.looksAlike($0.value, value)
    }) {
      facts.references[index].value = value
    } else {
      facts.references.append(LetterAnalysis.Reference(value: value, label: "Référence"))
    }
  }

  private static func key(_ text: String) -> String {
    text.uppercased().filter { !$0.isWhitespace }
  }

  // MARK: Decisions

  private mutating func add(_ seen: SeenLetter.Decision) {
    let (begins, ends) = (known(seen.begins), known(seen.ends))
    if let index = facts.decisions.firstIndex(where: { $0.aide == seen.aid }) {
      guard facts.decisions[index].sens == seen.direction else {
        facts.warnings.append(
          "Deux lectures de la décision sur \(seen.aid) ne disent pas la même chose : vérifiez-la "
            + "sur l'original.")
        return
      }
      guard seen.direction != .rejet else { return }
      facts.decisions[index].debut = facts.decisions[index].debut ?? begins
      facts.decisions[index].fin = facts.decisions[index].fin ?? ends
      return
    }
    guard facts.decisions.count < LetterFacts.itemsMax, isDecided(seen) else {
      return refuse(.decision, "une décision sur \(seen.aid)")
    }
    let isRefusal = seen.direction == .rejet
    let rate = LetterRate.find(in: facts.text.plain)
    facts.decisions.append(
      LetterAnalysis.Decision(
        aide: seen.aid, sens: seen.direction, debut: isRefusal ? nil : begins,
        fin: isRefusal ? nil : ends, taux: rate == seen.rate ? rate : nil))
  }

  /// A day of a decision that is one of the letter's.
  private func known(_ day: CivilDay?) -> String? {
    day.flatMap { day in facts.dates.contains { $0.date == day.text } ? day.text : nil }
  }

  private func isDecided(_ seen: SeenLetter.Decision) -> Bool {
    guard printed.holds(seen.quote) else { return false }
    let quote = FoldedText(seen.quote).plain
    let isAboutCards = facts.kind == .notificationCMI
    let named =
      AidNames.find(in: quote, isAboutCards: isAboutCards)
      + AidNames.find(in: facts.text.plain, isAboutCards: isAboutCards)
    guard
      named.contains(where: {
        $0.code == seen.aid || ($0.isWhole && seen.aid == AidNames.humanHelp)
      })
    else { return false }
    let said = LetterVerdicts().find(in: quote).map(\.direction)
    return said.contains(seen.direction)
      || (seen.direction == .accordPartiel && said.contains(.accord))
  }
}
