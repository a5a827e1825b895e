/// What French words stand for: concepts (words that mean the same here), phrases, stop words.
///
/// A concept is written as one term for all its words, on both sides of the search. So "mon mari"
/// finds "le conjoint", and "combien de temps" is about a length of time, not about money.
enum FrenchLexicon {
  /// A phrase, without stop words and stemmed, and the terms that it adds or stands for.
  struct Phrase: Sendable {
    let stems: [String]
    let terms: [String]
    /// False where the words themselves would mislead: "combien" in "combien de temps".
    let keepsWords: Bool
  }

  /// Phrases by their first stem, the longest first.
  static let phrases: [String: [Phrase]] = {
    let subjects = Subject.all.flatMap { subject in
      subject.names.map { phrase($0, [subject.term], keepsWords: true) }
    }
    let all =
      subjects
      + turns.flatMap { turn in
        turn.said.split(separator: ",").map {
          phrase(String($0), turn.terms, keepsWords: turn.keepsWords)
        }
      }
    return Dictionary(grouping: all.filter { !$0.stems.isEmpty }) { $0.stems.first ?? "" }
      .mapValues { $0.sorted { $0.stems.count > $1.stems.count } }
  }()

  /// The concept of a stem.
  static let concepts: [String: String] = {
    var table: [String: String] = [:]
    for (concept, words) in groups {
      for word in FrenchText.words(words) { table[FrenchStemmer.stem(word)] = concept }
    }
    return table
  }()

  static let stopWords: Set<String> = Set(FrenchText.words(stops))

  /// Every surface word that the lexicon knows: never to be "corrected".
  static let words: Set<String> = {
    var words = stopWords.union(FrenchText.words(bystanders))
    for (_, list) in groups { words.formUnion(FrenchText.words(list)) }
    for subject in Subject.all {
      for name in subject.names { words.formUnion(FrenchText.words(name)) }
    }
    for turn in turns { words.formUnion(FrenchText.words(turn.said)) }
    return words
  }()

  private static func phrase(_ said: String, _ terms: [String], keepsWords: Bool) -> Phrase {
    let words = FrenchText.words(said)
    let content = words.filter { !fillers.contains($0) }
    return Phrase(
      stems: content.map(FrenchStemmer.stem), terms: terms, keepsWords: keepsWords)
  }

  /// Words that phrases skip.
  static let fillers: Set<String> = [
    "le", "la", "les", "un", "une", "des", "de", "du", "d", "l", "a", "au", "aux", "en", "et",
    "mon", "ma", "mes", "son", "sa", "ses", "notre", "nos", "votre", "vos", "leur", "leurs",
    "ce", "cet", "cette", "ces", "ete", "est", "sont", "etait", "me", "se", "pour", "par", "sur",
    "dans", "je", "j", "t",
  ]

  private static let turns: [(said: String, terms: [String], keepsWords: Bool)] = [
    (
      """
      combien de temps, combien d'années, pendant combien, jusqu'à quand, quelle durée, \
      jusqu'à quelle date
      """, ["duree"], false
    ),
    (
      "combien de mois, combien de jours, au bout de combien, combien de semaines",
      ["delai", "mois"], false
    ),
    ("combien d'activités", ["activit", "referentiel"], false),
    ("sans réponse, sans nouvelles, pas de nouvelles, répond pas, pas répondu", ["reponse"], true),
    (
      "quel âge, à partir de quand, trop vieux, trop vieille, trop âgé, trop âgée, limite d'âge",
      ["age"], true
    ),
    ("qui décide, qui accorde, qui attribue, qui donne, qui délivre", ["decideur"], true),
    ("qui paie, qui paye, qui verse, qui finance, qui règle", ["payeur"], true),
    ("vit seul, vit seule, élève seule, élève seul", ["isole"], true),
    ("même temps", ["cumul"], true),
    (
      """
      peut plus, peux plus, arrive plus, arrive pas, peut pas manger, peut pas suivre, peut pas \
      prendre, difficulté, incapable de, peut pas seul, peut pas seule, ne veut plus de \
      lui, ne veut plus d'elle
      """, ["difficulte"], true
    ),
    ("caisse d'allocations, caisse d'allocation", ["caf"], true),
    ("maison du handicap, maison départementale, maison handicap", ["mdph"], false),
    ("s'occuper de, m'occuper de, m'occupe de, occuper d'un, occuper d'une", ["aider"], true),
    (
      """
      quitter mon travail, quitter mon emploi, arrêter de travailler, cesser de travailler, \
      arrêté de travailler, quitté mon travail, quitté mon emploi, arrêter de bosser, \
      arrêté de bosser, réduit mon travail
      """, ["cesse"], true
    ),
    ("garde alternée, garde partagée, résidence alternée", ["garde", "separe"], true),
  ]

