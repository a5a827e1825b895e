import WorkerAPI

/// What a family can usefully do after a letter, with the last day where there is one.
enum LetterSuggestions {
  typealias Suggestion = LetterAnalysis.Suggestion

  /// Deadlines run from a letter's receipt, which nobody can see in it, so they are computed from
  /// its day, which is the earlier and the safer one.
  static func make(for facts: LetterFacts) -> [Suggestion] {
    let (kind, decisions, letterDay) = (facts.kind, facts.decisions, facts.letterDay)
    let (plain, echeance) = (facts.text.plain, facts.due)
    var made: [Suggestion] = []
    func add(_ code: String, _ text: String, _ day: CivilDay? = nil) {
      guard !made.contains(where: { $0.code == code }) else { return }
      made.append(Suggestion(code: code, text: text, dueDate: day?.text))
    }
    let objection = letterDay?.adding(months: 2)
    let until =
      objection.map {
        " Le délai est de deux mois à partir de la réception ; compté depuis la date du courrier, il "
          + "finit le \($0.french)."
      } ?? " Le délai est de deux mois à partir de la réception du courrier."
    let refused = decisions.filter { $0.sens == .rejet || $0.sens == .accordPartiel }
    let granted = decisions.filter { $0.sens == .accord || $0.sens == .accordPartiel }

    switch kind {
    case .pieces:
      let day = echeance ?? within(plain, letterDay)
      add(
        "fournir-pieces",
        "Envoyez les pièces demandées" + (day.map { " avant le \($0.french)." } ?? " sans tarder."),
        day)
    case .receipt:
      add(
        "attendre",
        "Gardez cet accusé de réception. Sans réponse"
          + (echeance.map { " le \($0.french)" } ?? " dans le délai indiqué")
          + ", la demande est considérée comme refusée et vous pouvez la contester.", echeance)
    case .summons:
      add(
        "rendez-vous", "Notez le rendez-vous, ou demandez vite une autre date.",
        facts.meeting ?? echeance)
    case .proposal:
      add(
        "exprimer-choix",
        "Répondez par écrit : dites si la proposition convient, ou ce qui manque.",
        echeance ?? within(plain, letterDay))
    case .cafPayment: add("conserver", "Conservez cette attestation, elle sert de justificatif.")
    case .cafDebt:
      add(
        "contester-cra",
        "Si la somme n'est pas due, écrivez à la commission de recours amiable de la caisse."
          + until,
        objection)
      add(
        "rembourser-ou-echelonner",
        "Si elle est due, demandez un échelonnement, ou une remise de dette.", echeance)
    case .cafNotification:
      let isSuspended = decisions.contains { $0.detail == "suspension" }
      if isSuspended {
        add(
          "fournir-pieces", "Envoyez ce que la caisse demande, pour que les paiements reprennent.",
          echeance)
      }
      if !refused.isEmpty || isSuspended {
        add(
          "contester-cra", "Vous pouvez saisir la commission de recours amiable." + until, objection
        )
      } else {
        add("conserver", "Conservez ce courrier.")
      }
    case .department:
      if !refused.isEmpty {
        add(
          "contester-rapo-departement",
          "Pour contester, écrivez au président du conseil départemental." + until, objection)
      }
      if !granted.isEmpty { add("conserver", "Conservez ce courrier.") }
    case .reminder:
      add(
        "renouveler", "Demandez le renouvellement sans attendre : un dossier prend des mois.",
        echeance)
    case .school:
      add("contacter-enseignant-referent", "En cas de difficulté, écrivez à l'enseignant référent.")
    case .court:
      add("conserver", "Conservez ce courrier ; un conseil juridique gratuit peut vous aider.")
    case .notificationCMI:
      if !refused.isEmpty {
        add(
          "contester-rapo-departement",
          "Pour contester, écrivez au président du conseil départemental." + until, objection)
      }
      if !granted.isEmpty { add("conserver", "Conservez cette décision avec la carte.") }
      if granted.contains(where: { $0.aide == "CMI-INVALIDITE" }) {
        add("declarer-impots", "Déclarez la carte aux impôts : elle donne une demi-part.")
      }
    case .decisionRAPO:
      if !refused.isEmpty || decisions.isEmpty {
        add(
          "saisir-tribunal", "Vous pouvez saisir le pôle social du tribunal judiciaire." + until,
          objection)
      }
    case .notificationCDAPH, .other:
      if !refused.isEmpty {
        add(
          "contester-rapo",
          "Pour contester, faites un recours préalable (RAPO) auprès de la MDPH, avec une copie de "
            + "la décision." + until, objection)
      }
    }
    afterGrants(kind, granted, letterDay, add)
    if decisions.contains(where: { $0.sens == .sursis }) {
      add(
        "attendre", "La décision est remise à plus tard : répondez à ce qui est demandé.", echeance)
    }
    return made
  }

  private static func afterGrants(
    _ kind: LetterKind, _ granted: [LetterAnalysis.Decision], _ letterDay: CivilDay?,
    _ add: (String, String, CivilDay?) -> Void
  ) {
    guard !granted.isEmpty else { return }
    if kind == .notificationCDAPH || kind == .decisionRAPO {
      add(
        "conserver", "Conservez cette décision : elle sera demandée pour d'autres démarches.", nil)
    }
    let aids = Set(granted.map(\.aide))
    if !aids.isDisjoint(with: ["AESH-MUT", "AESH-IND", "ULIS", "MPA", "PPS"]) {
      add("contacter-enseignant-referent", "Envoyez la décision à l'enseignant référent.", nil)
    }
    if !aids.isDisjoint(with: ["IME", "ITEP", "SESSAD", "ESAT"]) {
      add(
        "contacter-etablissements",
        "Contactez les établissements ou services indiqués : l'admission se demande auprès d'eux.",
        nil)
    }
    let ends = granted.compactMap { $0.fin.flatMap { CivilDay($0) } }
    if let first = ends.min(), let letterDay, first < letterDay.adding(months: 18) {
      let months = first.year * 12 + first.month - 7
      if let day = CivilDay(year: months / 12, month: months % 12 + 1, day: 1) {
        add("renouveler", "Demandez le renouvellement six mois avant la fin des droits.", day)
      }
    }
  }

  /// `sous 30 jours`, `dans un délai d'un mois`, counted from the letter's day.
  private static func within(_ plain: String, _ letterDay: CivilDay?) -> CivilDay? {
    guard let letterDay else { return nil }
    let text = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    if let match = text.firstMatch(
      of: /(?:sous|dans(?: un delai de| les)?|delai de) ([0-9]{1,3}|quinze|trente) jours/)
    {
      let count = ["quinze": 15, "trente": 30][String(match.1)] ?? Int(match.1) ?? 0
      return count > 0 ? letterDay.adding(days: count) : nil
    }
    if text.contains(/(?:sous|dans|delai d')(?: un delai d')? ?un mois/) {
      return letterDay.adding(months: 1)
    }
    if text.contains(/(?:sous|dans|delai de)(?: un delai de)? deux mois/) {
      return letterDay.adding(months: 2)
    }
    return nil
  }
}
