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
      occupe mère, occuper père, occupe père, laver seul, se laver seul, s'habiller seul, manger seul
      """),
    Subject(
      "cmi", ["cmi-carte-mobilite-inclusion"],
      """
      cmi, carte mobilité inclusion, carte mobilité, carte inclusion, macaron, carte de \
      stationnement, carte handicapé, carte handicap, carte d'invalidité, carte invalide, carte de \
      priorité, carte prioritaire, carte européenne, carte orange, place handicapé, places \
      handicapées, place réservée, station debout, carte garer, carte parking, peut pas marcher, \
      peut plus marcher, mal à marcher, difficulté à marcher, marche mal, se garer, faire 100 mètres, 100 mètres à pied, 200 mètres
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
      majoration pour parent seul, parent isolé, quel complément, le complément, \
      élève seule mon fils, élève seul, supplément enfant
      """),
    Subject(
      "droit-option", ["pch-enfant"],
      """
      droit d'option, pch enfant, pch pour enfant, pch de l'enfant, enfant peut avoir la pch, \
      complément ou la pch, complément ou pch, complément et la pch, pch ou le complément, \
      deux formules, deux montants
      """),
    Subject(
      "ajpp", ["ajpp-presence-parentale"],
      """
      ajpp, présence parentale, journalière de présence, arrêt pour enfant malade, \
      arrêt enfant malade, enfant hospitalisé, enfant gravement malade, leucémie, cancer de mon fils, \
      rester auprès de mon enfant
      """),
    Subject(
      "ajpa", ["ajpa-conge-proche-aidant"],
      """
      ajpa, proche aidant, congé aidant, journalière du proche, aider un proche, m'arrêter aider, \
      payé en tant qu'aidant
      """),
    Subject(
      "apa", ["apa-ou-pch"],
      """
      apa, allocation personnalisée d'autonomie, gir, pch après 60 ans, pch à 60 ans, \
      trop âgée, trop âgé
      """),
    Subject(
      "esat", ["orientation-pro-esat"],
      """
      esat, cat, milieu protégé, entreprise adaptée, emploi accompagné, esrp, ueros, \
      orientation professionnelle, travailler entreprise normale
      """),
    Subject(
      "agefiph", ["agefiph-fiphfp"],
      """
      agefiph, fiphfp, prothèses auditives, prothèse, agefif, siège adapté, matériel au travail, \
      aménagement de poste, aménager mon poste
      """),
    Subject(
      "maprimeadapt", ["logement-adapte-aides"],
      """
      maprimeadapt, ma prime adapt, anah, salle de bain, sdb, monte escalier, douche, \
      adapter mon logement, adapter la maison, travaux d'adaptation, adapter son logement, baignoire, \
      ma prime adapte
      """),
    Subject(
      "ava", ["assurance-vieillesse-aidants"],
      "ava, avpf, assurance vieillesse, retraite des aidants, trimestres"),
    Subject(
      "demi-part", ["impots-demi-part-handicap"],
      "demi part, demie part, déclaration de revenus, crédit d'impôt, impôts, parts fiscales"),
    Subject(
      "tutelle", ["tutelle-habilitation-familiale"],
      """
      tutelle, curatelle, habilitation familiale, mandat de protection, sauvegarde de justice, \
      habilitation, signer à sa place, nous ne serons plus là, quand nous ne serons plus
      """),
    Subject(
      "retraite", ["retraite-handicap"],
      """
      retraite anticipée, partir en retraite, aspa, aah à la retraite, \
      trimestres retraite travailleur, retraite des travailleurs handicapés, retraite handicap, \
      fatigué de travailler
      """),
    Subject(
      "ulis", ["orientation-scolaire-ulis-ime-sessad"],
      """
      ulis, ime, itep, ditep, sessad, impro, uema, ueea, creton, segpa, institut médico éducatif, éducateur à la maison, éducateur venir à la maison
      """),
    Subject(
      "aesh", ["aesh-aide-humaine-scolaire"],
      """
      aesh, avs, accompagnant scolaire, accompagnante scolaire, aide humaine à l'école, \
      accompagnant d'élève, auxiliaire de vie scolaire, pause méridienne, \
      l'accompagnant pendant le repas, accompagnant pendant repas, accompagnant cantine, \
      aide mon enfant en classe
      """),
    Subject(
      "pps", ["pps-amenagements-scolarite"],
      """
      pps, pap, pai, ppre, geva sco, gevasco, ess, projet personnalisé, tiers temps, \
      enseignant référent, aménagement scolaire, aménagements scolaires, ordinateur pour mon enfant, ordinateur école, \
      dyslexique, dyslexie, dyspraxique, dyspraxie, aménagement à l'école
      """),
    Subject(
      "transport-scolaire", ["transport-scolaire-adapte"],
      """
      transport scolaire, taxi, bus scolaire, car scolaire, trajet école, car du collège, \
      bus pour aller au lycée, bus lycée, conduit notre enfant à l'école, conduit à l'école
      """),
    Subject(
      "bareme", ["taux-incapacite-guide-bareme"],
      """
      guide barème, barème, taux d'incapacité calculé, calcul du taux, taux d'incapacité, mon taux, \
      taux entre 50, taux de moins, moins de 50, taux inférieur, même pourcentage
      """),
    Subject("fdc", ["mdph-role-missions"], "fonds départemental, domicile de secours"),
    Subject(
      "mdph-role", ["mdph-role-missions"],
      """
      à quoi sert la mdph, c'est quoi la mdph, rôle de la mdph, missions de la mdph, kel mdph, \
      quelle mdph, mdph compétente
      """),
    Subject(
      "dossier-mdph", ["dossier-mdph-certificat-medical"],
      """
      dossier mdph, formulaire mdph, papiers mdph, pièces mdph, cerfa mdph, certificat médical, \
      certificat mdph, médecin certificat, médecin dans le certificat, formulaire handicap, \
      originaux, bilan auditif, projet de vie
      """),
    Subject(
      "en-ligne", ["mdph-en-ligne"],
      """
      mdph en ligne, demande en ligne, en ligne, sur internet, par internet, téléservice, \
      mot de passe mdph, mot de passe compte, compte mdph, compte handicap, site de la cnsa, \
      site cnsa, franceconnect
      """),
    Subject(
      "decision", ["decision-cdaph"],
      """
      notification, cdaph, commission décide, reçu par la commission, délai de réponse, \
      mdph répond en combien, plan personnalisé de compensation, avis sur le plan
      """),
    Subject(
      "renouvellement", ["renouvellement-droits"],
      """
      renouvellement, renouveler, renouvelle, fin de mes droits, droits se terminent, \
      droits finissent, mes droits, s'est aggravé, s'est aggravée, aggravation, révision, \
      déposé trop tôt, avant l'échéance, traitement rapide, aux 20 ans
      """),
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
