/// Housing, pensions, taxes, protection.
extension AideEntries {
  static let life: [Aide] = [home, carersPension, taxShare, familyMandate, earlyPension]

  private static let home = entry(
    "MAPRIMEADAPT", "MaPrimeAdapt'", acronym: "MaPrimeAdapt'", for: .everyone,
    document: "logement-adapte-aides",
    route: .other(
      decider: "Anah",
      procedure: "Faites monter le dossier par un assistant à maîtrise d'ouvrage ; ne commencez "
        + "pas les travaux avant l'accord.", form: nil,
      appeal: "À vérifier auprès de l'Anah."),
    payer: "Anah",
    summary: "Finance 50 % ou 70 % des travaux d'adaptation du logement, dans la limite d'un "
      + "plafond, selon les revenus.",
    conditions: [
      "Taux d'incapacité d'au moins 50 %, ou éligible à la PCH, sans condition d'âge.",
      "Revenus modestes ou très modestes.",
      "Propriétaire occupant, ou locataire du parc privé.",
    ],
    duration: "Une aide pour des travaux donnés.",
    combination: "Après la PCH logement, à demander en premier.",
    alsoCalled: ["ma prime adapt", "salle de bain", "douche", "monte escalier", "anah", "travaux"])

  private static let carersPension = entry(
    "AVA", "Assurance vieillesse des aidants", acronym: "AVA", for: .carer,
    document: "assurance-vieillesse-aidants",
    route: .fund(
      procedure: "Demandez-la à la CAF, à la MSA ou à la MDPH selon les cas ; elle est "
        + "automatique avec l'AJPP et l'AJPA.", form: nil),
    payer: familyFund,
    summary: "Valide gratuitement des trimestres de retraite pour qui réduit ou cesse son activité "
      + "pour aider un proche handicapé.",
    conditions: [
      "Enfant aidé de moins de 20 ans, hors internat : taux d'au moins 80 %, ou éligible à un "
        + "complément d'AEEH ou à la PCH.",
      "Adulte aidé : taux d'au moins 80 % et besoin de présence reconnu.",
      "Sans activité, ou activité réduite.",
    ],
    duration: "Tant que les conditions sont remplies.",
    combination: "Avec l'AJPP, l'AJPA, l'AEEH ou la PCH.",
    alsoCalled: ["avpf", "retraite des aidants", "trimestres aidant", "cotisations retraite"])

  private static let taxShare = entry(
    "DEMI-PART", "Demi-part supplémentaire d'impôt sur le revenu", acronym: "Demi-part",
    for: .everyone, document: "impots-demi-part-handicap",
    route: .other(
      decider: "Administration fiscale",
      procedure: "Cochez la case de la déclaration de revenus et gardez la carte mobilité "
        + "inclusion invalidité.", form: nil,
      appeal: "La façon de corriger ou de contester et son délai sont à vérifier auprès du "
        + "service des impôts."),
    payer: nil,
    summary: "Baisse l'impôt du foyer où un enfant ou un adulte a la carte mobilité inclusion "
      + "invalidité.",
    conditions: ["Carte mobilité inclusion, mention invalidité."],
    duration: "Chaque année où la carte est valable.",
    combination: "Avec l'AEEH, l'AAH et la PCH, qui ne sont pas imposables.",
    alsoCalled: ["impôts", "déclaration de revenus", "part fiscale", "réduction d'impôt"])

  private static let familyMandate = entry(
    "HABILITATION-FAMILIALE", "Habilitation familiale", acronym: "Habilitation familiale",
    for: .adult, document: "tutelle-habilitation-familiale",
    route: .other(
      decider: "Juge des contentieux de la protection",
      procedure: "Déposez au tribunal judiciaire le formulaire Cerfa n° 15891, avec un certificat "
        + "médical circonstancié d'un médecin inscrit sur la liste du procureur.",
      form: "15891",
      appeal: "Le jugement indique comment faire appel et dans quel délai à compter de sa "
        + "notification."),
    payer: nil,
    summary: "Permet à un proche de représenter ou d'assister un majeur qui ne peut pas décider "
      + "seul.",
    conditions: [
      "Majeur qui ne peut pas pourvoir seul à ses intérêts, médicalement constaté.",
      "Adhésion ou absence d'opposition des proches.",
    ],
    duration: "10 ans au plus pour une habilitation générale, renouvelable.",
    combination: "Remplace une tutelle ou une curatelle quand la famille est d'accord.",
    alsoCalled: ["tutelle", "curatelle", "majeur protégé", "signer pour mon enfant majeur"])

  private static let earlyPension = entry(
    "RETRAITE-ANTICIPEE", "Retraite anticipée pour handicap", acronym: "Retraite anticipée",
    for: .adult, document: "retraite-handicap",
    route: .other(
      decider: "Caisse de retraite",
      procedure: "Faites la demande à votre caisse de retraite, avec les notifications de la "
        + "CDAPH.", form: nil,
      appeal: "La décision indique la voie et le délai de recours, à compter de la notification."),
    payer: "Caisse de retraite",
    summary: "Départ à la retraite à taux plein à partir de 55 ans, selon la durée cotisée avec un "
      + "handicap.",
    conditions: [
      "Taux d'incapacité d'au moins 50 % pendant la durée exigée.",
      "Durée cotisée selon l'année de naissance.",
    ],
    duration: "À vie.",
    combination: "À 62 ans, voir ce que devient l'AAH.",
    alsoCalled: ["partir à 55 ans", "retraite handicap", "départ anticipé", "pension"])
}
