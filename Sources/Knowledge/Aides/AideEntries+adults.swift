/// Work, home, taxes, protection and retirement of adults.
extension AideEntries {
  private static let appealWork =
    "Recours administratif préalable obligatoire (RAPO) auprès de la MDPH dans les 2 mois à compter "
    + "de la notification, puis tribunal administratif."

  static let adults: [Aide] = income + work + home

  private static let income: [Aide] = [
    Aide(
      id: "MVA", name: "Majoration pour la vie autonome", acronym: "MVA", audience: .adult,
      decider: "CAF ou MSA", payer: "CAF ou MSA",
      summary: "S'ajoute à l'AAH pour qui vit dans un logement indépendant sans travailler.",
      amount: Aide.Amount(
        cents: 10477, period: "mensuel", validFrom: "2008-01-01", status: .verified),
      document: "mva-majoration-vie-autonome",
      conditions: [
        "Taux d'au moins 80 % et AAH à taux plein, ou en complément d'une pension.",
        "Logement indépendant avec une aide au logement, et aucun revenu d'activité.",
      ],
      duration: "Tant que les conditions sont remplies.",
      procedure: "Aucune demande à faire : la CAF ou la MSA l'attribue d'elle-même.", form: nil,
      appeal:
        "Commission de recours amiable (CRA) de la CAF ou de la MSA dans les 2 mois à compter "
        + "de la notification, puis pôle social du tribunal judiciaire.",
      combination: "S'ajoute à l'AAH ; pas avec l'ancien complément de ressources.",
      sources: [Aide.Source("Code de la sécurité sociale", "article L. 821-1-2")],
      everydayNames: ["complément aah", "vie autonome", "complément de ressources"]),
    Aide(
      id: "APA", name: "Allocation personnalisée d'autonomie", acronym: "APA", audience: .adult,
      decider: department, payer: "Conseil départemental",
      summary: "Paie l'aide à la vie quotidienne à partir de 60 ans.", document: "apa-ou-pch",
      conditions: ["60 ans et plus, GIR 1 à 4."],
      duration: "Tant que la perte d'autonomie dure, avec des révisions.",
      procedure: "Demandez-la au département ; le CCAS peut aider. Pas à la MDPH.", form: nil,
      appeal: "Auprès du président du conseil départemental, puis du tribunal.",
      combination: "Ne se cumule pas avec la PCH : il faut choisir.",
      sources: [
        Aide.Source("Code de l'action sociale et des familles", "articles L. 232-1 et suivants")
      ],
      everydayNames: ["aide personne âgée", "perte d'autonomie", "gir", "60 ans"]),
    Aide(
      id: "RETRAITE-ANTICIPEE", name: "Retraite anticipée des travailleurs handicapés",
      acronym: "Retraite anticipée", audience: .adult, decider: "Caisse de retraite",
      payer: "Caisse de retraite",
      summary: "Partir à la retraite à partir de 55 ans, à taux plein.",
      document: "retraite-handicap",
      conditions: [
        "Taux d'au moins 50 % pendant toute la durée exigée.",
        "La durée cotisée exigée, selon l'année de naissance.",
      ],
      duration: "À vie.",
      procedure: "Demandez à la caisse de retraite une attestation, puis la retraite.", form: nil,
      appeal:
        "Commission de recours amiable (CRA) de la caisse de retraite dans les 2 mois à compter "
        + "de la notification, puis pôle social du tribunal judiciaire.",
      combination: "L'AAH peut la compléter à partir de 62 ans avec un taux d'au moins 80 %.",
      sources: [
        Aide.Source("Code de la sécurité sociale", "articles L. 351-1-3 et D. 351-1-5"),
        Aide.Source(
          "L'Assurance retraite", "retraite anticipée",
          url: "https://www.lassuranceretraite.fr"),
      ],
      everydayNames: ["retraite", "départ à 55 ans", "partir plus tôt"]),
  ]

  private static let work: [Aide] = [
    Aide(
      id: "ESAT", name: "Établissement et service d'accompagnement par le travail",
      acronym: "ESAT", audience: .adult, decider: commission, payer: "ESAT et État",
      summary: "Travailler avec un accompagnement éducatif et social.",
      document: "orientation-pro-esat",
      conditions: [
        "20 ans au moins, ou 16 ans par exception.",
        "Ne pas pouvoir travailler, pour le moment, en milieu ordinaire.",
      ],
      duration: untilEnd, procedure: askMDPH, form: form, appeal: appealWork,
      combination: "Se cumule en partie avec l'AAH, et avec un emploi ordinaire à temps partiel.",
      sources: [
        Aide.Source("Code de l'action sociale et des familles", "articles L. 344-2 et suivants")
      ],
      everydayNames: ["cat", "travail protégé", "atelier"]),
    Aide(
      id: "EMPLOI-ACCOMPAGNE", name: "Emploi accompagné", acronym: "Emploi accompagné",
      audience: .adult, decider: commission, payer: "État",
      summary: "Un référent suit la personne et son employeur en milieu ordinaire.",
      document: "orientation-pro-esat",
      conditions: ["Un projet d'emploi en milieu ordinaire et un besoin d'accompagnement."],
      duration: untilEnd, procedure: askMDPH, form: form, appeal: appealWork,
      combination: "Se cumule avec un emploi, la RQTH et l'AAH.",
      sources: [Aide.Source("Code du travail", "dispositions sur l'emploi accompagné")],
      everydayNames: ["job coach", "accompagnement au travail"]),
    fundOfWork(
      "AGEFIPH", "Aides de l'Agefiph", "Agefiph",
      "Aménagement du poste, formation, transport, prothèses : secteur privé et indépendants.",
      "La personne, l'employeur ou Cap emploi fait la demande, avant la dépense.",
      "https://www.agefiph.fr", ["aménagement de poste", "siège ergonomique", "secteur privé"]),
    fundOfWork(
      "FIPHFP", "Aides du FIPHFP", "FIPHFP",
      "Aménagement du poste, matériel, formation : agents de la fonction publique.",
      "L'employeur public fait la demande, sur préconisation du médecin du travail.",
      "https://www.fiphfp.fr", ["fonctionnaire", "fonction publique", "agent public"]),
  ]

