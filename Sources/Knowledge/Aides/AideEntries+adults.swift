/// Income of adults, and the cards.
extension AideEntries {
  private static let cardDocument = "cmi-carte-mobilite-inclusion"

  static let adults: [Aide] = [
    allowance, independentLiving,
    card(
      "INVALIDITE", "invalidité", court: "tribunal judiciaire",
      summary: "Priorité dans les files d'attente, places assises et avantages fiscaux.",
      condition: "Taux d'incapacité d'au moins 80 %, ou pension d'invalidité de 3e catégorie, ou "
        + "GIR 1 ou 2.",
      alsoCalled: ["carte d'invalidité", "carte orange", "carte handicapé"]),
    card(
      "PRIORITE", "priorité", court: "tribunal judiciaire",
      summary: "Place assise et priorité dans les files d'attente.",
      condition: "Taux d'incapacité inférieur à 80 % et station debout pénible.",
      alsoCalled: ["carte prioritaire", "station debout pénible", "file d'attente"]),
    card(
      "STATIONNEMENT", "stationnement", court: "tribunal administratif",
      summary: "Stationnement gratuit et sans limite de durée sur les places ouvertes au public.",
      condition: "Périmètre de marche inférieur à 200 m, aide systématique pour marcher ou "
        + "accompagnement nécessaire, pour au moins 1 an. Aucun taux n'est exigé.",
      alsoCalled: [
        "macaron", "carte de stationnement", "carte handicapé pour se garer", "parking",
        "place handicapé",
      ]),
    recognition,
  ]

  private static func card(
    _ code: String, _ mention: String, court: String, summary: String, condition: String,
    alsoCalled: [String]
  ) -> Aide {
    entry(
      "CMI-\(code)", "Carte mobilité inclusion, mention \(mention)", acronym: "CMI \(mention)",
      for: .everyone, document: cardDocument, route: .card(court: court), payer: nil,
      summary: summary, conditions: [condition], duration: "De 1 à 20 ans, ou à titre définitif.",
      combination: mention == "stationnement"
        ? "Peut être demandée avec la mention invalidité ou priorité."
        : "Peut être demandée avec la mention stationnement.",
      alsoCalled: alsoCalled)
  }

  private static let allowance = entry(
    "AAH", "Allocation aux adultes handicapés", acronym: "AAH", for: .adult,
    document: "aah-allocation-adultes-handicapes", route: .commission, payer: familyFund,
    summary: "Revenu minimal mensuel pour un adulte dont le handicap limite l'autonomie ou l'accès "
      + "à l'emploi.",
    amount: Aide.Amount(ReferenceAmounts.disabledAdults, "mensuel"),
    conditions: [
      "20 ans au moins, ou 16 ans si le jeune n'est plus à charge.",
      "Taux d'incapacité d'au moins 80 %, ou de 50 à 79 % avec une restriction substantielle et "
        + "durable d'accès à l'emploi.",
      "Ressources sous un plafond ; celles du conjoint ne comptent plus.",
    ],
    duration: "De 1 à 10 ans ou sans limitation à partir de 80 % ; de 1 à 5 ans de 50 à 79 %.",
    combination: "Se cumule avec la PCH et, en partie, avec un salaire.",
    alsoCalled: ["allocation adulte handicapé", "revenu handicap", "pension handicap"])

  private static let independentLiving = entry(
    "MVA", "Majoration pour la vie autonome", acronym: "MVA", for: .adult,
    document: "mva-majoration-vie-autonome",
    route: .fund(
      procedure: "Aucune demande à faire : la CAF ou la MSA l'attribue automatiquement.", form: nil),
    payer: familyFund,
    summary: "S'ajoute à l'AAH des personnes qui vivent dans un logement indépendant, sans revenu "
      + "d'activité.",
    amount: Aide.Amount(ReferenceAmounts.independentLiving, "mensuel"),
    conditions: [
      "Taux d'incapacité d'au moins 80 %.",
      "AAH à taux plein ou en complément d'une pension, ou allocation supplémentaire d'invalidité.",
      "Logement indépendant, avec une aide au logement.", "Aucun revenu d'activité.",
    ],
    duration: "Tant que les conditions sont remplies.",
    combination: "Avec l'AAH ; pas avec l'ancien complément de ressources.",
    alsoCalled: ["vie autonome", "logement indépendant", "supplément AAH"])

  private static let recognition = entry(
    "RQTH", "Reconnaissance de la qualité de travailleur handicapé", acronym: "RQTH", for: .adult,
    document: "rqth-travailleur-handicape", route: .commissionForWork, payer: nil,
    summary: "Ouvre des droits et des aides pour trouver, garder ou aménager un emploi.",
    conditions: [
      "16 ans au moins ; possibilités de trouver ou de garder un emploi réduites par un handicap. "
        + "Aucun taux n'est exigé."
    ],
    duration: "De 1 à 10 ans, ou définitive si le handicap est irréversible.",
    combination: "Se cumule avec l'AAH et avec un emploi.",
    alsoCalled: ["travailleur handicapé", "cotorep", "handicap au travail", "emploi"])
}
