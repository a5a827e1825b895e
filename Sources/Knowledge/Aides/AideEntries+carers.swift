/// Those who stop working for somebody, and the aid of old age.
extension AideEntries {
  static let carers: [Aide] = [parentsDay, carersDay, leave, autonomy]

  private static let note =
    " Montant en vigueur au 1er janvier 2025 ; celui de 2026 est à vérifier auprès de la CAF."

  private static let parentsDay = entry(
    "AJPP", "Allocation journalière de présence parentale", acronym: "AJPP", for: .carer,
    document: "ajpp-presence-parentale",
    route: .fund(
      procedure: "Envoyez à la CAF ou à la MSA le formulaire Cerfa n° 12666, avec le certificat "
        + "médical détaillé de l'enfant, puis une attestation chaque mois.", form: "12666"),
    payer: familyFund,
    summary: "Compense le salaire d'un parent qui s'arrête pour un enfant gravement malade, "
      + "handicapé ou accidenté." + note,
    amount: Aide.Amount(ReferenceAmounts.carersDay, "journalier"),
    conditions: [
      "Enfant à charge de moins de 20 ans.",
      "Présence soutenue et soins contraignants, reconnus par le contrôle médical.",
      "Salarié, agent public, indépendant ou chômeur indemnisé.",
    ],
    duration: "310 jours au plus sur 3 ans, 22 jours par mois au plus.",
    combination: "Se cumule avec l'AEEH de base ; pas avec un complément d'AEEH pour le même "
      + "enfant.",
    alsoCalled: ["arrêt pour enfant malade", "présence parentale", "congé enfant malade"])

  private static let carersDay = entry(
    "AJPA", "Allocation journalière du proche aidant", acronym: "AJPA", for: .carer,
    document: "ajpa-conge-proche-aidant",
    route: .fund(procedure: "Faites la demande en ligne à la CAF ou à la MSA.", form: nil),
    payer: familyFund,
    summary: "Compense le salaire pendant un congé de proche aidant ; imposable." + note,
    amount: Aide.Amount(ReferenceAmounts.carersDay, "journalier"),
    conditions: [
      "Personne aidée : taux d'incapacité d'au moins 80 %, GIR 1 à 4 ou majoration pour tierce "
        + "personne.",
      "Salarié, agent public, indépendant, stagiaire ou chômeur indemnisé.",
    ],
    duration: "66 jours au plus par personne aidée, 264 jours au plus sur la carrière.",
    combination: "Pas avec un salaire, ni avec un dédommagement PCH pour le même proche.",
    alsoCalled: ["aidant", "proche aidant", "aider un proche", "aidant familial"])

  private static let leave = entry(
    "CONGE-PROCHE-AIDANT", "Congé de proche aidant", acronym: "Congé de proche aidant",
    for: .carer, document: "ajpa-conge-proche-aidant",
    route: .other(
      decider: "Employeur",
      procedure: "Prévenez l'employeur 1 mois avant, 15 jours pour un renouvellement, sans délai "
        + "en cas d'urgence.", form: nil,
      appeal: "En cas de refus de l'employeur, le recours et son délai sont à vérifier auprès de "
        + "l'inspection du travail."),
    payer: nil,
    summary: "Permet d'arrêter ou de réduire son travail pour aider un proche ; l'AJPA peut "
      + "remplacer une partie du salaire.",
    conditions: ["Lien de famille, ou liens étroits et stables, avec la personne aidée."],
    duration: "Sans accord d'entreprise, 3 mois renouvelables, 1 an au plus sur la carrière.",
    combination: "Se prend avec l'AJPA.",
    alsoCalled: ["congé aidant", "s'arrêter pour un parent", "aidant"])

  private static let autonomy = entry(
    "APA", "Allocation personnalisée d'autonomie", acronym: "APA", for: .adult,
    document: "apa-ou-pch",
    route: .other(
      decider: "Président du conseil départemental",
      procedure: "Demandez-la au conseil départemental, et non à la MDPH.", form: nil,
      appeal: "La décision indique la voie et le délai de recours, à compter de la notification."),
    payer: department,
    summary: "Finance l'aide à une personne de 60 ans et plus en perte d'autonomie, avec une "
      + "participation selon les revenus.",
    conditions: ["60 ans et plus.", "Perte d'autonomie classée en GIR 1 à 4."],
    duration: "Fixée par la décision, révisée quand la situation change.",
    combination: "Ne se cumule pas avec la PCH : il faut choisir.",
    alsoCalled: ["personne âgée", "dépendance", "gir", "maintien à domicile"])
}
