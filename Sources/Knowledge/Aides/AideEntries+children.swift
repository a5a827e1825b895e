/// The AEEH, its six complements, the supplement of a parent who is alone.
extension AideEntries {
  private static let base = "aeeh-allocation-base"
  private static let more = "aeeh-complements"

  static let children: [Aide] =
    [allowance]
    + zip(1..., complementConditions).map { category, condition in
      complement(category, condition)
    } + [singleParent]

  private static let allowance = entry(
    "AEEH", "Allocation d'éducation de l'enfant handicapé", acronym: "AEEH", for: .child,
    document: base, route: .commission, payer: familyFund,
    summary: "Allocation mensuelle pour un enfant handicapé de moins de 20 ans, sans condition de "
      + "ressources.",
    amount: Aide.Amount(ReferenceAmounts.disabledChild, "mensuel"),
    conditions: [
      "Enfant à charge de moins de 20 ans, résidant en France.",
      "Taux d'incapacité d'au moins 80 %, ou de 50 à 79 % avec un établissement ou service "
        + "médico-social, une scolarisation adaptée ou des soins préconisés par la CDAPH.",
    ],
    duration: "De 2 à 5 ans selon le taux, ou jusqu'à 20 ans sans perspective d'amélioration.",
    combination:
      "Se cumule avec les allocations familiales ; l'AEEH de base se cumule avec l'AJPP.",
    alsoCalled: ["allocation enfant handicapé", "aide pour mon fils ou ma fille", "aes"])

  private static let complementConditions = [
    "Dépenses liées au handicap de l'enfant.",
    "Activité d'un parent réduite d'au moins 20 %, ou tierce personne 8 heures par semaine, ou "
      + "dépenses.",
    "Activité d'un parent réduite d'au moins 50 %, ou tierce personne 20 heures par semaine, ou "
      + "réduction de 20 % ou 8 heures avec des dépenses, ou dépenses.",
    "Un parent sans aucune activité, ou une tierce personne à temps plein, ou des situations "
      + "mixtes avec des dépenses.",
    "Comme la 4e catégorie, avec des dépenses en plus.",
    "Comme la 4e catégorie, avec des contraintes permanentes de surveillance et de soins.",
  ]

  private static func complement(_ category: Int, _ condition: String) -> Aide {
    let rank = category == 1 ? "1re" : "\(category)e"
    let note =
      category == 6
      ? " Montant en vigueur au 1er avril 2025 ; la valeur depuis le 1er avril 2026 est à vérifier "
        + "auprès de la CAF." : ""
    return entry(
      "AEEH-C\(category)", "Complément d'AEEH de \(rank) catégorie",
      acronym: "Complément AEEH \(category)", for: .child, document: more, route: .commission,
      payer: familyFund,
      summary: "S'ajoute chaque mois à l'AEEH de base quand le handicap de l'enfant entraîne des "
        + "dépenses, une baisse d'activité d'un parent ou une tierce personne." + note,
      amount: ReferenceAmounts.complementsInForce.indices.contains(category - 1)
        ? Aide.Amount(ReferenceAmounts.complementsInForce[category - 1], "mensuel") : nil,
      conditions: ["Percevoir l'AEEH de base.", condition],
      duration: "De 3 à 5 ans avec un taux d'au moins 80 %, de 2 à 5 ans de 50 à 79 %.",
      combination: "Ne se cumule pas avec l'AJPP pour le même enfant ; choix à faire avec la PCH.",
      alsoCalled: [
        "complément \(category)", "catégorie \(category)", "tierce personne enfant",
        "parent qui arrête de travailler",
      ])
  }

  private static let singleParent = entry(
    "AEEH-MPI", "Majoration pour parent isolé", acronym: "MPI", for: .child, document: more,
    route: .commission, payer: familyFund,
    summary: "S'ajoute au complément d'AEEH quand un parent élève seul son enfant ; le montant "
      + "dépend de la catégorie du complément.",
    conditions: [
      "Élever seul son enfant.", "Percevoir un complément d'AEEH de la 2e à la 6e catégorie.",
    ],
    duration: "Celle du complément d'AEEH.",
    combination: "S'ajoute au complément ; reste possible avec la PCH à partir d'un droit au "
      + "complément de 2e catégorie.",
    alsoCalled: ["parent seul", "maman solo", "mère célibataire", "majoration parent isolé"])
}
