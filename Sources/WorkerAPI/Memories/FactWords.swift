/// The closed lists by which facts are read: folded words.
enum FactWords {
  static let conjunctions = words("et mais donc car or puisque comme sinon")
  /// What a clause about the family itself begins with.
  static let subjects = words("je j nous on mon ma mes notre nos il elle le son")

  /// What may stand before a subject without changing what is said.
  static let openings = words(
    """
    bonjour bonsoir madame monsieur voila alors donc et car parce puisque comme aujourd hui \
    actuellement merci moi oui maintenant sachant precise que en fait vu etant donne mais or info pour \
    salut desormais enfin ok
    """)

  // MARK: What is not stated

  static let negations = words("n ne pas jamais plus")
  /// Says no as well, but not of what.
  static let absences = words("sans aucun aucune ni rien non sauf")
  static let conditions = words("si quand lorsque lorsqu")
  static let suppositions = words(
    """
    imaginons imagine imaginez supposons suppose supposez admettons mettons hypothese hypothetique \
    exemple disons fictif fictive theorie pretendons
    """)
  static let interrogatives = words(
    """
    combien quel quelle quels quelles lequel laquelle comment pourquoi où qui que quoi qu peut puis \
    peux dois doit faut est-ce estce a-t-on y
    """)
  static let inversions = [
    "-je", "-tu", "-il", "-elle", "-on", "-nous", "-vous", "-ils", "-elles", "-ce",
  ]
  static let doubts = words("crois pense peut suppose probablement apparemment normalement semble")

  /// Others, for whom a family may ask.
  static let others = words(
    """
    ami amie amis amies voisin voisine voisins collegue collegues cousin cousine connaissance \
    patient patiente patients client cliente eleve eleves usager beneficiaire resident residente \
    expose memoire etude article stage formation cours copain copine camarade frere soeur mari \
    femme conjoint conjointe compagnon compagne pere mere neveu niece oncle tante
    """)
  /// Others that `il` or `elle` may be.
  static let bystanders = words(
    """
    medecin docteur professeur prof enseignant enseignante maitre maitresse educateur educatrice \
    psychologue orthophoniste directeur directrice assistant assistante juge referent referente \
    chat chien nounou avocat avocate infirmier infirmiere psychiatre
    """)
  /// What comes after them was said by somebody else.
  static let sayings = words("dit disait ecrit repond affirme raconte demande lit")
  /// Where somebody is for a while, or was.
  static let passing = words(
    """
    vacances vacance sejour weekend deplacement passage provisoirement temporairement bientot \
    autrefois jadis avant stage
    """)

  /// Kin of the asker: asked for beside the family itself.
  private static let kin = words(
    "frere soeur mari femme conjoint conjointe compagnon compagne pere mere neveu niece oncle tante"
  )
  /// After `pour`, it is all about them.
  static let strangers = others.subtracting(kin)

  // MARK: Children

  static let own = words("mon ma notre")
  static let ownMany = words("mes nos")
  static let some = words("un une deux trois quatre")
  static let adjectives = words(
    """
    petit petite grand grande autre premier premiere deuxieme second seconde troisieme jeune cher \
    chere propre deux trois quatre
    """)
  static let children: [String: FamilyFact.Child] = {
    var children: [String: FamilyFact.Child] = [:]
    for word in words("fils garcon garcons gamin aine cadet benjamin") { children[word] = .son }
    for word in words("fille filles fillette gamine ainee cadette benjamine") {
      children[word] = .daughter
    }
    for word in words("enfant enfants bebe ado adolescent adolescente loulou") {
      children[word] = .child
    }
    return children
  }()
  /// Between a child and what is said of it none of these stands.
  static let barriers = words(
    """
    et ou dont que qu son sa ses leur leurs mon ma mes le la les l un une des du avec chez pour dit \
    pense dans sur sous apres avant depuis contre je j nous on il elle y
    """)

  // MARK: Verbs

  static let have = words("ai a avons")
  static let live = words("habite habitons vis vit vivons reside residons")
  static let are = words("suis sommes est")
  static let receive = words(
    """
    touche touchons percois percoit percevons recois recoit recevons beneficie beneficions ai a \
    avons
    """)
  static let already = words("deja toujours aussi bien encore actuellement obtenu obtenue")
  static let articles = words("l la le un une de du d mon ma notre son sa")
  /// What says that an aid is not there, by its beginning.
  static let lacking = [
    "refus", "demand", "suspend", "suspens", "suppri", "perdu", "perd", "coupe", "arret", "bientot",
    "attent", "esper", "dossier", "droit", "jusqu", "annul", "rejet", "voudr", "aimer", "peut",
    "crois", "fin", "termin", "contest", "recours", "ete",
  ]
  static let parents = words("maman papa mere pere parent parents")
  static let carers = words("aidant aidante aidants")
  static let handicapped = words("handicape handicapee handicapes")
  static let places = words("dans en à a au aux departement")

  static let numbers: [String: Int] = Dictionary(
    zip(
      [
        "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
        "douze", "treize", "quatorze", "quinze", "seize", "vingt",
      ], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20]),
    uniquingKeysWith: { first, _ in first })

  static func words(_ list: String) -> Set<String> {
    Set(list.split { $0 == " " || $0.isNewline }.map(String.init))
  }
}
