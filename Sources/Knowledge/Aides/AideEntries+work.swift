/// Work: protected, accompanied, adapted.
extension AideEntries {
  static let work: [Aide] = [protected, accompanied, privateSector, publicSector]

  private static let protected = entry(
    "ESAT", "Établissement et service d'accompagnement par le travail", acronym: "ESAT",
    for: .adult, document: "orientation-pro-esat", route: .commissionForWork, payer: "ESAT",
    summary: "Travail en milieu protégé, avec un soutien médico-social et une rémunération "
      + "garantie.",
    conditions: ["20 ans, ou 16 ans par exception.", "Orientation de la CDAPH."],
    duration: "Celle de la notification ; période d'essai de 3 mois.",
    combination: "Se cumule avec l'AAH, avec des abattements propres à l'ESAT.",
    alsoCalled: ["cat", "milieu protégé", "atelier protégé", "travail protégé"])

  private static let accompanied = entry(
    "EMPLOI-ACCOMPAGNE", "Emploi accompagné", acronym: "Emploi accompagné", for: .adult,
    document: "orientation-pro-esat", route: .commissionForWork, payer: nil,
    summary: "Un conseiller aide la personne et son employeur à trouver et à garder un emploi en "
      + "milieu ordinaire.",
    conditions: ["Avoir un projet de travail en milieu ordinaire.", "Décision de la CDAPH."],
    duration: "Aussi longtemps qu'il le faut, selon la décision.",
    combination: "Se cumule avec la RQTH et avec un emploi.",
    alsoCalled: ["job coach", "accompagnement dans l'emploi", "conseiller emploi"])

  private static let eligible =
    "RQTH, ou autre titre de bénéficiaire de l'obligation d'emploi."

  private static let privateSector = entry(
    "AGEFIPH", "Aides de l'Agefiph", acronym: "Agefiph", for: .adult, document: "agefiph-fiphfp",
    route: .other(
      decider: "Agefiph",
      procedure: "La personne, l'employeur ou Cap emploi fait la demande, avant la dépense.",
      form: nil, appeal: "À vérifier auprès de l'Agefiph."),
    payer: "Agefiph",
    summary: "Aides à l'emploi dans le secteur privé : poste, prothèses auditives, transport, "
      + "formation, création d'entreprise.",
    conditions: [eligible, "Secteur privé, indépendant ou demandeur d'emploi."],
    duration: "Selon l'aide demandée.",
    combination: "Complète la PCH, qui concerne la vie privée.",
    alsoCalled: ["aménagement de poste", "aide emploi privé", "appareil auditif"])

  private static let publicSector = entry(
    "FIPHFP", "Aides du FIPHFP", acronym: "FIPHFP", for: .adult, document: "agefiph-fiphfp",
    route: .other(
      decider: "FIPHFP",
      procedure: "L'employeur public fait la demande, sur préconisation du médecin du travail.",
      form: nil, appeal: "À vérifier auprès du FIPHFP."),
    payer: "FIPHFP",
    summary: "Aides à l'emploi dans la fonction publique d'État, territoriale et hospitalière.",
    conditions: [eligible, "Agent de la fonction publique."],
    duration: "Selon l'aide demandée ; prise en charge limitée à 90 % du surcoût depuis le "
      + "1er janvier 2025.",
    combination: "Complète la PCH, qui concerne la vie privée.",
    alsoCalled: ["fonctionnaire", "agent public", "fonction publique", "mairie", "hôpital"])
}
