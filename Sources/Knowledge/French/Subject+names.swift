/// The subjects and what families call them.
extension Subject {
  static let aids: [Subject] = money + school + work + life

  private static let money: [Subject] = [
    Subject(
      "aah", .own, ["aah-allocation-adultes-handicapes"],
      """
      aah, allocation aux adultes handicapés, allocation adulte, allocation pour adulte, \
      allocation des adultes, déconjugalisation
      """),
    Subject(
      "aeeh", .own, ["aeeh-allocation-base", "aeeh-complements"],
      """
      aeeh, aes, allocation d'éducation de l'enfant handicapé, allocation d'éducation, \
      allocation éducation spéciale, allocation enfant, allocation pour enfant, \
      allocation pour mon enfant, allocation handicap enfant
      """),
    Subject(
      "pch", .own, ["pch-adulte", "pch-enfant", "apa-ou-pch"],
      """
      pch, prestation de compensation, prestation compensatoire handicap, \
      compensation du handicap, aide humaine à domicile, aidant familial, dédommagement, \
      occuper mari, occupe mari, occuper femme, occupe femme, occuper conjoint, auxiliaire de vie, \
      aide animalière, chien guide, chien d'assistance, pch parentalité
      """),
    Subject(
      "mva", .own, ["mva-majoration-vie-autonome", "aah-allocation-adultes-handicapes"],
      "mva, majoration pour la vie autonome, vie autonome, complément de ressources"),
    Subject(
      "complement", .own, ["aeeh-complements", "aeeh-allocation-base"],
      """
      complément aeeh, complément d'aeeh, complément de l'aeeh, complément d'allocation, \
      majoration parent isolé, majoration pour parent seul, parent isolé, quel complément, \
      critères complément, complément catégorie, majoration parent
      """),
    Subject(
      "droit-option", .own, ["pch-enfant", "aeeh-complements"],
      """
      droit d'option, pch enfant, pch pour enfant, pch fils, pch fille, complément ou pch, \
      pch ou complément, complément ou compensation, complément compensation, pch complément, \
      complément pch
      """),
    Subject(
      "ajpp", .own, ["ajpp-presence-parentale"],
      """
      ajpp, présence parentale, journalière de présence, arrêt pour enfant malade, \
      arrêt enfant malade, congé enfant malade, congé pour enfant malade, enfant gravement malade
      """),
    Subject(
      "ajpa", .own, ["ajpa-conge-proche-aidant"],
      """
      ajpa, proche aidant, congé aidant, congé d'aidant, journalière du proche, \
      allocation du proche
      """),
    Subject(
      "apa", .own, ["apa-ou-pch"],
      """
      apa, allocation personnalisée d'autonomie, allocation d'autonomie, allocation autonomie, \
      gir, actp, allocation compensatrice
      """),
    Subject(
      "cmi", .own, ["cmi-carte-mobilite-inclusion"],
      """
      cmi, carte mobilité inclusion, carte mobilité, carte inclusion, macaron, carte de \
      stationnement, carte handicapé, carte handicap, carte d'invalidité, carte invalide, carte de \
      priorité, carte prioritaire, carte européenne, carte orange, place handicapé, places \
      handicapées, place réservée, station debout, rester debout, carte garer, carte parking, \
      peut pas marcher, peut plus marcher, mal à marcher, difficulté à marcher, marche mal
      """),
  ]

  private static let school: [Subject] = [
    Subject(
      "ulis", .own, ["orientation-scolaire-ulis-ime-sessad"],
      """
      ulis, ime, itep, ditep, sessad, impro, uema, ueea, creton, segpa, institut médico éducatif, \
      orientation scolaire, école spécialisée, établissement spécialisé, classe spécialisée
      """),
    Subject(
      "aesh", .own, ["aesh-aide-humaine-scolaire"],
      """
      aesh, avs, accompagnant scolaire, accompagnante scolaire, aide humaine à l'école, \
      accompagnant d'élève, auxiliaire de vie scolaire, pause méridienne, accompagnant école, \
      accompagnante école, l'accompagnant pendant le repas, accompagnant pendant repas, \
      heures d'accompagnement, accompagnant cantine
      """),
    Subject(
      "pps", .own, ["pps-amenagements-scolarite"],
      """
      pps, pap, pai, ppre, geva sco, gevasco, ess, projet personnalisé de scolarisation, tiers \
      temps, aménagement scolaire, aménagements scolaires, aménagement d'examen, \
      dyslexique, dyspraxique, dyslexie, dyspraxie, matériel pédagogique
      """),
    Subject(
      "transport-scolaire", .own, ["transport-scolaire-adapte"],
      """
      transport scolaire, transport adapté, taxi, bus scolaire, car scolaire, trajet école, \
      remboursement kilométrique, transport école, transport collège, transport lycée, \
      transport ime, transport université
      """),
  ]

