import WorkerAPI

/// What was found in a letter, before it is put into words.
struct LetterFacts: Sendable {
  var kind: LetterKind
  /// What stands after `Objet`.
  var subject: String
  /// As read, without what is addressed to a program.
  var text: FoldedText
  /// Each day once, in the order of the calendar.
  var dates: [LetterAnalysis.Day]
  /// Each sum once, in the order of the letter.
  var amounts: [LetterAnalysis.Amount]
  var references: [LetterAnalysis.Reference]
  var decisions: [LetterAnalysis.Decision]
  /// Until when something is to be done: the first such day of the text.
  var due: CivilDay?
  /// When somebody is expected: the first such day of the text.
  var meeting: CivilDay?
  var warnings: [String]

  /// Of each kind at most so many.
  static let itemsMax = 100

  var letterDay: CivilDay? {
    dates.first { $0.role == "courrier" }.flatMap { CivilDay($0.date) }
  }

  /// The analysis: the same facts with a summary and what to do next.
  var analysis: LetterAnalysis {
    var warnings = warnings
    if kind == .other, dates.isEmpty, decisions.isEmpty {
      warnings.append("Ce document ne ressemble pas à un courrier administratif connu.")
    }
    return LetterAnalysis(
      type: kind.rawValue,
      summary: LetterSummary.make(
        kind: kind, decisions: decisions, letterDay: letterDay, amounts: amounts, subject: subject),
      dates: dates, montants: amounts, references: references, decisions: decisions,
      suggestions: LetterSuggestions.make(for: self), warnings: warnings)
  }

  // MARK: Two readings of one image

  /// How much a reading says.
  private var weight: Int {
    let days = dates.reduce(0) { $0 + ($1.role == "autre" ? 1 : 2) }
    let decided = decisions.reduce(0) {
      $0 + 3 + ($1.debut == nil ? 0 : 1) + ($1.fin == nil ? 0 : 1)
    }
    return days + decided + 2 * references.count + amounts.count + (kind == .other ? 0 : 2)
  }

  /// Of two readings the one that says more; kinds of facts that it has none of are the other's.
  static func better(_ first: LetterFacts, _ second: LetterFacts) -> LetterFacts {
    let (best, other) = second.weight > first.weight ? (second, first) : (first, second)
    var merged = best
    if merged.references.isEmpty { merged.references = other.references }
    if merged.decisions.isEmpty || merged.kind == other.kind {
      for decision in other.decisions {
        guard let index = merged.decisions.firstIndex(where: { $0.aide == decision.aide }) else {
          merged.decisions.append(decision)
          continue
        }
        guard merged.decisions[index].sens == decision.sens else { continue }
        merged.decisions[index].debut = merged.decisions[index].debut ?? decision.debut
        merged.decisions[index].fin = merged.decisions[index].fin ?? decision.fin
      }
    }
    if merged.amounts.isEmpty { merged.amounts = other.amounts }
    if merged.dates.isEmpty {
      merged.dates = other.dates
      merged.due = other.due
      merged.meeting = other.meeting
    }
    return merged
  }
}
