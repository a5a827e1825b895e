/// The entries of the catalogue, in the order in which equals are shown.
enum AideEntries {
  static let all: [Aide] =
    [
      aeeh, aah, pchHumaine, cmiInvalidite, cmiPriorite, cmiStationnement, rqth,
    ] + childAllowances + compensation + schooling + carers + adults

  static let form = "15692*01"
  static let askMDPH =
    "Envoyez à la MDPH de votre département le formulaire Cerfa n° 15692*01 et un certificat "
    + "médical de moins de 12 mois (Cerfa n° 15695*01), ou déposez la demande en ligne."
  static let appealCDAPH =
    "Recours administratif préalable obligatoire (RAPO) auprès de la MDPH dans les 2 mois à compter "
    + "de la notification, puis pôle social du tribunal judiciaire."
  private static let appealCard =
    "Recours administratif préalable obligatoire (RAPO) auprès du président du conseil "
    + "départemental dans les 2 mois à compter de la notification, puis "
  static let commission = "CDAPH"
  static let department = "Président du conseil départemental"
  private static let cardSources = [
    Aide.Source("Code de l'action sociale et des familles", "articles L. 241-3 et R. 241-12"),
    Aide.Source("Critères de la mention stationnement", "arrêté du 3 janvier 2017"),
  ]
  private static let cardDuration = "De 1 à 20 ans, ou à titre définitif."
  private static let cardDocument = "cmi-carte-mobilite-inclusion"

  private static let aeeh = Aide(
    id: "AEEH", name: "Allocation d'éducation de l'enfant handicapé", acronym: "AEEH",
    audience: .child, decider: commission, payer: "CAF ou MSA",
    summary: "Allocation mensuelle pour un enfant handicapé de moins de 20 ans, sans condition de "
      + "ressources.",
    amount: Aide.Amount(
      cents: 15301, period: "mensuel", validFrom: "2026-04-01", status: .calculated),
    document: "aeeh-allocation-base",
    conditions: [
      "Enfant à charge de moins de 20 ans, résidant en France.",
      "Taux d'incapacité d'au moins 80 %, ou de 50 à 79 % avec un établissement ou service "
        + "médico-social, une scolarisation adaptée ou des soins préconisés par la CDAPH.",
    ],
    duration: "De 2 à 5 ans selon le taux, ou jusqu'à 20 ans sans perspective d'amélioration.",
    procedure: askMDPH, form: form, appeal: appealCDAPH,
    combination:
      "Se cumule avec les allocations familiales ; l'AEEH de base se cumule avec l'AJPP.",
    sources: [
      Aide.Source(
        "service-public.gouv.fr", "fiche F14809",
        url: "https://www.service-public.gouv.fr/particuliers/vosdroits/F14809"),
      Aide.Source("Code de la sécurité sociale", "articles L. 541-1 à L. 541-4"),
    ],
    everydayNames: ["allocation enfant handicapé", "aide pour mon fils ou ma fille", "aes"])

  private static let aah = Aide(
    id: "AAH", name: "Allocation aux adultes handicapés", acronym: "AAH", audience: .adult,
    decider: commission, payer: "CAF ou MSA",
    summary: "Revenu minimal mensuel pour un adulte dont le handicap limite l'autonomie ou l'accès "
      + "à l'emploi.",
    amount: Aide.Amount(
      cents: 104_159, period: "mensuel", validFrom: "2026-04-01", status: .verified),
    document: "aah-allocation-adultes-handicapes",
    conditions: [
      "20 ans au moins, ou 16 ans si le jeune n'est plus à charge.",
      "Taux d'incapacité d'au moins 80 %, ou de 50 à 79 % avec une restriction substantielle et "
        + "durable d'accès à l'emploi.",
      "Ressources sous un plafond ; celles du conjoint ne comptent plus.",
    ],
    duration: "De 1 à 10 ans ou sans limitation à partir de 80 % ; de 1 à 5 ans de 50 à 79 %.",
    procedure: askMDPH, form: form, appeal: appealCDAPH,
    combination: "Se cumule avec la PCH et, en partie, avec un salaire.",
    sources: [
      Aide.Source(
        "service-public.gouv.fr", "fiche F12242",
        url: "https://www.service-public.gouv.fr/particuliers/vosdroits/F12242"),
      Aide.Source("Décret fixant le montant de l'AAH", "décret n° 2026-229 du 30 mars 2026"),
    ],
    everydayNames: ["allocation adulte handicapé", "revenu handicap", "pension handicap"])

