/// The parts of the compensation, and what is there for those who care for somebody.
extension AideEntries {
  private static let compensationSources = [
    Aide.Source(
      "service-public.gouv.fr", "fiche F14202",
      url: "https://www.service-public.gouv.fr/particuliers/vosdroits/F14202"),
    Aide.Source("Code de l'action sociale et des familles", "articles L. 245-1 à L. 245-14"),
  ]

  private static func part(
    _ id: String, _ name: String, _ acronym: String, _ summary: String,
    amount: Aide.Amount? = nil, condition: String? = nil, _ everydayNames: [String]
  ) -> Aide {
    Aide(
      id: id, name: "Prestation de compensation du handicap, " + name, acronym: acronym,
      audience: .everyone, decider: commission, payer: "Conseil départemental", summary: summary,
      amount: amount, document: "pch-adulte",
      conditions: [
        "Une difficulté absolue, ou deux difficultés graves, parmi 20 activités de la vie "
          + "quotidienne. Aucun taux n'est exigé.",
        condition ?? "Un besoin reconnu, avec un devis avant la dépense.",
      ],
      duration: "Jusqu'à 10 ans, ou sans limitation si aucune amélioration n'est possible.",
      procedure: askMDPH, form: form, appeal: appealCDAPH,
      combination: "Se cumule avec l'AAH ; pas avec l'APA.", sources: compensationSources,
      everydayNames: everydayNames)
  }

  private static func ceiling(
    _ euros: Int, _ status: ReferenceAmount.Status, from: String? = nil,
    period: String = "ponctuel"
  ) -> Aide.Amount {
    Aide.Amount(cents: euros * 100, period: period, validFrom: from, status: status)
  }

  static let compensation: [Aide] = [
    part(
      "PCH-TECHNIQUE", "aides techniques", "PCH aides techniques",
      "Participe à l'achat ou à la location de matériel qui compense le handicap.",
      amount: ceiling(13200, .toVerify),
      ["matériel", "lève-personne", "appareil auditif", "lit médicalisé"]),
    part(
      "PCH-LOGEMENT", "aménagement du logement", "PCH logement",
      "Participe aux travaux qui rendent le logement accessible, ou au déménagement.",
      amount: ceiling(10000, .verified),
      ["travaux", "rampe", "douche", "salle de bain", "monte-escalier", "adapter la maison"]),
    part(
      "PCH-VEHICULE-TRANSPORT", "véhicule et surcoût de transport", "PCH véhicule",
      "Participe à l'aménagement d'un véhicule et au surcoût des trajets réguliers.",
      amount: ceiling(10000, .toVerify),
      ["voiture aménagée", "aménager la voiture", "trajets"]),
    part(
      "PCH-CHARGES", "charges spécifiques et exceptionnelles", "PCH charges",
      "Participe aux dépenses durables ou ponctuelles que rien d'autre ne rembourse.",
      condition: "Des dépenses liées au handicap, non prises en charge ailleurs.",
      ["protections", "couches", "frais non remboursés", "téléassistance"]),
    part(
      "PCH-ANIMALE", "aide animalière", "PCH animalière",
      "Participe à l'entretien d'un chien guide ou d'assistance.",
      amount: ceiling(6000, .verified),
      condition: "Un chien éduqué dans une structure reconnue.",
      ["chien guide", "chien d'assistance", "chien d'aveugle"]),
    part(
      "PCH-PARENTALITE", "parentalité", "PCH parentalité",
      "Aide un parent handicapé à s'occuper de son enfant de moins de 7 ans.",
      amount: ceiling(900, .verified, from: "2021-01-01", period: "mensuel"),
      condition: "Avoir droit à l'aide humaine de la PCH et un enfant de moins de 7 ans.",
      ["parent handicapé", "bébé", "maman handicapée"]),
  ]

  private static let fund = "CAF ou MSA"
  private static let appealFund =
    "Commission de recours amiable (CRA) de la CAF ou de la MSA dans les 2 mois à compter de la "
    + "notification, puis pôle social du tribunal judiciaire."

  private static let perDay = Aide.Amount(
    cents: 6580, period: "journalier", validFrom: "2025-01-01", status: .verified)

