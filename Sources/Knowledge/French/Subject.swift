/// What a question may be about: one aid, one procedure, or something that is no matter of ours.
///
/// A question that names a subject is answered from its document or not at all: an answer about the
/// AEEH to a question about the AJPP would be worse than none.
struct Subject: Sendable, Hashable {
  /// The term that stands for it in the index.
  let term: String
  /// Documents that treat it; the first is its own. Empty: no matter of ours.
  let slugs: [String]
  /// How it is called; see `FrenchLexicon.phrase`.
  let names: [String]

  init(_ term: String, _ slugs: [String], _ names: String) {
    self.term = term
    self.slugs = slugs
    self.names = names.split(separator: ",").map(String.init)
  }

  /// What a question about an adult's aid becomes when it turns to a child ("et pour mon fils ?").
  static let forChildren = ["aah": "aeeh"]

  static let byTerm = Dictionary(uniqueKeysWithValues: all.map { ($0.term, $0) })

  static let all: [Subject] = aids + elsewhere

  private static let aids: [Subject] = [
    Subject(
      "aah", ["aah-allocation-adultes-handicapes"],
      """
      aah, allocation aux adultes handicapés, allocation adulte, allocation pour adulte, \
      allocation des adultes, déconjugalisation, rsdae, \
      restriction substantielle
      """),
    Subject(
      "aeeh", ["aeeh-allocation-base", "aeeh-complements"],
      """
      aeeh, aes, allocation d'éducation de l'enfant handicapé, allocation d'éducation, \
      allocation éducation spéciale, allocation enfant, allocation pour enfant, \
      allocation pour mon enfant, allocation handicap enfant
      """),
    Subject(
      "pch", ["pch-adulte", "pch-enfant"],
      """
      pch, prestation de compensation, prestation compensatoire handicap, \
      compensation du handicap, aide humaine à domicile, aidant familial, dédommagement, \
      occuper mari, occupe mari, occuper femme, occupe femme, occuper conjoint, occuper mère, \
      occupe mère, occuper père, occupe père
      """),
    Subject(
      "cmi", ["cmi-carte-mobilite-inclusion"],
      """
      cmi, carte mobilité inclusion, carte mobilité, carte inclusion, macaron, carte de \
      stationnement, carte handicapé, carte handicap, carte d'invalidité, carte invalide, carte de \
      priorité, carte prioritaire, carte européenne, carte orange, place handicapé, places \
      handicapées, place réservée, station debout, carte garer, carte parking, peut pas marcher, \
      peut plus marcher, mal à marcher, difficulté à marcher, marche mal
      """),
    Subject(
      "rqth", ["rqth-travailleur-handicape"],
      """
      rqth, cotorep, travailleur handicapé, travailleuse handicapée, qualité de travailleur, \
      salarié handicapé, reconnu handicapé, reconnue handicapée, salarié reconnu, \
      reconnaissance travailleur, reconnaissance handicap travail, statut handicapé, \
      handicapé au travail, obligation d'emploi
      """),
    Subject(
      "recours", ["recours-rapo-tribunal"],
      """
      rapo, recours, contester, conteste, contestation, contestons, réclamation, tribunal, juge, \
      conciliation, médiation, défenseur des droits, avocat, pas d'accord, désaccord, faire appel, \
      juridictionnelle, conciliateur, médiateur, attaquer la décision, demande refusée, demande \
      rejetée, dossier refusé, dossier rejeté, décision défavorable, reçu un refus, dit non, refus \
      de la mdph, refus mdph, refus cdaph
      """),
    Subject(
      "silence", ["decision-cdaph", "recours-rapo-tribunal"],
      """
      sans réponse, sans nouvelles, pas de réponse, pas de nouvelles, pas répondu, répond pas, \
      toujours rien reçu, silence mdph
      """),
    Subject(
      "indu", ["recours-rapo-tribunal"],
      """
      indu, trop perçu, trop percus, remboursement caf, rembourser la caf, rembourser à la caf, \
      caf me demande de rembourser, caf réclame, dette caf, remise de dette, échéancier
      """),
    Subject(
      "mva", ["mva-majoration-vie-autonome", "aah-allocation-adultes-handicapes"],
      "mva, majoration pour la vie autonome, vie autonome, complément de ressources"),
    Subject(
      "complement", ["aeeh-complements", "aeeh-allocation-base"],
      """
      complément aeeh, complément d'aeeh, complément de l'aeeh, majoration parent isolé, \
      majoration pour parent seul, parent isolé
      """),
    Subject("droit-option", ["pch-enfant"], "droit d'option, pch enfant, pch pour enfant"),
    Subject(
      "ajpp", ["ajpp-presence-parentale"],
      "ajpp, présence parentale, journalière de présence, arrêt pour enfant malade"),
    Subject(
      "ajpa", ["ajpa-conge-proche-aidant"],
      "ajpa, proche aidant, congé aidant, journalière du proche"),
    Subject("apa", ["apa-ou-pch"], "apa, allocation personnalisée d'autonomie, gir"),
    Subject(
      "esat", ["orientation-pro-esat"],
      "esat, cat, milieu protégé, entreprise adaptée, emploi accompagné, esrp, ueros"),
    Subject("agefiph", ["agefiph-fiphfp"], "agefiph, fiphfp, prothèses auditives, prothèse"),
    Subject(
      "maprimeadapt", ["logement-adapte-aides"],
      """
      maprimeadapt, ma prime adapt, anah, salle de bain, sdb, monte escalier, douche, \
      adapter mon logement, adapter la maison, travaux d'adaptation
      """),
    Subject(
      "ava", ["assurance-vieillesse-aidants"],
      "ava, avpf, assurance vieillesse, retraite des aidants, trimestres"),
    Subject(
      "demi-part", ["impots-demi-part-handicap"],
      "demi part, demie part, déclaration de revenus, crédit d'impôt, impôts, parts fiscales"),
    Subject(
      "tutelle", ["tutelle-habilitation-familiale"],
      "tutelle, curatelle, habilitation familiale, mandat de protection, sauvegarde de justice"),
    Subject("retraite", ["retraite-handicap"], "retraite anticipée, partir en retraite, aspa"),
    Subject(
      "ulis", ["orientation-scolaire-ulis-ime-sessad"],
      """
      ulis, ime, itep, ditep, sessad, impro, uema, ueea, creton, segpa, institut médico éducatif
      """),
    Subject(
      "aesh", ["aesh-aide-humaine-scolaire"],
      """
      aesh, avs, accompagnant scolaire, accompagnante scolaire, aide humaine à l'école, \
      accompagnant d'élève, auxiliaire de vie scolaire, pause méridienne, \
      l'accompagnant pendant le repas, accompagnant pendant repas
      """),
    Subject(
      "pps", ["pps-amenagements-scolarite"],
      """
      pps, pap, pai, ppre, geva sco, gevasco, ess, projet personnalisé, tiers temps, \
      enseignant référent, aménagement scolaire, aménagements scolaires
      """),
    Subject(
      "transport-scolaire", ["transport-scolaire-adapte"],
      "transport scolaire, taxi, bus scolaire, car scolaire, trajet école"),
    Subject(
      "bareme", ["taux-incapacite-guide-bareme"],
      "guide barème, barème, taux d'incapacité calculé, calcul du taux"),
    Subject("fdc", ["mdph-role-missions"], "fonds départemental, domicile de secours"),
  ]

  /// Neighbours that use our words for other things.
  private static let elsewhere: [Subject] = [
    Subject(
      "x-cartes", [],
      """
      carte bancaire, carte bleue, carte grise, carte vitale, carte d'identité, carte de séjour, \
      carte électorale, carte de fidélité, carte sim, carte jeune
      """),
    Subject(
      "x-amende", [], "amende, contravention, procès verbal, pv, fourrière, permis de conduire"),
    Subject("x-minima", [], "rsa, apl, chômage, pôle emploi allocation, smic, prime de noël"),
    Subject(
      "x-contrats", [],
      "passeport, tribunal de commerce, loyer, locataire expulsé, divorce, héritage, succession, crédit immobilier, prêt immobilier, "
        + "assurance auto, garagiste, licenciement abusif, prud hommes"),
  ]
}
