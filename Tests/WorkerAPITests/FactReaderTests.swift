import Testing
import WorkerAPI

/// What of a message is a fact about the family that wrote it, and what is not.
@Suite struct FactReaderTests {
  static let stated: [(String, [FamilyFact])] = [
    // Ages
    ("Mon fils a 8 ans.", [.childAge(.son, years: 8)]),
    ("mon fils a 8 ans il a droit a quoi", [.childAge(.son, years: 8)]),
    ("Mon fils a 8 ans, a-t-il droit à l'AEEH ?", [.childAge(.son, years: 8)]),
    ("Bonjour, ma fille Inès a 12 ans et demi.", [.childAge(.daughter, years: 12)]),
    ("Ma fille autiste vient d'avoir six ans.", [.childAge(.daughter, years: 6)]),
    ("Notre enfant est âgé de 3 ans", [.childAge(.child, years: 3)]),
    ("Combien pour ma fille de 14 ans ?", [.childAge(.daughter, years: 14)]),
    ("Est-ce que mon fils handicapé de 19 ans peut avoir l'AAH ?", [.childAge(.son, years: 19)]),
    ("Mon fils, 8 ans, est dyslexique.", [.childAge(.son, years: 8)]),
    ("mon bébé a 18 mois", [.childAge(.child, years: 1)]),
    ("ma fille a 8ans", [.childAge(.daughter, years: 8)]),
    ("Mon fils est autiste. Il a 9 ans.", [.childAge(.son, years: 9)]),
    ("J'ai un fils de 8 ans et demi.", [.childAge(.son, years: 8)]),
    (
      "Nous avons deux enfants de 8 et 12 ans.",
      [.childAge(.child, years: 8), .childAge(.child, years: 12)]
    ),
    (
      "Mes enfants ont 7 et 10 ans",
      [.childAge(.child, years: 7), .childAge(.child, years: 10)]
    ),
    (
      "Mon fils de 8 ans et ma fille de 12 ans sont en classe ordinaire.",
      [.childAge(.son, years: 8), .childAge(.daughter, years: 12)]
    ),
    // Where
    ("J'habite dans le Nord.", [.department("59")]),
    ("Nous habitons en Seine-Saint-Denis, où déposer le dossier ?", [.department("93")]),
    ("on vit dans le 59", [.department("59")]),
    ("J'habite à Lille.", [.department("59")]),
    ("je vis à Paris", [.department("75")]),
    ("Je suis dans le 2A", [.department("2A")]),
    ("j'habite en haute garonne", [.department("31")]),
    ("J'habite dans le département de la Gironde", [.department("33")]),
    ("j'habite dans le 97411", [.department("974")]),
    ("Mon département est le Val-de-Marne.", [.department("94")]),
    ("Je dépends de la MDPH du Rhône", [.department("69")]),
    // Who
    ("Je suis la maman d'un petit garçon de 8 ans.", [.role(.parent), .childAge(.son, years: 8)]),
    ("Nous sommes parents de deux enfants", [.role(.parent)]),
    ("Je suis aidante familiale.", [.role(.carer)]),
    ("Je suis le proche aidant de ma mère", [.role(.carer)]),
    ("Je suis handicapé.", [.role(.adult)]),
    ("Je suis en situation de handicap, et je cherche un emploi.", [.role(.adult)]),
    // How much
    ("J'ai un taux d'incapacité de 80 %.", [.rate(.user, .from80)]),
    ("Mon taux est de 50 %", [.rate(.user, .from50To79)]),
    ("Mon taux est compris entre 50 et 79 %.", [.rate(.user, .from50To79)]),
    ("j'ai un taux de 50-79 %", [.rate(.user, .from50To79)]),
    ("Mon taux est supérieur à 80 %", [.rate(.user, .from80)]),
    ("J'ai un taux inférieur à 50 %", [.rate(.user, .below50)]),
    ("mon fils a un taux de 80%", [.rate(.child, .from80)]),
    ("Le taux de mon fils est de 55 %.", [.rate(.child, .from50To79)]),
    ("La MDPH m'a reconnu un taux de 80 %", [.rate(.user, .from80)]),
    ("Je suis reconnue à 80 % par la MDPH.", [.rate(.user, .from80)]),
    // School
    ("Mon fils est en CE2.", [.schooling(.son, "CE2")]),
    ("Ma fille est en ULIS au collège", [.schooling(.daughter, "ULIS")]),
    ("Mon enfant est scolarisé en petite section.", [.schooling(.child, "petite section")]),
    ("mon fils est à l'IME", [.schooling(.son, "IME")]),
    (
      "Ma fille a 11 ans, elle est en 6e.",
      [
        .childAge(.daughter, years: 11), .schooling(.daughter, "6e"),
      ]
    ),
    ("Mon fils de 8 ans sera en CE2.", [.childAge(.son, years: 8)]),
    // Aids
    ("Je touche l'AAH mais pas la MVA.", [.aid(.user, "AAH")]),
    (
      "Nous sommes parents d'un enfant handicapé de 8 ans",
      [
        .role(.parent), .childAge(.child, years: 8),
      ]
    ),
    ("J'ai 80 % d'incapacité", [.rate(.user, .from80)]),
    ("J'habite dans le Nord mais mon fils vit en Gironde.", [.department("59")]),
    (
      "JE TOUCHE L'AAH ET J'HABITE EN LOIRE-ATLANTIQUE",
      [
        .aid(.user, "AAH"), .department("44"),
      ]
    ),
    ("Je touche l'AAH.", [.aid(.user, "AAH")]),
    ("je touche déjà laah et j'ai la RQTH", [.aid(.user, "RQTH")]),
    ("Nous percevons l'AEEH pour lui", [.aid(.user, "AEEH")]),
    ("J'ai la carte mobilité inclusion.", [.aid(.user, "CMI")]),
    ("Je bénéficie de la PCH", [.aid(.user, "PCH")]),
    ("J'ai obtenu la RQTH l'an dernier", [.aid(.user, "RQTH")]),
    ("Ma fille a une AESH.", [.aid(.child, "AESH")]),
    ("Mon fils bénéficie de l'AEEH", [.aid(.child, "AEEH")]),
    (
      "J'habite dans le Nord, mon fils a 8 ans et je touche l'AEEH. Puis-je demander la PCH ?",
      [.department("59"), .childAge(.son, years: 8), .aid(.user, "AEEH")]
    ),
  ]