  static let carers: [Aide] = [
    Aide(
      id: "AJPP", name: "Allocation journalière de présence parentale", acronym: "AJPP",
      audience: .carer, decider: fund, payer: fund,
      summary:
        "Pour les jours où un parent s'arrête auprès d'un enfant gravement malade, handicapé "
        + "ou accidenté.", amount: perDay, document: "ajpp-presence-parentale",
      conditions: [
        "Enfant à charge de moins de 20 ans, avec une présence soutenue et des soins contraignants.",
        "Être salarié, agent public, indépendant ou demandeur d'emploi indemnisé.",
      ],
      duration: "310 jours au maximum sur 3 ans, 22 jours par mois au plus ; renouvelable.",
      procedure: "Demandez-la à la CAF ou à la MSA avec un certificat médical détaillé.",
      form: "12666", appeal: appealFund,
      combination: "Se cumule avec l'AEEH de base, pas avec un complément pour le même enfant.",
      sources: [
        Aide.Source("Code de la sécurité sociale", "articles L. 544-1 et suivants"),
        Aide.Source("caf.fr", "rubrique AJPP", url: "https://www.caf.fr"),
      ],
      everydayNames: [
        "présence parentale", "arrêt pour enfant malade", "enfant malade",
        "congé enfant hospitalisé",
      ]),
    Aide(
      id: "AJPA", name: "Allocation journalière du proche aidant", acronym: "AJPA",
      audience: .carer, decider: fund, payer: fund,
      summary: "Pour les jours où l'on s'arrête de travailler pour aider un proche.",
      amount: perDay, document: "ajpa-conge-proche-aidant",
      conditions: [
        "Proche avec un taux d'au moins 80 %, en GIR 1 à 4, ou avec la majoration tierce personne.",
        "Être salarié, agent public, indépendant, stagiaire ou demandeur d'emploi indemnisé.",
      ],
      duration: "66 jours par personne aidée, 264 jours au plus sur la carrière.",
      procedure: "Demandez-la en ligne à la CAF ou à la MSA.", form: nil, appeal: appealFund,
      combination:
        "Pas pour les mêmes jours qu'un salaire, ni avec un dédommagement par la PCH pour "
        + "le même proche.",
      sources: [
        Aide.Source("Code de la sécurité sociale", "articles L. 168-8 et suivants"),
        Aide.Source("Durée par personne aidée", "décret n° 2024-697"),
      ],
      everydayNames: ["aidant", "proche aidant", "aidant familial", "aider un parent"]),
    Aide(
      id: "CONGE-PROCHE-AIDANT", name: "Congé de proche aidant", acronym: "Congé de proche aidant",
      audience: .carer, decider: "Employeur", payer: nil,
      summary: "S'arrêter de travailler, ou travailler moins, pour aider un proche, en gardant son "
        + "emploi.", document: "ajpa-conge-proche-aidant",
      conditions: ["Aider un proche handicapé ou en perte d'autonomie ; aucune ancienneté exigée."],
      duration: "3 mois renouvelables, 1 an au maximum dans la carrière, sauf accord d'entreprise.",
      procedure: "Prévenez l'employeur 1 mois avant ; sans délai en urgence.", form: nil,
      appeal: "Conseil de prud'hommes.", combination: "Peut être indemnisé par l'AJPA.",
      sources: [Aide.Source("Code du travail", "articles L. 3142-16 et suivants")],
      everydayNames: ["congé aidant", "congé pour aider", "arrêt de travail aidant"]),
    Aide(
      id: "AVA", name: "Assurance vieillesse des aidants", acronym: "AVA", audience: .carer,
      decider: fund, payer: fund,
      summary: "Des trimestres de retraite validés gratuitement pour qui aide un proche.",
      document: "assurance-vieillesse-aidants",
      conditions: [
        "Aider un enfant ou un adulte avec un taux d'au moins 80 %, ou un enfant de 50 à 79 % avec un "
          + "droit au complément d'AEEH ou à la PCH.",
        "Être sans activité, ou avec une activité réduite.",
      ],
      duration: "Tant que les conditions sont remplies.",
      procedure: "Demandez-la à la CAF, à la MSA ou à la MDPH, selon les cas.", form: nil,
      appeal: appealFund, combination: "Automatique avec l'AJPP et l'AJPA.",
      sources: [
        Aide.Source(
          "Création de l'assurance", "décrets n° 2023-752 et n° 2023-754 du 10 août 2023"),
        Aide.Source(
          "Mon Parcours Handicap", "fiche assurance vieillesse des aidants",
          url: "https://www.monparcourshandicap.gouv.fr"),
      ],
      everydayNames: ["avpf", "retraite des parents", "trimestres", "retraite aidant"]),
  ]
}