  private static let work: [Subject] = [
    Subject(
      "rqth", .own, ["rqth-travailleur-handicape"],
      """
      rqth, cotorep, travailleur handicapé, travailleuse handicapée, qualité de travailleur, \
      salarié handicapé, reconnu handicapé, reconnue handicapée, salarié reconnu, \
      reconnaissance travailleur, reconnaissance handicap travail, statut handicapé, \
      handicapé au travail, obligation d'emploi
      """),
    Subject(
      "esat", .own, ["orientation-pro-esat"],
      """
      esat, cat, milieu protégé, atelier protégé, travail protégé, entreprise adaptée, emploi \
      accompagné, esrp, espo, ueros, mispe, orientation professionnelle
      """),
    Subject(
      "agefiph", .own, ["agefiph-fiphfp"],
      """
      agefiph, fiphfp, prothèses auditives, prothèse auditive, appareils auditifs, \
      appareil auditif, aménager mon poste, aménagement de poste, siège ergonomique
      """),
  ]

  private static let life: [Subject] = [
    Subject(
      "maprimeadapt", .own, ["logement-adapte-aides", "pch-adulte"],
      """
      maprimeadapt, ma prime adapt, ma prime adapte, anah, monte escalier, adapter mon logement, \
      adapter la maison, adapter logement, aménager la maison, aménager logement, \
      travaux d'adaptation, logement adapté, logement accessible, pch logement
      """),
    Subject(
      "ava", .own, ["assurance-vieillesse-aidants"],
      "ava, avpf, assurance vieillesse, retraite des aidants, trimestres aidant"),
    Subject(
      "demi-part", .own, ["impots-demi-part-handicap"],
      """
      demi part, demie part, parts fiscales, rente survie, épargne handicap, \
      carte invalidité impôts
      """),
    Subject(
      "tutelle", .own, ["tutelle-habilitation-familiale"],
      """
      tutelle, curatelle, habilitation familiale, mandat de protection, sauvegarde de justice, \
      majeur protégé, certificat circonstancié
      """),
    Subject(
      "retraite", .own, ["retraite-handicap", "assurance-vieillesse-aidants"],
      """
      retraite anticipée, partir en retraite, partir à la retraite, départ en retraite, aspa, \
      retraite handicap, retraite handicapé, minimum vieillesse
      """),
  ]

