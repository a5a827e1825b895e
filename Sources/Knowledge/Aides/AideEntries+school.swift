/// School: where, with whom, with what, and how to get there.
extension AideEntries {
  static let school: [Aide] =
    orientations + [sharedHelp, ownHelp, material, project, transport]

  private static let orientations: [Aide] = [
    orientation(
      "ULIS", "Unité localisée pour l'inclusion scolaire", payer: state,
      summary: "Dispositif dans une école, un collège ou un lycée ordinaire, avec un enseignant "
        + "spécialisé ; l'élève est inscrit dans sa classe.",
      condition: "Élève handicapé qui a besoin d'un soutien en petit groupe.",
      alsoCalled: ["classe spécialisée", "clis", "classe adaptée"]),
    orientation(
      "IME", "Institut médico-éducatif", payer: healthInsurance,
      summary: "Établissement médico-social pour des enfants et des jeunes de 3 à 20 ans qui ont "
        + "une déficience intellectuelle.",
      condition: "De 3 à 20 ans, avec une déficience intellectuelle.",
      alsoCalled: ["établissement spécialisé", "impro", "amendement Creton"]),
    orientation(
      "ITEP", "Institut thérapeutique, éducatif et pédagogique", payer: healthInsurance,
      summary: "Établissement pour des enfants et des jeunes qui ont des troubles du comportement.",
      condition: "Troubles du comportement qui gênent la scolarité et la vie sociale.",
      alsoCalled: ["ditep", "troubles du comportement"]),
    orientation(
      "SESSAD", "Service d'éducation spéciale et de soins à domicile", payer: healthInsurance,
      summary: "Service éducatif, de rééducation et de soins qui vient à l'école et à la maison.",
      condition: "Enfant ou jeune qui a besoin d'un soutien là où il vit et apprend.",
      alsoCalled: ["éducateur à domicile", "rééducation à l'école", "soins à domicile"]),
  ]

  private static func orientation(
    _ code: String, _ name: String, payer: String, summary: String, condition: String,
    alsoCalled: [String]
  ) -> Aide {
    entry(
      code, name, acronym: code, for: .child, document: "orientation-scolaire-ulis-ime-sessad",
      route: .commission, payer: payer, summary: summary,
      conditions: [condition, "Orientation de la CDAPH, avec l'accord des parents."],
      duration: "Celle de la notification ; la décision n'est pas une place.",
      combination: "Se cumule avec l'AEEH ; en internat, l'AEEH peut être due seulement pour les "
        + "retours au foyer.",
      alsoCalled: alsoCalled)
  }

  private static func helper(
    _ code: String, _ kind: String, summary: String, condition: String, alsoCalled: [String]
  ) -> Aide {
    entry(
      "AESH-\(code)", "Accompagnant d'élève en situation de handicap, aide \(kind)",
      acronym: "AESH \(kind)", for: .child, document: "aesh-aide-humaine-scolaire",
      route: .commission, payer: state, summary: summary,
      conditions: [condition, "Aucun taux n'est exigé."],
      duration: "Souvent jusqu'à la fin d'un cycle scolaire, à renouveler.",
      combination: "L'aide mutualisée et l'aide individuelle ne se cumulent jamais.",
      alsoCalled: ["avs", "auxiliaire de vie scolaire", "accompagnant à l'école"] + alsoCalled)
  }

  private static let sharedHelp = helper(
    "MUT", "mutualisée",
    summary: "Un accompagnant partagé entre plusieurs élèves, sans nombre d'heures fixé.",
    condition: "Besoin d'aide à l'école, sans attention soutenue et continue.",
    alsoCalled: ["aide partagée"])
  private static let ownHelp = helper(
    "IND", "individuelle",
    summary: "Un accompagnant pour un seul élève, pendant un nombre d'heures fixé par la CDAPH.",
    condition: "Besoin d'une attention soutenue et continue, que l'aide mutualisée ne couvre pas.",
    alsoCalled: ["heures d'accompagnement", "quotité"])
  private static let material = entry(
    "MPA", "Matériel pédagogique adapté", acronym: "MPA", for: .child,
    document: "pps-amenagements-scolarite", route: .commission, payer: state,
    summary: "Prêt d'un ordinateur, d'un logiciel ou d'un autre matériel à un élève handicapé.",
    conditions: ["Besoin reconnu par la CDAPH dans le projet personnalisé de scolarisation."],
    duration: "Celle de la notification.",
    combination: "Se cumule avec l'aide humaine à l'école.",
    alsoCalled: ["ordinateur", "tablette", "logiciel", "clavier"])
  private static let project = entry(
    "PPS", "Projet personnalisé de scolarisation", acronym: "PPS", for: .child,
    document: "pps-amenagements-scolarite", route: .commission, payer: nil,
    summary: "Écrit les aménagements, l'aide humaine et le matériel d'un élève handicapé.",
    conditions: ["Handicap reconnu par la MDPH."],
    duration: "Révisé à chaque changement de cycle au moins.",
    combination: "Un PAP, un PAI ou un PPRE se fait sans la MDPH.",
    alsoCalled: ["aménagements scolaires", "geva-sco", "équipe de suivi", "tiers temps"])
  private static let transport = entry(
    "TRANSPORT-SCOLAIRE", "Transport scolaire adapté", acronym: "Transport scolaire", for: .child,
    document: "transport-scolaire-adapte",
    route: .other(
      decider: department,
      procedure: "Demandez-le au département de votre domicile (Île-de-France Mobilités en "
        + "Île-de-France), souvent chaque année, avant l'été.", form: nil,
      appeal: "La décision indique la voie et le délai de recours, à compter de la notification."),
    payer: department,
    summary: "Taxi, véhicule collectif ou remboursement kilométrique entre la maison et l'école.",
    conditions: [
      "Ne pas pouvoir prendre les transports en commun en raison de la gravité du handicap, "
        + "médicalement établie.",
      "Établissement public ou privé sous contrat.",
    ],
    duration: "Souvent l'année scolaire.",
    combination: "Vers un établissement médico-social, c'est l'établissement qui paie le trajet.",
    alsoCalled: ["taxi", "bus scolaire", "trajet école", "remboursement kilométrique"])
}