  private static let groups: [(String, String)] = [
    (
      "payeur",
      "paie paye payer payes payent paient paiement paiements verse verser versee versees versent "
        + "versement versements virement payeur finance financer "
        + "rembourser rembourse remboursement remboursee"
    ),
    (
      "montant",
      "montant montants combien somme sommes tarif prix argent sous euros fric thune thunes coute "
        + "couter cout plafond"
    ),
    (
      "percevoir",
      "toucher touche touches percevoir percoit percois recevoir recoit recois gagner gagne"
    ),
    (
      "conjoint",
      "conjoint conjointe mari femme epoux epouse compagnon compagne concubin concubine couple copain "
        + "copine partenaire marie mariee pacse pacsee"
    ),
    (
      "enfant",
      "enfant enfants fils fille filles gosse gosses bebe gamin gamine ado adolescent adolescente "
        + "petit petite mineur mineure garcon garcons"
    ),
    (
      "travail",
      "travail travaille travailler travaillent travaillant bosser bosse boulot job emploi salaire "
        + "metier"
    ),
    ("employeur", "employeur employeurs patron patronne entreprise entreprises boite societe chef"),
    ("logement", "logement maison appartement habitation domicile"),
    ("bain", "bain bains baignoire douche douches sdb"),
    (
      "enseignant",
      "enseignant enseignante instituteur institutrice maitre maitresse prof profs professeur "
        + "professeure professeurs"
    ),
    ("maladie", "maladie maladies malade malades"),
    ("remunerer", "remunerer remunere remuneration salarier"),
    ("chien", "chien chiens labrador chiot"),
    ("vehicule", "vehicule vehicules voiture voitures auto bagnole"),
    (
      "recours",
      "recours rapo contester conteste contestation contestee contestes attaquer reclamation appel"
    ),
    (
      "refus",
      "refus refuse refuser refusee refuses refusent rejet rejete rejetee rejeter negatif negative "
        + "refusant"
    ),
    (
      "duree",
      "duree dure durer durent valable valables validite longtemps expire expiration perimee"
    ),
    ("delai", "delai delais"),
    ("an", "an ans annee annees"),
    ("2", "deux"), ("3", "trois"), ("4", "quatre"), ("5", "cinq"), ("6", "six"), ("8", "huit"),
    ("10", "dix"), ("12", "douze"), ("15", "quinze"), ("20", "vingt"), ("60", "soixante"),
    ("age", "age ages agee agees vieux vieille anniversaire"),
    (
      "demande",
      "demande demander demandes demandee demarche demarches obtenir deposer depose depot "
        + "constituer redemander redemande reclamer"
    ),
    ("reponse", "reponse reponses repondre repond repondu repondent"),
    (
      "handicap",
      "handicap handicaps handicape handicapee handicapes handicapees invalide"
    ),
    ("ressource", "ressource ressources revenu revenus"),
    ("parent", "parent parents maman papa mere pere"),
    ("certificat", "certificat certificats"),
    (
      "renouveler",
      "renouveler renouvelle renouvellement prolonger prolongation reconduire reconduction echeance "
        + "renouvele renouvelee"
    ),
    ("tribunal", "tribunal tribunaux juge justice"),
    (
      "stationner",
      "stationnement stationner garer gare parking parkings parquer macaron pare-brise"
    ),
    ("imposable", "impot impots imposable imposables fiscal fiscaux fiscale"),
    ("cumul", "cumul cumuler cumule cumulable cumulables cumulent compatible compatibles"),
    ("decideur", "decide decident decider accorde attribue delivre delivree"),
    ("separe", "separe separes separee separees divorce divorces divorcee ex"),
    ("courrier", "lettre lettres courrier courriers"),
    ("avocat", "avocat avocats avocate"),
    ("gratuit", "gratuit gratuite gratuits gratuitement gratuites payant payante"),
    ("prison", "prison incarceration incarcere detenu detention"),
    ("hopital", "hopital hospitalisation hospitalise hospitalisee"),
    ("indu", "indu indus"),
    ("conciliation", "conciliation conciliateur mediation mediateur"),
    ("automatique", "automatique automatiquement automatiques"),
    ("avantage", "avantage avantages sert servir utilite interet"),
    ("dire", "dire dit parler parle annoncer informer reveler cacher"),
    ("diagnostic", "diagnostic diagnostique diagnostiquee"),
    ("ecole", "ecole ecoles scolaire scolarite scolarise scolarisee scolarisation"),
  ]