  static let notStated = [
    // Asked
    "Mon fils a 8 ans ?", "Est-ce que j'habite dans le bon département ?",
    "Ai-je un taux de 80 % ?", "Est-ce que mon fils a un taux de 80 % ?",
    "Combien je touche avec l'AAH ?", "Puis-je toucher l'AAH ?", "Je touche l'AAH ?",
    "Quel est le montant de l'AAH ?", "À quel âge mon fils a droit à l'AAH ?",
    "qui paie la PCH", "Faut-il habiter dans le Nord ?", "mon fils a-t-il 20 ans à cette date",
    // Supposed
    "Si mon fils a 8 ans, quelle aide ?", "Si j'habite dans le Nord, où aller ?",
    "Quand mon fils aura 20 ans, que devient l'AEEH ?", "Imaginons que je touche l'AAH.",
    "Supposons : mon fils a 8 ans.", "Par exemple, j'ai un taux de 80 %.",
    "S'il a 20 ans, c'est l'AAH.", "Et si mon fils de 8 ans avait un taux de 80 % ?",
    "Au cas où j'habite en Gironde", "Quand je touche l'AAH je peux travailler",
    // Denied
    "Je n'habite pas dans le Nord.", "Je ne touche pas l'AAH.", "Mon fils n'a pas 8 ans.",
    "Je ne touche plus l'AAH.", "j'ai pas la RQTH", "Nous vivons sans l'AEEH",
    // Said of others
    "Le fils de ma voisine a 8 ans.", "Ma voisine touche l'AAH.", "Mon amie habite dans le Nord.",
    "L'ami de mon fils a 8 ans.", "Ma soeur a un taux de 80 %.", "Mon mari touche l'AAH.",
    "Un enfant de 8 ans a droit à l'AEEH.", "Une famille qui habite en Gironde",
    "Je demande pour une amie : mon fils a 8 ans.", "C'est pour un exposé. Je touche l'AAH.",
    "Mon petit-fils a 8 ans.", "Mon fils a un copain. Il a 8 ans.", "Ma mère a 80 ans.",
    "Les enfants de mon frère ont 8 et 10 ans.", "Ma belle-fille a 30 ans",
    // Told by others
    "On m'a dit que mon fils a 8 ans.", "Elle m'a écrit « mon fils a 8 ans ».",
    "Le médecin pense que j'ai un taux de 80 %.", "\"Je touche l'AAH\", dit-elle.",
    // Not so, not yet, not any more
    "J'ai demandé l'AAH.", "On m'a refusé l'AEEH.", "J'ai droit à l'AAH.", "J'ai l'AAH refusée.",
    "J'ai un dossier AAH en cours.", "Je touchais l'AAH.", "J'habitais dans le Nord.",
    "Mon fils aura 8 ans en mai.", "Mon fils va avoir 8 ans.", "Je vais habiter dans le Nord.",
    "Je voudrais l'AAH.", "Je crois que j'ai un taux de 80 %.", "j'attends la RQTH",
    "Mon fils a bientôt 8 ans.", "Mon fils a 8 ans de retard.", "Mon fils a 3 ans de moins.",
    "Mon fils est suivi par un médecin. Il a 50 ans.", "Je suis en Savoie pour les vacances.",
    "Mon taux est passé de 80 % à 50 %.", "Mon voisin dit : j'habite dans le Nord.",
    "Mon fils a besoin d'une AESH.", "Ma fille a une demande d'AESH.", "J'ai l'AAH à demander",
    "Dites-moi si mon fils a 8 ans", "Je ne sais pas si j'ai un taux de 80 %",
    "J'ai la PCH qui est refusée", "J'ai un handicap, 80 % de mes amis aussi",
    "Ma fille de coeur habite en Gironde", "Je suis en seconde", "Mon père habite à Lille",
    // Something else
    "J'habite dans une maison.", "J'habite à 3 km de la mairie.", "Mon taux est de plus de 50 %.",
    "J'ai un taux de crédit de 500 %.", "Je suis dans le Nord de la France.", "Merci beaucoup !",
    "Je suis parent d'élève.", "Je suis enseignante d'enfants handicapés.", "", "?", "…", "a a a",
    "Mon fils dit que j'ai 8 ans.", "j'ai 80 % de chances", "La loi du 11 février 2005",
  ]