  private static let untilEnd = "Fixée par la décision, à renouveler avant sa fin."

  private static func fundOfWork(
    _ id: String, _ name: String, _ acronym: String, _ summary: String, _ procedure: String,
    _ url: String, _ everydayNames: [String]
  ) -> Aide {
    Aide(
      id: id, name: name, acronym: acronym, audience: .adult, decider: acronym, payer: acronym,
      summary: summary, document: "agefiph-fiphfp",
      conditions: ["RQTH, ou autre titre de bénéficiaire de l'obligation d'emploi."],
      duration: "Selon l'aide.", procedure: procedure, form: nil,
      appeal: "Demande écrite de réexamen auprès de l'organisme.",
      combination: "Ne remplace pas la PCH, qui paie les besoins de la vie privée.",
      sources: [Aide.Source(acronym, "catalogue des aides", url: url)],
      everydayNames: everydayNames)
  }

  private static let home: [Aide] = [
    Aide(
      id: "MAPRIMEADAPT", name: "MaPrimeAdapt'", acronym: "MaPrimeAdapt'", audience: .adult,
      decider: "Anah", payer: "Anah",
      summary: "Paie 50 ou 70 % de travaux d'adaptation du logement, selon les revenus.",
      amount: Aide.Amount(
        cents: 2_200_000, period: "ponctuel", validFrom: "2024-01-01", status: .verified),
      document: "logement-adapte-aides",
      conditions: [
        "Taux d'au moins 50 %, ou être éligible à la PCH.", "Revenus modestes ou très modestes.",
      ],
      duration: "Une fois, pour des travaux.",
      procedure: "Passez par un assistant à maîtrise d'ouvrage ; ne commencez rien avant l'accord.",
      form: nil, appeal: "Recours auprès de l'Anah.",
      combination: "Complète la PCH, à demander avant.",
      sources: [Aide.Source("Anah", "MaPrimeAdapt'", url: "https://www.anah.gouv.fr")],
      everydayNames: ["prime travaux", "anah", "adapter son logement", "prime adapt"]),
    Aide(
      id: "DEMI-PART", name: "Demi-part supplémentaire d'impôt", acronym: "Demi-part",
      audience: .everyone, decider: "Service des impôts", payer: nil,
      summary: "Réduit l'impôt sur le revenu d'un foyer où quelqu'un a la CMI invalidité.",
      document: "impots-demi-part-handicap",
      conditions: ["Carte mobilité inclusion avec la mention invalidité."],
      duration: "Tant que la carte est valable.",
      procedure: "Cochez les cases de la déclaration de revenus.", form: nil,
      appeal: "Réclamation auprès du service des impôts.",
      combination: "Avec les autres réductions et crédits d'impôt.",
      sources: [
        Aide.Source("Code général des impôts", "article 195"),
        Aide.Source(
          "service-public.gouv.fr", "fiche F2661",
          url: "https://www.service-public.gouv.fr/particuliers/vosdroits/F2661"),
      ],
      everydayNames: ["impôts", "réduction d'impôt", "part fiscale", "déclaration de revenus"]),
    Aide(
      id: "HABILITATION-FAMILIALE", name: "Habilitation familiale",
      acronym: "Habilitation familiale", audience: .adult, decider: "Juge", payer: nil,
      summary: "Un proche agit au nom d'un adulte qui ne peut pas le faire seul.",
      document: "tutelle-habilitation-familiale",
      conditions: [
        "Ne pas pouvoir pourvoir seul à ses intérêts, attesté par un certificat circonstancié.",
        "Des proches d'accord, ou qui ne s'y opposent pas.",
      ],
      duration: "10 ans au plus quand elle est générale, renouvelable.",
      procedure: "Demandez-la au juge des contentieux de la protection du tribunal judiciaire.",
      form: "15891", appeal: "Appel, dans le délai indiqué sur la décision.",
      combination: "Ne change aucun droit aux allocations.",
      sources: [Aide.Source("Code civil", "articles 494-1 et suivants")],
      everydayNames: ["tutelle", "curatelle", "majorité", "signer à sa place", "18 ans"]),
  ]
}
