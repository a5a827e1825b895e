/// Supplements of the allowance for a child, and what school offers.
extension AideEntries {
  private static let supplementSources = [
    Aide.Source(
      "service-public.gouv.fr", "fiche F14809",
      url: "https://www.service-public.gouv.fr/particuliers/vosdroits/F14809"),
    Aide.Source("Code de la sécurité sociale", "articles R. 541-2 et D. 541-2"),
  ]

  private static func supplement(
    _ category: Int, _ amount: Aide.Amount, _ condition: String, _ everydayNames: [String]
  ) -> Aide {
    Aide(
      id: "AEEH-C\(category)",
      name: "Complément d'AEEH de \(category == 1 ? "1re" : "\(category)e") catégorie",
      acronym: "AEEH C\(category)", audience: .child, decider: commission, payer: "CAF ou MSA",
      summary: "S'ajoute à l'AEEH de base selon les dépenses et le temps que demande l'enfant.",
      amount: amount, document: "aeeh-complements",
      conditions: ["Recevoir l'AEEH de base.", condition],
      duration: "De 3 à 5 ans à partir de 80 % ; de 2 à 5 ans de 50 à 79 %.",
      procedure: askMDPH, form: form, appeal: appealCDAPH,
      combination: "Ne se cumule ni avec l'AJPP pour le même enfant, ni avec la PCH, sauf pour le "
        + "logement, le véhicule et le transport.",
      sources: supplementSources, everydayNames: everydayNames)
  }

  private static func since2026(_ cents: Int) -> Aide.Amount {
    Aide.Amount(cents: cents, period: "mensuel", validFrom: "2026-04-01", status: .calculated)
  }

  static let childAllowances: [Aide] = [
    supplement(
      1, since2026(11476), "Des dépenses liées au handicap.", ["dépenses pour mon enfant"]),
    supplement(
      2, since2026(31080),
      "Activité d'un parent réduite d'au moins 20 %, tierce personne 8 heures par semaine, ou "
        + "dépenses plus élevées.", ["travail à 80 % pour mon enfant"]),
    supplement(
      3, since2026(43991),
      "Activité réduite d'au moins 50 %, tierce personne 20 heures par semaine, ou combinaison avec "
        + "des dépenses.", ["mi-temps pour mon enfant"]),
    supplement(
      4, since2026(68171),
      "Aucune activité d'un parent, tierce personne à temps plein, ou combinaison avec des dépenses.",
      ["arrêter de travailler pour mon enfant"]),
    supplement(
      5, since2026(87126), "Comme la 4e catégorie, avec des dépenses en plus.",
      ["arrêt de travail et dépenses"]),
    supplement(
      6,
      Aide.Amount(cents: 128_813, period: "mensuel", validFrom: "2025-04-01", status: .verified),
      "Comme la 4e catégorie, avec des contraintes permanentes de surveillance et de soins.",
      ["surveillance permanente", "majoration tierce personne enfant"]),
    Aide(
      id: "AEEH-MPI", name: "Majoration de l'AEEH pour parent isolé", acronym: "MPI",
      audience: .child, decider: commission, payer: "CAF ou MSA",
      summary: "S'ajoute au complément quand un parent élève seul son enfant.",
      document: "aeeh-complements",
      conditions: [
        "Élever seul son enfant.",
        "Avoir un complément d'AEEH de 2e à 6e catégorie, ou la PCH avec un droit à ce complément.",
      ],
      duration: "Comme le complément, tant que le parent est seul.", procedure: askMDPH, form: form,
      appeal: appealCDAPH, combination: "Se cumule avec le complément ou avec la PCH de l'enfant.",
      sources: supplementSources,
      everydayNames: ["parent seul", "mère seule", "père seul", "parent isolé", "famille seule"]),
  ]

  private static let schoolSources = [
    Aide.Source("Code de l'éducation", "articles L. 112-1, L. 112-2 et D. 351-3 à D. 351-16"),
    Aide.Source("Code de l'action sociale et des familles", "article L. 241-6"),
  ]
  private static let national = "Éducation nationale"

  private static func school(
    _ id: String, _ name: String, _ acronym: String, payer: String, _ summary: String,
    document: String, _ condition: String, duration: String, _ everydayNames: [String]
  ) -> Aide {
    Aide(
      id: id, name: name, acronym: acronym, audience: .child, decider: commission, payer: payer,
      summary: summary, document: document, conditions: [condition], duration: duration,
      procedure: askMDPH + " L'enseignant référent aide à préparer le GEVA-Sco.", form: form,
      appeal: appealCDAPH, combination: "Se cumule avec l'AEEH ou la PCH.",
      sources: schoolSources, everydayNames: everydayNames)
  }