  private static let pchHumaine = Aide(
    id: "PCH-HUMAINE", name: "Prestation de compensation du handicap, aide humaine",
    acronym: "PCH aide humaine", audience: .everyone, decider: commission,
    payer: "Conseil départemental",
    summary: "Finance l'aide d'une personne dans la vie quotidienne, ou dédommage un aidant "
      + "familial.", document: "pch-adulte",
    conditions: [
      "Une difficulté absolue, ou deux difficultés graves, parmi 20 activités de la vie "
        + "quotidienne, définitives ou prévues pour au moins 1 an.",
      "Demande avant 60 ans, sauf si les critères étaient remplis avant ou si l'on travaille encore.",
    ],
    duration: "Jusqu'à 10 ans, ou sans limitation si aucune amélioration n'est possible.",
    procedure: askMDPH, form: form, appeal: appealCDAPH,
    combination: "Se cumule avec l'AAH ; pas avec l'APA.",
    sources: [
      Aide.Source(
        "service-public.gouv.fr", "fiche F14202",
        url: "https://www.service-public.gouv.fr/particuliers/vosdroits/F14202"),
      Aide.Source("Code de l'action sociale et des familles", "articles L. 245-1 à L. 245-14"),
    ],
    everydayNames: [
      "aide à domicile", "auxiliaire de vie", "tierce personne", "dédommagement aidant familial",
    ])

  private static let cmiInvalidite = Aide(
    id: "CMI-INVALIDITE", name: "Carte mobilité inclusion, mention invalidité",
    acronym: "CMI invalidité", audience: .everyone, decider: department, payer: nil,
    summary: "Priorité dans les files d'attente, places assises et avantages fiscaux.",
    document: cardDocument,
    conditions: ["Taux d'incapacité d'au moins 80 %, ou pension d'invalidité de 3e catégorie."],
    duration: cardDuration, procedure: askMDPH, form: form,
    appeal: appealCard + "tribunal judiciaire.",
    combination: "Peut être demandée avec la mention stationnement.", sources: cardSources,
    everydayNames: ["carte d'invalidité", "carte orange", "carte handicapé"])

  private static let cmiPriorite = Aide(
    id: "CMI-PRIORITE", name: "Carte mobilité inclusion, mention priorité",
    acronym: "CMI priorité", audience: .everyone, decider: department, payer: nil,
    summary: "Place assise et priorité dans les files d'attente.", document: cardDocument,
    conditions: ["Taux d'incapacité inférieur à 80 % et station debout pénible."],
    duration: cardDuration, procedure: askMDPH, form: form,
    appeal: appealCard + "tribunal judiciaire.",
    combination: "Peut être demandée avec la mention stationnement.", sources: cardSources,
    everydayNames: ["carte prioritaire", "station debout pénible", "file d'attente"])

  private static let cmiStationnement = Aide(
    id: "CMI-STATIONNEMENT", name: "Carte mobilité inclusion, mention stationnement",
    acronym: "CMI stationnement", audience: .everyone, decider: department, payer: nil,
    summary: "Stationnement gratuit et sans limite de durée sur les places ouvertes au public.",
    document: cardDocument,
    conditions: [
      "Périmètre de marche inférieur à 200 m, aide systématique pour marcher ou accompagnement "
        + "nécessaire, pour au moins 1 an. Aucun taux n'est exigé."
    ],
    duration: cardDuration, procedure: askMDPH, form: form,
    appeal: appealCard + "tribunal administratif.",
    combination: "Peut être demandée avec la mention invalidité ou priorité.",
    sources: cardSources,
    everydayNames: [
      "macaron", "carte de stationnement", "carte handicapé pour se garer", "parking",
      "place handicapé",
    ])

  private static let rqth = Aide(
    id: "RQTH", name: "Reconnaissance de la qualité de travailleur handicapé", acronym: "RQTH",
    audience: .adult, decider: commission, payer: nil,
    summary: "Ouvre des droits et des aides pour trouver, garder ou aménager un emploi.",
    document: "rqth-travailleur-handicape",
    conditions: [
      "16 ans au moins ; possibilités de trouver ou de garder un emploi réduites par un handicap. "
        + "Aucun taux n'est exigé."
    ],
    duration: "Fixée par la décision, ou définitive si le handicap est irréversible.",
    procedure: askMDPH, form: form,
    appeal:
      "Recours administratif préalable obligatoire (RAPO) auprès de la MDPH dans les 2 mois à "
      + "compter de la notification, puis tribunal administratif.",
    combination: "Se cumule avec l'AAH et avec un emploi.",
    sources: [
      Aide.Source("Code du travail", "articles L. 5213-1 et L. 5213-2"),
      Aide.Source("Loi pour le plein emploi", "loi n° 2023-1196 du 18 décembre 2023"),
    ],
    everydayNames: ["travailleur handicapé", "cotorep", "handicap au travail", "emploi"])
}
