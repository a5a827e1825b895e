/// Words that say, before any document is looked at, whether a question may be one of ours.
enum FieldWords {
  /// Words of the field itself: they make a question one of ours even where it names no aid.
  static let own = stems(
    """
    handicap handicapé handicapée mdph caf msa cdaph mda prestation compensation incapacité \
    invalidité invalide notification aidant aidante autisme autiste trisomie trisomique fauteuil \
    déambulateur aveugle malvoyant malvoyante sourd sourde malentendant polyhandicapé dyslexie \
    dyslexique dyspraxie dyspraxique dysphasie tdah hyperactif hyperactive schizophrénie bipolaire \
    sclérose parkinson alzheimer paralysé paralysie tétraplégique paraplégique hémiplégie myopathie \
    déficience dépendance dépendant accompagnant accompagnante ergothérapeute psychomotricien \
    psychomotricité orthophoniste complément bénéficiaire mongolien épileptique autonomie \
    compensatrice incapable
    """)

  /// What ails people, and what they can no longer do.
  static let conditions = stems(
    """
    cancer leucémie épilepsie avc maladie malade traumatisme crânien diabète diabétique allergie \
    allergique asthme mucoviscidose opération opéré opérée chirurgie chimio rééducation prothèse \
    appareil appareillage béquille canne oxygène tombe chute essouffle souffle supporte douleur \
    souffre épuisé épuisée fatigue angoisse crise crises dépression psychiatrique psychologue \
    comportement retard langage trouble troubles difficulté difficultés hôpital hospitalisé \
    accident blessé amputé cécité surdité mental mentale moteur motrice cognitif propreté toilette \
    laver habiller lever surveiller surveillance danger fugue s'enfuit frappe crie tremble vue \
    entendre entend mobilité charcot coma prématuré naissance syndrome chromosome génétique rare
    """)

  /// What offices speak of.
  static let offices = stems(
    """
    droit droits allocation allocations aide aides dossier demande formulaire certificat \
    justificatif attestation décision commission taux pourcentage refus refusé recours contester \
    renouvellement échéance bénéficier éligible percevoir versement verse rembourser financer \
    prise en charge département département orientation établissement éducateur école classe \
    aménagement aménager adapter adapté accompagnement référent cantine congé retraite pension \
    impôt déclarer reconnu reconnaissance courrier accord délai
    """)

  static let kin = stems(
    """
    enfant fils fille conjoint mari femme parent père mère frère soeur oncle tante grand-mère \
    grand-père neveu nièce petit-fils beau-frère famille proche garçon bébé papa maman
    """)

  /// Words of other people's questions: the kitchen, sports, travels, shopping, pets, machines.
  static let elsewhere = stems(
    """
    recette cuire cuisson cuisine gâteau crêpe pizza pâte tarte soupe salade poulet lentille \
    lentilles oeuf fromage chocolat sucre farine vin bière restaurant dessert légume fruit \
    tomate banane calorie calories protéine régime football foot match rugby tennis basket \
    vélo marathon piscine natation sport équipe championnat coupe olympique tiercé loto jeu \
    jeux vidéo film série acteur actrice chanteur chanson musique guitare piano concert poème \
    roman livre blague vacances voyage avion vol billet hôtel plage montagne camping croisière \
    valise visa passeport touriste capitale pays continent planète lune soleil terre étoile \
    éclipse météo pluie neige température chat lapin cheval oiseau aboyer dresser croquettes \
    jardin arbre planter fleur plante tondre potager téléphone portable ordiphone abonnement \
    wifi instagram insta facebook tiktok youtube abonné followers bitcoin crypto bourse action \
    placement livret épargner crédit hypothèque moto scooter essence garage garagiste pneu \
    roue vidange mécanique machine frigo aspirateur lessive tache nettoyer repasser peinture \
    peindre bricolage perceuse meuble canapé cadeau mariage noël fête maquillage coiffure \
    cheveux parfum robe chaussure vêtement taille bijou bijoux bague acheter achat boutique \
    promo soldes livraison commande colis supermarché équation multiplication multiplications \
    mathématiques math maths géométrie traduire traduis anglais espagnol allemand chinois \
    programme programmation code logarithme site web président ministre élection guerre \
    napoléon roi reine célébrité voisin bruit ronfle ronfler maigrir poids muscler sommeil \
    dormir rêve horoscope tarot amour rencontre séduire cv motivation entretien commerce \
    diplôme baby-sitter meilleur meilleure marque marques prompt instructions gagner gagnant \
    réversion crous obsèques héritage cadastre permis-moto douane
    """)

  private static func stems(_ words: String) -> Set<String> { Set(FrenchText.searchTerms(words)) }
}
