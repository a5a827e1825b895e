import WorkerAPI

/// One or two French sentences that say what a letter says.
enum LetterSummary {
  static func make(
    kind: LetterKind, decisions: [LetterAnalysis.Decision], letterDay: CivilDay?,
    amounts: [LetterAnalysis.Amount], subject: String
  ) -> String {
    var summary = kind.french
    if let letterDay { summary += " du \(letterDay.french)" }
    summary += "."
    for decision in decisions.prefix(8) {
      summary += " \(decision.aide) : \(direction(decision))"
      if let debut = decision.debut.flatMap({ CivilDay($0) }) {
        summary += decision.fin == nil ? " à partir du \(debut.french)" : " du \(debut.french)"
      }
      if let fin = decision.fin.flatMap({ CivilDay($0) }) {
        summary += decision.debut == nil ? " jusqu'au \(fin.french)" : " au \(fin.french)"
      }
      summary += "."
    }
    if decisions.isEmpty, !subject.isEmpty { summary += " Objet : \(subject.prefix(160))." }
    if decisions.isEmpty || kind == .cafDebt, let amount = amounts.first {
      summary += " Montant indiqué : \(euros(amount.value)) €."
    }
    return summary
  }

  private static func direction(_ decision: LetterAnalysis.Decision) -> String {
    switch decision.sens {
    case .accord: "accord"
    case .accordPartiel: "accord partiel"
    case .rejet: "refus"
    case .sursis: "décision remise à plus tard"
    case .information: decision.detail ?? "information"
    }
  }

  /// `1041,59`.
  static func euros(_ value: Double) -> String {
    let cents = Int((value * 100).rounded())
    let rest = cents % 100
    return "\(cents / 100),\(rest < 10 ? "0" : "")\(rest)"
  }
}