  /// Words of any story, that say little of what it is about: stems.
  static let light: Set<String> = Set(
    FrenchText.words(
      """
      venir vient viens venu venue trouver trouve trouvé bon bonne peur dernier dernière prochain \
      prochaine prêt prête vite tenir tient voir vois vu devenir devenu deviendra devient laisser \
      laisse juste devant côté moment fois matin soir vrai vraie dame homme ailleurs faute nouveau \
      nouvelle ouvrir appeler appelle croire penser pense chercher cherche commencer commence \
      continuer continue finir finit début mieux pire envie idée façon manière tête idées normal \
      normale arriver arrive arrivé rester reste resté restée rend rendre tenu sortir sort écrit \
      écrire trouvent compter compte bout peine gros grosse semble paraît savent connais connaître
      """
    ).map(FrenchStemmer.stem))

  /// Common words that a slip of one of ours resembles: left as they are.
  private static let bystanders = """
    contacter contact contacte mairie maire marie date passer laisser poste postal poisson livre \
    train ville famille sirop match prochain horaire medecin semaine course courses verre verte \
    reseau cours carton content comte compte comptes montre monte parle perle cadre cadeau coupe \
    retard retour depart garde garder regarde place placer page pages piece pieces parti partie \
    cuisine voisin voisine salon chien cheval chaise porter porte parents marche marcher manger \
    recette recettes gateau vacances voyage velo film musique guitare chanson jardin arbre tomate \
    poisson boisson vin pain pizza crepe banane cadeau copain football piscine bijou bijoux plage \
    montagne hotel restaurant avion billet cheveux coiffeur chaussure robe telephone portable \
    abonnement facture internet planete soleil lune pluie meteo bourse crypto loto jeu jeux \
    rouge route vitesse visite vivre vendre vente rendre attendre entendre tendre prendre reprendre
    """

  private static let stops = """
    le la les un une des de du d l a au aux en et ou où y à ce cet cette ces ça ca cela ceci c s \
    je j tu t il elle on nous vous ils elles me m te se lui leur leurs eux moi toi soi mon ma mes \
    ton ta tes son sa ses notre nos votre vos qui que qu quoi dont quel quelle quels quelles \
    lequel laquelle est es suis sommes etes sont etait etais etaient avions aviez avaient etions sera serait seront soit ete \
    etre ai as avons avez ont avait avais aura aurait aurai avoir eu ayant fait faire fais font \
    faut faudra faudrait peut peux peuvent pouvez pouvoir puis pourrait pourra pourrai pourrais \
    veut veux voudrais voudrait vouloir voulez dois doit doivent devoir devrais devrait va vais \
    vont aller allez ira ne n pas plus moins tres trop bien mal aussi encore deja toujours jamais \
    si sinon comme comment quand pourquoi parce car donc alors mais or ni ainsi avec sans sous sur \
    dans par pour vers chez entre depuis pendant avant apres contre jusque jusqu lors lorsque \
    puisque tout toute tous toutes quelque quelques chaque autre autres meme memes tel telle \
    certain bonjour bonsoir salut merci svp stp plait plais allo coucou monsieur madame voila \
    voici ici la-bas oui non peu beaucoup assez vraiment juste maintenant aujourd'hui hier demain \
    savoir sais sait dites dis question questions besoin aimerais souhaite souhaiterais quid \
    est-ce apres quelqu personne personnes gens chose choses cas possible possibles \
    svp rien ya afin entre etc re donne donner mettre mis mise prendre pris prend qu'il
    """
}
