/// The elements of the PCH.
extension AideEntries {
  static let compensation: [Aide] = [
    humanHelp, technicalAids, home, vehicle, charges, animal, parenthood,
  ]

  private static let access =
    "Une difficulté absolue, ou deux difficultés graves, parmi 20 activités de la vie "
    + "quotidienne, définitives ou prévues pour au moins 1 an. Aucun taux n'est exigé."
  private static let age =
    "Demande avant 60 ans, sauf si les critères étaient remplis avant ou si l'on travaille encore."
  private static let toVerify = " Montant à vérifier auprès du conseil départemental."

  private static func element(
    _ code: String, _ name: String, summary: String, amount: Aide.Amount? = nil,
    condition: String? = nil, combination: String = "Se cumule avec l'AAH ; pas avec l'APA.",
    alsoCalled: [String]
  ) -> Aide {
    entry(
      "PCH-\(code)", "Prestation de compensation du handicap, \(name)", acronym: "PCH \(name)",
      for: code == "PARENTALITE" ? .adult : .everyone, document: "pch-adulte", route: .commission,
      payer: department, summary: summary, amount: amount,
      conditions: [access, age] + (condition.map { [$0] } ?? []),
      duration: "10 ans au plus, ou sans limitation si aucune amélioration n'est possible.",
      combination: combination, alsoCalled: alsoCalled)
  }

  private static let humanHelp = element(
    "HUMAINE", "aide humaine",
    summary: "Finance l'aide d'une personne dans la vie quotidienne, ou dédommage un aidant "
      + "familial.",
    alsoCalled: [
      "aide à domicile", "auxiliaire de vie", "tierce personne", "dédommagement aidant familial",
    ])
  private static let technicalAids = element(
    "TECHNIQUE", "aides techniques",
    summary: "Finance du matériel qui compense le handicap. Plafond par période de 10 ans."
      + toVerify,
    amount: Aide.Amount(ReferenceAmounts.technicalAids, "ponctuel"),
    combination: "Se cumule avec l'AAH ; pas avec l'APA. Les fauteuils roulants relèvent de "
      + "l'Assurance maladie depuis le 1er décembre 2025.",
    alsoCalled: ["matériel", "appareil", "équipement", "lit médicalisé"])
  private static let home = element(
    "LOGEMENT", "aménagement du logement",
    summary: "Finance les travaux qui rendent le logement accessible : 100 % jusqu'à un premier "
      + "palier, 50 % au-delà, dans la limite d'un plafond sur 10 ans.",
    amount: Aide.Amount(ReferenceAmounts.homeWorks, "ponctuel"),
    combination: "Pour un enfant, se cumule avec le complément d'AEEH ; à demander avant "
      + "MaPrimeAdapt'.",
    alsoCalled: ["travaux maison", "salle de bain", "rampe", "déménagement", "douche"])
  private static let vehicle = element(
    "VEHICULE-TRANSPORT", "véhicule et transport",
    summary: "Finance l'aménagement d'un véhicule et les surcoûts de transport. Plafond du "
      + "véhicule par période de 10 ans." + toVerify,
    amount: Aide.Amount(ReferenceAmounts.vehicle, "ponctuel"),
    combination: "Pour un enfant, se cumule avec le complément d'AEEH.",
    alsoCalled: ["voiture adaptée", "aménager la voiture", "permis", "trajets", "surcoût"])
  private static let charges = element(
    "CHARGES", "charges spécifiques ou exceptionnelles",
    summary: "Finance les frais réguliers ou ponctuels liés au handicap que rien d'autre ne prend "
      + "en charge." + toVerify,
    amount: Aide.Amount(ReferenceAmounts.specificCharges, "mensuel"),
    alsoCalled: ["couches", "protections", "réparation", "frais"])
  private static let animal = element(
    "ANIMALE", "aide animalière",
    summary: "Aide à l'entretien d'un chien guide ou d'assistance.",
    amount: Aide.Amount(ReferenceAmounts.animal, "mensuel"),
    alsoCalled: ["chien guide", "chien d'assistance", "animal"])
  private static let parenthood = element(
    "PARENTALITE", "parentalité",
    summary: "Aide un parent handicapé à s'occuper de son enfant, jusqu'aux 7 ans de l'enfant. "
      + "Montant avant les 3 ans ; il change de 3 à 7 ans et pour un parent seul.",
    amount: Aide.Amount(ReferenceAmounts.parenthood, "mensuel"),
    condition: "Avoir la PCH et un enfant de moins de 7 ans.",
    alsoCalled: ["parent handicapé", "bébé", "naissance", "puériculture"])
}