  @Test(arguments: stated)
  func readsWhatIsStated(_ message: String, _ facts: [FamilyFact]) {
    #expect(FactReader.read(message).stated == facts, "\(message)")
  }

  @Test(arguments: notStated)
  func readsNothingElse(_ message: String) {
    #expect(FactReader.read(message).stated == [], "\(message)")
  }

  @Test(arguments: [
    ("Je ne touche plus l'AAH.", [FamilyFact.aid(.user, "AAH")]),
    ("Je n'habite plus dans le Nord", [.department("59")]),
    ("Mon fils n'a pas 8 ans.", [.childAge(.son, years: 8)]),
    ("j'ai plus la RQTH", [.aid(.user, "RQTH")]),
    ("Ma fille n'est plus en ULIS.", [.schooling(.daughter, "ULIS")]),
    ("Pourquoi je ne touche plus l'AAH ?", []), ("Si je ne touche plus l'AAH", []),
    ("Ma voisine ne touche plus l'AAH", []), ("Je touche l'AAH mais pas la MVA.", []),
    ("J'ai un taux de 80 % et cela ne suffit pas", []),
    ("Je ne suis pas handicapé", [.role(.adult)]),
    ("Mon taux est de plus de 80 %.", []),
  ])
  func readsWhatIsDenied(_ message: String, _ facts: [FamilyFact]) {
    #expect(FactReader.read(message).denied == facts, "\(message)")
  }

