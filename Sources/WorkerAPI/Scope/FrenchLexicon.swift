/// Words that are no names: what French puts where a name could stand, and the proper nouns of the
/// field. All are folded (lower case, no accents), singular where the plural only adds a letter.
///
/// The lists are short on purpose. A word that is missing costs one generation; a name that is in
/// them costs trust, so first names that are also words (`claire`, `pierre`, `rose`) stay out.
enum FrenchLexicon {
  static let lists: [(WordKinds, String)] = [
    ([.known, .function], function), ([.known, .acronym], acronyms), (.known, verbs),
    (.known, adjectives), (.known, nouns), (.known, proper),
    (.known, ofDocuments),
  ]

  /// Endings of verbs and adverbs that no first name has; for words in lower case only.
  static func looksLikeVerb(_ folded: String) -> Bool {
    guard folded.utf8.count > 4 else { return false }
    return ["ait", "aient", "erons", "eront", "ement", "tion", "euse"].contains {
      folded.hasSuffix($0)
    }
  }

  private static let function = """
    a ai aie ainsi alors apres as assez au aucun aucune aujourd auquel aura aurait auront aussi
    autant autre autres aux avant avec avoir beaucoup bien bjr bon bonjour bonne bonsoir bref c cad
    car ce ceci cela celle celles celui cent cependant certain certaine ces cet cets cette ceux
    chacun chaque chez chui ci cinq cmt combien comme comment concernant contre cordialement coucou
    d dans de deja depuis dernier derniere des desole desormais deux devant dix dois donc dont douze
    ds du durant elle elles en encore enfin ensuite entre environ es est et etes etre eu eux faut fo
    fois grace hello hier hui huit ici il ils j jai jamais je jour jsuis jusqu jusque juste jveux
    jvoudrais ke kel ki koi kom l la laah laeeh laesh lajpp lapa lapch laquelle le lequel les
    lesquels leur leurs lors lorsqu lorsque lui m ma madame mademoiselle maintenant mais malgre me
    meme memes merci mes mesdames messieurs mien mille moi moins mon monsieur n ne neanmoins neuf ni
    non nos notre nous ok on ont onze or ou oui par parce parfois parmi pas pb pendant personne peu
    peut pk plus plusieurs plutot pour pourquoi pr premier premiere pres presque puis puisque qu
    quand quant quatre que quel quelle quelles quelque quelques quels qui quil quinze quoi rdv rien
    s sa salut sans sauf se second seconde selon sept ses si sien sinon six slt soi soir soit son
    sont sous souvent stp suis suite sur surtout svp t ta tant te tel telle tes til toi ton toujours
    tous tout toute toutes trente trois trop ts tu un une uns urgent vers via vingt voici voila vos
    votre vous y ya yaura zero
    """

  private static let verbs = """
    aide aident aider aidez aimerais aimerait aller allons appeler appelle apporter arrive arriver
    attend attendons attendre attends avaient avait avez avons beneficie beneficier cesse change
    changer cherche chercher choisir commence commencer comprend comprendre comprends compte
    conteste contester continue cumule cumuler decale decede decide decider demande demandent
    demander demandez depasse depend depose deposer dire dit dites dois doit doivent donne donner
    donnez dort ecrire ecris ecrit entre envoie envoyer etaient etait etudie evolue existe explique
    expliquer expliquez faire fait faites fallait faudra faut fera fonctionne font gagne garantir
    garantit garde garder habite habiter indiquez mange manque marche met mettre montrer obtenir
    obtenu obtient oublie oubliez ouvre ouvrir paie parle parler part passe passer paye payent payer
    penser percevoir percois percoit perd perdent perdre perdu permet permettre peuvent peux pourra
    pourrais pourrait pourriez pouvez pouvons precisez prend prendre prends prevenir prevoir puisse
    puissent quitte quitter raconte recevoir recevra recois recoit recoivent redouble refaire refait
    refuse refusent refuser remplir remplit renouveler renouvelle rentre repond repondre reponse
    reste rester risque sais sait savoir sera serait seront signer sort souffre souhaite
    souhaiterais suit suivre supporte tombe touche touchent toucher travaille travailler trouve
    trouver utilise utiliser va vais vas venir verse versent verser veulent veut veux viens vient
    vis vit vivre voir voit vont voudrais voudrait voulait vouloir voulons
    """

