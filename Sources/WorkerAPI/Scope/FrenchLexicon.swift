/// Words that are no names: what French puts where a name could stand, and the proper nouns of the
/// field. All are folded (lower case, no accents), singular where the plural only adds a letter.
///
/// The lists are short on purpose. A word that is missing costs one generation; a name that is in
/// them costs trust, so first names that are also words (`claire`, `pierre`, `rose`) stay out.
enum FrenchLexicon {
  /// True where `folded`, or the same word without its plural or feminine ending, is listed.
  static func knows(_ folded: String) -> Bool {
    if words.contains(folded) { return true }
    for ending in ["s", "e", "es", "x"] where folded.count > ending.count + 2 {
      if folded.hasSuffix(ending), words.contains(String(folded.dropLast(ending.count))) {
        return true
      }
    }
    return false
  }

  /// Endings of verbs and adverbs that no first name has; for words in lower case only.
  static func looksLikeVerb(_ folded: String) -> Bool {
    guard folded.count > 4 else { return false }
    return ["ait", "aient", "erons", "eront", "ement", "tion", "euse"].contains {
      folded.hasSuffix($0)
    }
  }

  /// Articles, pronouns, question words: never a name, even where a name is expected.
  static func isFunctionWord(_ folded: String) -> Bool { functionWords.contains(folded) }

  /// Short names of aids, organisms and disabilities.
  static func isAcronym(_ folded: String) -> Bool { acronymWords.contains(folded) }

  private static let functionWords = set(function)
  private static let acronymWords = set(acronyms)
  private static let words =
    functionWords.union(acronymWords)
    .union(set(verbs)).union(set(adjectives)).union(set(nouns)).union(set(proper))