  @Test func whatIsSaidLastHolds() {
    #expect(
      FactReader.read("J'habite dans le Nord. Non, j'habite en Gironde.").stated
        == [.department("33")])
    let changed = FactReader.read("Je touche l'AAH. En fait je ne touche plus l'AAH.")
    #expect(changed.stated == [] && changed.denied == [.aid(.user, "AAH")])
  }

  /// A fact holds no word of the message, so no name, date or number of a person either.
  @Test func keepsNoWordOfTheMessage() {
    let reading = FactReader.read(
      "Mon fils Achille Durandeau a 8 ans, né le 12/03/2018, 06 12 34 56 78. J'habite à Lille.")
    #expect(reading.stated == [.childAge(.son, years: 8), .department("59")])
    let told = reading.stated.map(\.text).joined()
    for word in ["Achille", "Durandeau", "2018", "06", "Lille"] { #expect(!told.contains(word)) }
  }

  @Test func everyFactIsReadBackAndHasATextOfItsOwn() {
    #expect(Set(FamilyFact.all.map(\.text)).count == FamilyFact.all.count)
    for fact in FamilyFact.all {
      #expect(FamilyFact(text: fact.text) == fact)
      #expect(fact.text.count <= 2000 && fact.slot.count <= 100)
    }
    #expect(FamilyFact(text: "Votre fils s'appelle Lucas.") == nil)
    #expect(FamilyFact.all.count > 380 && Departments.codes.count == 101)
  }

  @Test func aBirthdayOutdatesTheYearsBefore() {
    #expect(FamilyFact.childAge(.son, years: 8).outdates == ["age:fils:7", "age:fils:6"])
    #expect(FamilyFact.childAge(.son, years: 0).outdates == [])
    #expect(FamilyFact.department("59").outdates == [])
  }

  /// The gateway reads every message of who agreed: it must cost little beside the rest of a hit.
  @Test func isReadInMicroseconds() {
    func microseconds(_ message: String) -> Double {
      let time =
        (0..<10).map { _ in
          ContinuousClock().measure {
            for _ in 0..<200 { _ = FactReader.read(message) }
          }
        }.min() ?? .zero
      return Double(time.components.attoseconds) / 1e12 / 200
        + Double(time.components.seconds) * 1e6 / 200
    }
    let general = microseconds("Quel est le montant de l'AAH ?")
    let own = microseconds("J'habite dans le Nord, mon fils a 8 ans, a-t-il droit à l'AEEH ?")
    print("facts read in \(Int(general)) µs of a question, \(Int(own)) µs of a statement")
    #expect(general < 100 && own < 1000)
  }

  /// However long or strange a message is, reading it ends, and soon.
  @Test func isBounded() {
    let long = String(repeating: "Mon fils a 8 ans et ma fille de 12 ans, ", count: 2000)
    let time = ContinuousClock().measure {
      #expect(FactReader.read(long).stated.count <= FactReader.factsMax)
    }
    #expect(time < .seconds(1))
    for (message, _) in Self.stated {
      for end in message.indices { _ = FactReader.read(String(message[..<end])) }
    }
    #expect(FactReader.read("J'habite a\u{300} Lille").stated == [.department("59")])
  }
}

/// Which of what is remembered helps with a question.
@Suite struct MemoryChoiceTests {
  private let memories: [FamilyFact] = [
    .department("59"), .role(.parent), .childAge(.son, years: 8), .rate(.user, .from80),
    .rate(.child, .from50To79), .schooling(.son, "ULIS"), .aid(.user, "AAH"), .aid(.child, "AEEH"),
  ]

  private func helpful(_ message: String) -> [FamilyFact] {
    MemoryChoice.helpful(memories.map(\.text), for: message).compactMap { FamilyFact(text: $0) }
  }

  /// A question of everybody stays everybody's, however much is remembered.
  @Test(arguments: [
    "Quel est le montant de l'AAH ?", "Qui paie la PCH ?", "Comment demander l'AEEH ?",
    "Faut-il 80 % pour la CMI ?", "La RQTH dure combien de temps ?", "Où trouver le Cerfa ?",
    "Quelles aides pour un enfant de 8 ans ?",
  ])
  func noneHelpsWithAQuestionOfEverybody(_ message: String) {
    #expect(helpful(message) == [], "\(message)")
  }

  @Test func aQuestionOfTheAskerTakesWhatBearsOnIt() {
    #expect(helpful("À quelle MDPH dois-je envoyer mon dossier ?") == [.department("59")])
    #expect(
      helpful("Puis-je cumuler la PCH avec ce que j'ai ?")
        == [.role(.parent), .rate(.user, .from80), .aid(.user, "AAH")])
    #expect(
      helpful("À quelles aides mon fils a-t-il droit ?")
        == [
          .childAge(.son, years: 8), .rate(.child, .from50To79), .schooling(.son, "ULIS"),
          .aid(.child, "AEEH"),
        ])
  }

  @Test func whatTheMessageSaysMemoryNeedNot() {
    #expect(
      !helpful("Mon fils a 9 ans, à quelles aides a-t-il droit ?").contains(
        .childAge(.son, years: 8)))
    #expect(
      !helpful("Je ne touche plus l'AAH, puis-je demander la RQTH ?").contains(.aid(.user, "AAH")))
  }

  @Test func whatSomebodyWroteIsAlwaysTaken() {
    #expect(MemoryChoice.helpful(["Notre fils a un lapin."], for: "Bonjour").count == 1)
  }
}