  /// Matters that many documents touch upon.
  static let procedures: [Subject] = [
    Subject("compensation", .shared, ["pch-adulte", "pch-enfant"], "compensation"),
    Subject(
      "rapo", .own, ["recours-rapo-tribunal"],
      "rapo, recours administratif, recours préalable, recours amiable, recours gracieux"),
    Subject(
      "recours", .shared, ["recours-rapo-tribunal"],
      """
      recours, contester, conteste, contestation, contestons, réclamation, tribunal, juge, \
      conciliation, médiation, défenseur des droits, avocat, pas d'accord, désaccord, faire appel, \
      juridictionnelle, conciliateur, médiateur, attaquer la décision, demande refusée, demande \
      rejetée, dossier refusé, dossier rejeté, décision défavorable, reçu un refus, dit non, refus \
      de la mdph, refus mdph, refus cdaph
      """),
    Subject(
      "silence", .shared, ["decision-cdaph", "recours-rapo-tribunal"],
      """
      sans réponse, sans nouvelles, pas de réponse, pas de nouvelles, pas répondu, répond pas, \
      toujours rien reçu, silence mdph
      """),
    Subject(
      "indu", .shared, ["recours-rapo-tribunal"],
      """
      indu, trop perçu, trop percus, remboursement caf, rembourser la caf, rembourser à la caf, \
      caf me demande de rembourser, caf réclame, caf me réclame, caisse réclame, dette caf, caf s'est trompée, \
      caisse s'est trompée, rendre de l'argent à la caf, je lui rende, \
      remise de dette, échéancier, reçu trop d'argent, trop reçu
      """),
    Subject(
      "cdaph", .shared, ["decision-cdaph"],
      """
      cdaph, commission des droits, siège à la commission, notification, notif, \
      décision de la mdph, lettre de la mdph, courrier de la mdph, plan de compensation, \
      plan personnalisé de compensation
      """),
    Subject(
      "dossier", .shared, ["dossier-mdph-certificat-medical"],
      """
      dossier mdph, formulaire mdph, cerfa, certificat médical, pièces à joindre, quelles pièces, \
      quels papiers, quel papier, dossier incomplet, projet de vie, remplir le dossier, \
      bilan auditif, constituer le dossier, pièces du dossier, pièces justificatives, \
      procédure accélérée
      """),
    Subject(
      "en-ligne", .shared, ["mdph-en-ligne"],
      """
      mdph en ligne, téléservice, mdphenligne, dossier en ligne, demande en ligne, \
      par internet, sur internet, espace mdph, site de la mdph, site mdph, site de la cnsa, cnsa, \
      franceconnect
      """),
    Subject(
      "role-mdph", .shared, ["mdph-role-missions"],
      """
      c'est quoi la mdph, à quoi sert la mdph, mda, domicile de secours, fonds départemental, \
      fonds de compensation, quelle mdph, adresse de la mdph, mdph gratuite, rôle de la mdph, \
      déménager, déménage, déménagement, changer de département, change de département, \
      mdph verse, mdph paie, mdph paye
      """),
    Subject(
      "taux", .shared, ["taux-incapacite-guide-bareme"],
      """
      guide barème, barème, taux d'incapacité, taux d'invalidité, taux de handicap, \
      pourcentage de handicap, pourcentage, taux entre, taux inférieur, taux de, fixe le taux, \
      calcul du taux, quel taux, catégorie 2, ipp, incapacité permanente, rsdae, \
      restriction substantielle
      """),
    Subject(
      "renouvellement", .shared, ["renouvellement-droits"],
      """
      renouvellement, renouveler, renouvelle, renouvelé, reconduction, droits finissent, \
      fin de droits, droits à vie, accordés à vie, révision, demande de révision, aggravation, \
      refaire le dossier, refaire une demande, déposé trop tôt, échéance
      """),
    Subject(
      "impots", .shared, ["impots-demi-part-handicap"],
      """
      impôts, imposable, imposables, imposition, fisc, déclaration de revenus, déclarer aux impôts, \
      crédit d'impôt, réduction d'impôt, sur la déclaration
      """),
    Subject(
      "retraite-suite", .shared, ["retraite-handicap", "assurance-vieillesse-aidants"],
      "retraite, trimestres, trimestre, relevé de carrière"),
    Subject(
      "enfant-majeur", .shared, ["tutelle-habilitation-familiale"],
      "majeure, majorité, autorité parentale, compte de mon fils"),
  ]

  /// Neighbours that use our words for other things.
  static let elsewhere: [Subject] = [
    Subject(
      "x-cartes", .elsewhere, [],
      """
      carte bancaire, carte bleue, carte grise, carte vitale, carte de séjour, \
      carte électorale, carte de fidélité, carte sim, carte jeune, permis de séjour, visa, passeport
      """),
    Subject(
      "x-amende", .elsewhere, [],
      "amende, contravention, procès verbal, pv, fourrière, permis de conduire, excès de vitesse"),
    Subject(
      "x-minima", .elsewhere, [],
      "rsa, chômage partiel, pôle emploi allocation, montant du smic, prime de noël"),
    Subject(
      "x-contrats", .elsewhere, [],
      """
      tribunal de commerce, locataire expulsé, caution, crédit immobilier, prêt immobilier, \
      assurance auto, assurance moto, garagiste, licenciement abusif, prud hommes, \
      heures supplémentaires, congés payés, location airbnb, airbnb, divorcer, avocat divorce
      """),
    Subject(
      "x-soins", .elsewhere, [],
      """
      homéopathie, soigner, soigne, guérir, guérit, guérison, vaccin, vaccins, régime sans gluten, \
      quel médicament, quelle dose, symptômes, symptôme, mal de tête, fièvre, boutons rouges, sirop
      """),
    Subject(
      "x-machine", .elsewhere, [],
      """
      instructions précédentes, tes instructions, tes règles, ton prompt, system prompt, \
      previous instructions, écris un poème, chanson, blague, python, javascript
      """),
  ]
}