  private static let adjectives = """
    accompagne actuel adapte adulte age agee aine alite allergique ampute amputee ancien annuel
    annuelle aphasique asperger atteint autiste autonome autorise aveugle beau belle besoin
    bipolaire cadet cardiaque celibataire chronique complet concerne considere deficient deficiente
    dependant depressif depressive deprime dernier diabetique different difficile disponible divorce
    domicilie droit dys dyscalculique dyslexique dysorthographique dysphasique dyspraxique enceinte
    epileptique etranger etudiant etudiante exclu francais francaise grand grande gratuit gratuite
    grave gros grosse handicape handicapee heberge hemiplegique hospitalise hyperactif hyperactive
    inapte independant independante infirme invalide isole jeune long longue lourd lourde lyceen
    lyceenne lycien majeur malade malentendant malvoyant marie mauvais meilleur mensuel mensuelle
    mental mentale mineur mort moteur motrice moyen muet muette multiple myopathe national ne
    necessaire nee nouveau nouvelle obligatoire officiel opere orphelin parallele paralyse
    paraplegique payant permanent petit petite polyhandicape possible prive proche professionnel
    professionnelle public reconnu reconnue retraite retraitee riche salarie salariee schizophrene
    scolaire scolarise seul severe social sociale sourd special specialise suivi temporaire
    tetraplegique titulaire trisomique unique valable veuf veuve vieux vivant
    """

  private static let nouns = """
    acces accident accompagnant accompagnement accord accueil achat acompte acte action activite
    adoption adresse affection agent aidant aide allocation amenagement amende ami annee
    anniversaire aout appareil appel apprentissage argent arret article assistance assistante
    association assurance atteinte attente attestation attribution audience aut autisme autonomie
    auxiliaire avance avantage avenir avis avocat avril bareme base benefice besoin bilan bourse
    bras cabinet cadre caisse calcul cancer cantine capacite carnet carte cas categorie cause cecite
    centre cerfa certificat charge chef chemin chomage cinquieme college commission commune
    compensation complement compte conciliation condition conge conges conseil consentement
    consultation contrat controle copie cotisation couple courrier cout cp cumul curatelle curateur
    date debut decembre decision deficience degre delai demande demarche demenagement dentiste
    depart departement depense deplacement depot dessin dette difference difficulte dimanche diplome
    directeur directrice dispositif divorce docteur document doigt domicile dommage donnee dossier
    dotation douleur droit duree dyslexie ecole ecolier ecoliere education effet elementaire eleve
    emploi employeur enfant enquete enseignant enseignante entree entreprise epargne epilepsie
    equipe equipement ergotherapeute erreur essai etablissement etape etat etude evaluation examen
    exemple exoneration expert expertise explication facteur facture famille fauteuil femme fevrier
    fievre fille film fils fin fonction fonds foot formation formulaire foyer frais france frere
    garcon garde gens gestion guerison guide habilitation habitat handicap hebergement heritage
    heure histoire homme hopital horaire huissier idee identite impot incapacite inclusion indemnite
    infirmier infirmiere information inscription instruction interet internat intervenant invalidite
    jambe janvier jeudi jeunesse journee juge jugement juillet juin justice justificatif kine
    kinesitherapeute lettre licence lieu ligne liste livret logement logiciel loi loyer lundi
    lunette lycee machin magasin mai mail main maintien mairie maison maitre majoration mal maladie
    maman mandataire mardi mari mariage mars master match maternelle maternite matin medecin
    medicament mer mercredi mere message mesure meteo metier micro mission mobilite moment monde
    montant mot motif musique naissance nature neveu niveau nom nombre notaire notification novembre
    nuit objet obligation octobre oeil offre operation ordonnance oreille organisme orientation
    orthophonie orthophoniste outil page paiement pain papa papier paques parcours parent
    parentalite parking part partie pate patient patron pays pension pere periode permis personne
    piece pied pizza place plafond plainte plan poeme point poste pourcentage preavis precision
    prelevement prenom prescription prestation preuve primaire prime prise prix probleme procedure
    procuration professeur profession programme projet propos proposition prothese psychiatre
    psychologue psychomotricien qualite quatrieme question quotient raison rappel rapport recette
    reclamation reconnaissance recours recu reeducation refus regime regle reglement rejet
    remboursement remplacement renouvellement renseignement rente representant requete residence
    respect responsable ressource restaurant resultat retard retour retraite reunion revalorisation
    revenu revision role rue salaire salle samedi sante scolarite secours secret secretaire securite
    sejour semaine septembre service seuil siege signature site situation sixieme soeur soin
    solution somme soutien stage stationnement statut subvention suivi sujet surcharge surdite
    syndrome systeme taux taxe telephone temps terme terminale texte tierce tiers titre toilette
    train trajet transfert transport transporteur travail travaux tribunal trimestre trisomie
    troisieme trouble tutelle tuteur type urgence usage usager vacances valeur validite vehicule
    vendredi verification versement vie ville visite voie voisin voisine voiture volonte vue week
    weekend yeux
    """