  private static func set(_ list: String) -> Set<String> {
    Set(list.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private static let function = """
    a ai aie ainsi alors apres as assez au aucun aucune aujourd hui auquel aura aurait auront aussi
    autant autre autres aux avant avec avoir beaucoup bien bonjour bonsoir bref car ce ceci cela
    celle celles celui cependant certain certaine ces cet cette ceux chacun chaque chez ci combien
    comme comment concernant contre cordialement d dans de deja depuis derniere dernier des desormais
    desole deux devant dix donc dont du durant elle elles en encore enfin ensuite entre environ est
    et etes etre eu eux fois grace hier huit ici il ils j jamais je jusqu jusque juste l la laquelle
    le lequel les lesquels leur leurs lors lorsqu lorsque lui m ma maintenant mais malgre me meme
    memes merci mes mien moi moins mon n ne neanmoins neuf ni non nos notre nous on ont or ou oui
    par parce parfois parmi pas pendant personne peu peut plus plusieurs plutot pour pourquoi pres
    presque puis puisque qu quand quant quatre que quel quelle quelles quelque quelques quels qui
    quoi rien s sa salut sans sauf se selon sept ses si sien sinon six soi soit son sont sous
    souvent suis suite sur surtout t ta tant te tel telle tes toi ton toujours tous tout toute
    toutes trois trop tu un une uns urgent vers via voici voila vos votre vous y zero
    monsieur madame mesdames messieurs mademoiselle svp stp premier premiere second seconde bonne
    bon jour soir cinq onze douze quinze vingt trente cent mille
    bjr slt coucou hello pk pr ke ki kel koi kom cmt jai jsuis jveux jvoudrais chui ya yaura fo faut
    til es ces cets laah lapa lapch laeeh laesh lajpp dois c quil quelles ki ds ts pb rdv cad ok
    """

  private static let verbs = """
    aider aide aident aidez aller allons va vais vas vont aimerais aimerait appeler appelle
    apporter arrive arriver attend attendre attends attendons avons avez avait avaient beneficie
    beneficier cesse changer change choisir cherche chercher commence commencer comprend comprends
    comprendre compte conteste contester continue cumuler cumule decide decider demande demander
    demandent demandez depend deposer depose depasse dire dit dois doit doivent donne donner dort
    ecrire ecrit entre envoyer envoie etait etaient etudie evolue existe expliquer explique
    faire fait faites fallait faudra faut fera font fonctionne garde garder gagne habite habiter
    marche mange manque met mettre montrer obtenir obtient obtenu ouvre ouvrir paie payer paye
    parle parler part passer passe payent penser perd perdre perdu percoit percevoir percois
    perdent permet permettre peuvent peux pouvez pouvons pourra pourrait pourrais pourriez prend
    prendre prends prevenir prevoir quitte quitter recevoir recevra recoit recois recoivent redouble
    refuse refuser refusent remplir remplit renouvelle renouveler rentre repond repondre reponse
    reste rester risque sait sais savoir sera serait seront signer souffre souhaite souhaiterais
    suit suivre supporte sort tombe touche toucher touchent travaille travailler trouve trouver
    utilise utiliser veut veulent venir vient viens verse verser versent vit vivre vis voir voit
    voudrais voudrait voulons voulait vouloir veux refait refaire garantir garantit oublie oubliez
    ecris raconte donnez dites expliquez aidez indiquez precisez puisse puissent decale decede
    """

  private static let adjectives = """
    accompagne actuel adapte adulte age agee allergique ancien annuel annuelle aphasique asperger
    atteint autiste autonome autorise aveugle besoin bipolaire cardiaque celibataire chronique
    complet concerne considere dependant deficient deficiente dernier diabetique different
    difficile disponible divorce domicilie droit dys dyslexique dyspraxique dysphasique
    dyscalculique dysorthographique epileptique etudiant etudiante etranger exclu francais
    francaise gratuit gratuite grave gros grosse hospitalise handicape handicapee heberge
    hyperactif hyperactive inapte independant independante infirme invalide isole jeune long longue
    lourd lourde lycien lyceen lyceenne majeur malade malentendant malvoyant marie mensuel mensuelle
    mentale mental mineur moteur motrice moyen multiple muet muette myopathe national necessaire
    nouveau nouvelle obligatoire officiel opere orphelin paralyse parallele payant permanent
    polyhandicape possible prive professionnel professionnelle proche public reconnu reconnue
    retraite retraitee riche salarie salariee scolaire scolarise seul severe social sociale sourd
    special specialise suivi temporaire titulaire tetraplegique paraplegique hemiplegique trisomique
    unique valable veuf veuve vieux vivant aine cadet petit petite grand grande beau belle meilleur
    mauvais alite amputee ampute schizophrene depressif depressive deprime enceinte ne nee mort
    """

  private static let nouns = """
    accident accord accompagnant accompagnement acces accueil achat acompte action activite acte
    adoption adresse affection agent aidant aide allocation amenagement ami amende annee anniversaire
    appareil appel apprentissage argent arret article assistance assistante association assurance
    attente attestation atteinte attribution audience aut autisme autonomie auxiliaire avance
    avantage avis avocat avenir bareme base benefice besoin bilan bourse bras cabinet cadre caisse
    calcul cancer cantine capacite carnet carte cas categorie cause cecite centre cerfa certificat
    charge chef chemin chomage college commission commune compensation complement compte conciliation
    condition conge conges conseil consentement consultation contrat controle copie cotisation
    courrier cout couple cumul curatelle curateur date debut decision deficience degre delai demande
    demarche demenagement dentiste departement depart depense deplacement depot dette difference
    difficulte diplome directeur directrice dispositif divorce docteur document doigt domicile
    dommage donnee dossier dotation douleur droit duree dyslexie ecole ecoliere ecolier education
    effet eleve emploi employeur enfant enquete enseignant enseignante entree entreprise epargne
    epilepsie equipe equipement ergotherapeute erreur essai etablissement etape etat etude
    evaluation examen exemple expert expertise exoneration explication facteur facture famille
    fauteuil femme fille fils fin fonction fonds formation formulaire foyer frais france frere
    garcon garde gens gestion guerison guide habilitation habitat handicap hebergement heritage
    heure histoire homme hopital horaire huissier idee identite impot incapacite inclusion indemnite
    infirmier infirmiere information inscription instruction interet internat intervenant invalidite
    jambe jeunesse journee juge jugement justice justificatif kine kinesitherapeute
    lettre lieu ligne liste livret logement loi logiciel loyer lunette lycee machin magasin mail
    main maintien mairie maison maitre majoration mal maladie maman mandataire mariage mari
    maternelle maternite matin medecin medicament mere message mesure metier micro mission mobilite
    moment monde montant mot motif musique naissance nature neveu niveau nom nombre notaire notification
    nuit obligation objet oeil yeux offre operation ordonnance oreille organisme orientation
    orthophoniste orthophonie outil page pain paiement papa papier parcours parent parentalite part
    parking partie patient patron pays pension pere periode permis personne pied piece place plafond
    plan plainte point poste pourcentage preavis precision prelevement prenom prescription
    preavis prestation preuve prime prise prix probleme procedure procuration professeur profession
    programme projet proposition propos prothese psychiatre psychologue psychomotricien qualite question quotient
    raison rapport rappel reclamation recours reconnaissance recu reeducation refus regime regle
    reglement rejet remboursement remplacement rente renouvellement renseignement representant
    requete residence respect responsable ressource restaurant resultat retard retour retraite
    reunion revalorisation revenu revision role rue salaire salle sante scolarite secours secret
    secretaire securite sejour semaine service seuil siege signature site situation soeur soin
    solution somme soutien stage stationnement statut subvention sujet suivi surcharge surdite
    syndrome systeme taux taxe telephone temps terme texte tierce tiers titre toilette transfert
    transport transporteur travail travaux trajet tribunal trimestre trisomie trouble tutelle
    tuteur type urgence usage usager vacances valeur validite vehicule versement verification vie
    ville visite voisin voisine voiture voie volonte vue week weekend fauteuil dessin poeme mer pate pizza
    recette train fievre meteo foot match film
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    lundi mardi mercredi jeudi vendredi samedi dimanche paques
    cp maternelle primaire elementaire sixieme cinquieme quatrieme troisieme terminale licence master
    """

  /// Organisms, laws and programmes.
  private static let proper = """
    afrique agefiph fiphfp agirc arrco ameli apajh allemagne belgique suisse espagne italie europe
    europeen europeenne union unapei adapei cap vivre chorus cnsa france travail defenseur droits
    republique prefet prefecture etat code civil action sociale familles nationale national
    imprimerie pole mission locale maprimeadapt mon parcours espace crous onisep urssaf pajemploi
    cesu acompte tresor publics finances publique publiques viatrajectoire vitale 
    trouble spectre autistique down asperger dys parkinson alzheimer charcot internet google facebook
    whatsapp word pdf covid ministere senat assemblee parlement conseil regional
    departemental departementale generale academie academique rectorat inspection cour cassation
    appel administratif judiciaire assistant service-public servicepublic legifrance mutuelle msa
    action logement anah soliha allocations familiales primaire complementaire solidarite personnes
    """

  private static let acronyms = """
    aah aeeh aeh aes aesh ajpa ajpp aja als apa apl apf alf ald ame amp ars asi aspa ase asf avpf avs
    aj assedic ass arencamp bac bep bmaf bts caf cada camsp cap capd cattp ccas cdaph cdes cdi cdd
    cdtd cfa cias cif cir clic clis cmi cmp cmpp cmu cned cnh cnav cnil cpam cpr cram crip css csg
    cv cdsei csp cotorep dalf dalo dass ddass dgfip dsden ea eane ebep eea egpa eim ems epe epnak
    epide ehpad emas erea esat esms ess eswt fam fva ffh gem gevasco geva gir haj hab handi hp
    ij ime imc imp impro inpes irm irp irpp ir is iss ist itep iem ief isf itt jeh jdc lsf lpc
    mas maia mda mdph mds mecs mgen mjpm msad mtp mva mvad mpr nir ods oeth orl paap pai pap paje
    pap pch pcp pea pec peps pial pacs ppc ppre ppps pps prestation pmi pmr pps rased rapo rar rdv
    rib rgpd rib rmi rqth rsa rsi rtt sam samsah sap sasps savs segpa sep sessad ses siad sms smic
    sma smpr sne snu spe ssad ssefis ssiad stp svp tci tcc tda tdah ted tfp tgi tj tsa tsl tss tsla
    tva tns ueea uema uema ueror ulis upi usld urps visa vae vsl vpl vpf adhd bpi bpco fm sdb ht ttc
    cdi upe2a gevasco ote ffdys dyspraxie tdl imc avc tc crf hdj has ibode caj cafpe cndp
    """
}