  private static let orientation = "orientation-scolaire-ulis-ime-sessad"
  private static let untilReview = "Fixée par la décision, à renouveler avant sa fin."

  static let schooling: [Aide] = [
    school(
      "ULIS", "Unité localisée pour l'inclusion scolaire", "ULIS", payer: national,
      "Un groupe et un enseignant spécialisé dans une école, un collège ou un lycée ordinaire.",
      document: orientation, "Une orientation décidée avec l'accord des parents.",
      duration: untilReview, ["classe spécialisée", "classe ulis"]),
    school(
      "IME", "Institut médico-éducatif", "IME", payer: "Assurance maladie",
      "Établissement pour enfants et jeunes de 3 à 20 ans avec une déficience intellectuelle.",
      document: orientation, "Une déficience intellectuelle et l'accord des parents.",
      duration: "Jusqu'à 20 ans, et au-delà faute de place pour adultes (amendement Creton).",
      ["institut", "établissement spécialisé", "impro", "amendement creton"]),
    school(
      "ITEP", "Institut thérapeutique, éducatif et pédagogique", "ITEP",
      payer: "Assurance maladie",
      "Établissement ou dispositif pour enfants et jeunes avec des troubles du comportement.",
      document: orientation, "Des troubles du comportement et l'accord des parents.",
      duration: untilReview, ["ditep", "troubles du comportement"]),
    school(
      "SESSAD", "Service d'éducation spéciale et de soins à domicile", "SESSAD",
      payer: "Assurance maladie",
      "Éducateurs, rééducateurs et soignants à la maison et à l'école.", document: orientation,
      "Des besoins reconnus par l'équipe de la MDPH et l'accord des parents.",
      duration: untilReview, ["soins à domicile pour enfant", "éducateur à domicile"]),
    school(
      "AESH-MUT", "Aide humaine mutualisée à l'école", "AESH mutualisée", payer: national,
      "Un accompagnant aide plusieurs élèves, sans nombre d'heures fixé pour chacun.",
      document: "aesh-aide-humaine-scolaire",
      "Un besoin d'aide en classe, sans attention soutenue et continue. Aucun taux n'est exigé.",
      duration: untilReview, ["avs mutualisée", "accompagnant partagé"]),
    school(
      "AESH-IND", "Aide humaine individuelle à l'école", "AESH individuelle", payer: national,
      "Un accompagnant pour un élève, avec un nombre d'heures fixé par la décision.",
      document: "aesh-aide-humaine-scolaire",
      "Un besoin d'attention soutenue et continue, que l'aide mutualisée ne couvre pas. Aucun taux "
        + "n'est exigé.",
      duration: untilReview, ["avs", "avs individuelle", "accompagnant scolaire", "aesh"]),
    school(
      "MPA", "Matériel pédagogique adapté", "MPA", payer: national,
      "Ordinateur, logiciel ou autre matériel prêté à l'élève.",
      document: "pps-amenagements-scolarite",
      "Un besoin montré par un bilan, reconnu dans le projet personnalisé de scolarisation.",
      duration: untilReview, ["ordinateur pour l'école", "matériel scolaire", "tablette"]),
    school(
      "PPS", "Projet personnalisé de scolarisation", "PPS", payer: national,
      "Le plan des aides et des aménagements d'un élève handicapé.",
      document: "pps-amenagements-scolarite",
      "Un handicap reconnu par la MDPH. Aucun taux n'est exigé.",
      duration: "Revu au moins à chaque changement de cycle.",
      ["aménagement scolaire", "plan scolarité", "scolarisation"]),
    Aide(
      id: "TRANSPORT-SCOLAIRE", name: "Transport scolaire adapté", acronym: "Transport scolaire",
      audience: .child, decider: "Département", payer: "Département",
      summary: "Véhicule, taxi ou remboursement entre le domicile et l'école.",
      document: "transport-scolaire-adapte",
      conditions: [
        "Ne pas pouvoir prendre les transports en commun en raison de la gravité du handicap, "
          + "médicalement établie."
      ],
      duration: "Une année scolaire, en général.",
      procedure:
        "Demandez-le au département, souvent chaque année avant l'été ; en Île-de-France, à "
        + "Île-de-France Mobilités.",
      form: nil,
      appeal: "Auprès du président du conseil départemental, puis du tribunal administratif.",
      combination: "Se cumule avec l'AEEH et les aides à l'école.",
      sources: [Aide.Source("Code de l'éducation", "articles R. 213-13 à R. 213-16")],
      everydayNames: ["taxi scolaire", "taxi pour l'école", "bus scolaire", "car scolaire"]),
  ]
}