  /// Words of the documents that people put into their questions, in whatever case.
  private static let ofDocuments = """
    accelerer accessible adapter ajouter anticipee arreter arrete assister automatique baisser
    baisse choisit chose classe comportement compris conduire contacter contient correspond creer
    critere davantage declaration declarer decrire definitif demi deplacer devient dure durent
    echeance entierement evalue examine existent finance financer gratuitement humaine imposable
    individuelle inferieur installer intellectuelle joindre journaliere limite longtemps materiel
    maximum medical membre mi mieux milieu minimum occuper opposer option ordre ouverte parentale
    partager partiel partir preparer presence protection prouver reconnaitre reduit remercie
    plait remercions rembourse rembourser remplacer rempli rendre reserve reunir sert signe soutenir
    superieur supplementaire taxi total tot travailleur travailleuse valider vaut vieillesse vivent
    vote
    """

  /// Organisms, laws and programmes.
  private static let proper = """
    academie academique acompte action adapei administratif afrique agefiph agirc allemagne
    allocations alzheimer ameli anah apajh appel arrco asperger assemblee assistant autistique
    belgique cap cassation cesu charcot chorus civil cnsa code complementaire conseil cour covid
    crous defenseur departemental departementale down droits dys espace espagne etat europe europeen
    europeenne facebook familiales familles finances fiphfp france generale google imprimerie
    inspection internet italie judiciaire legifrance locale logement maprimeadapt ministere mission
    mon msa mutuelle national nationale onisep pajemploi parcours parkinson parlement pdf personnes
    pole prefecture prefet primaire publics publique publiques rectorat regional republique senat
    service-public servicepublic sociale solidarite soliha spectre suisse travail tresor trouble
    unapei union urssaf viatrajectoire vitale vivre whatsapp word
    """

  private static let acronyms = """
    aah adhd aeeh aeh aes aesh aj aja ajpa ajpp ald alf als ame amp apa apf apl arencamp ars ase asf
    asi aspa ass assedic avc avpf avs bac bep bmaf bpco bpi bts cada caf cafpe caj camsp cap capd
    cattp ccas cdaph cdd cdes cdi cdsei cdtd cfa cias cif cir clic clis cmi cmp cmpp cmu cnav cndp
    cned cnh cnil cotorep cpam cpr cram crf crip csg csp css cv dalf dalo dass ddass dgfip dsden
    dyspraxie ea eane ebep eea egpa ehpad eim emas ems epe epide epnak erea esat esms ess eswt fam
    ffdys ffh fm fva gem geva gevasco gir hab haj handi has hdj hp ht ibode ief iem ij imc ime imp
    impro inpes ir irm irp irpp is isf iss ist itep itt jdc jeh lpc lsf maia mas mda mdph mds mecs
    mgen mjpm mpr msad mtp mva mvad nir ods oeth orl ote paap pacs pai paje pap pch pcp pea pec peps
    pial pmi pmr ppc ppps ppre pps prestation rapo rar rased rdv rgpd rib rmi rqth rsa rsi rtt sam
    samsah sap sasps savs sdb segpa sep ses sessad siad sma smic smpr sms sne snu spe ssad ssefis
    ssiad stp svp tc tcc tci tda tdah tdl ted tfp tgi tj tns tsa tsl tsla tss ttc tva ueea uema
    ueror ulis upe2a upi urps usld vae visa vpf vpl vsl
    """
}
