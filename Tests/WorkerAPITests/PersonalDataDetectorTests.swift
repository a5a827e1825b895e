import Testing
import WorkerAPI

@Suite struct PersonalDataDetectorTests {
  static let publicMessages = [
    "Quel est le montant de l'AAH ?",
    "quel est le montant de l'aah",
    "QUEL EST LE MONTANT DE L'AAH ?",
    "Mon fils a 8 ans, a-t-il droit à l'AEEH ?",
    "Ma fille de 12 ans est autiste : quelles aides ?",
    "mon fils handicapé peut-il avoir une AESH",
    "Comment faire une demande à la MDPH ?",
    "Bonjour, quel est le délai de réponse de la CDAPH ? Merci.",
    "Bonjour Madame, Monsieur, comment contester un refus ?",
    "Puis-je cumuler l'AAH et la PCH ?",
    "L'AAH est-elle de 1 041,59 € par mois ?",
    "Le plafond est-il de 12 499,08 € par an ?",
    "Mes revenus sont de 25000 euros par an, ai-je droit à l'AAH ?",
    "Je gagne 1 500 € par mois et mon taux est de 50-79 %.",
    "Que dit la loi n° 2005-102 du 11 février 2005 ?",
    "Que prévoit l'article L. 245-1 du code de l'action sociale et des familles ?",
    "Quel est le sens de l'article D821-1 ?",
    "Où trouver le cerfa n° 15692*01 ?",
    "Le certificat Cerfa 15695*01 est-il obligatoire ?",
    "Quelles aides pour l'année scolaire 2025-2026 ?",
    "Le montant va-t-il changer en avril 2026 ?",
    "Qui paie la PCH : la CAF, la MSA ou le département ?",
    "Comment demander la RQTH à France Travail ?",
    "Qu'est-ce que le complément de 3e catégorie de l'AEEH ?",
    "Ma mère a 74 ans, est-ce l'APA ou la PCH ?",
    "Je suis marié et je travaille en ESAT.",
    "Pendant combien de temps une carte mobilité inclusion est-elle valable ?",
    "MaPrimeAdapt' finance-t-elle une douche ?",
    "Le père et la mère peuvent-ils prendre leurs jours d'AJPP ensemble ?",
    "Une entreprise de 50 personnes doit-elle employer un salarié handicapé ?",
    "Le recours se fait dans les 2 mois devant la MDPH ?",
    "laah on la touche a kel age et ki la paye",
    "mon enfant a un TDAH et un TSA, faut-il un PAP ou un PPS ?",
    "Comment s'appelle l'aide pour les parents seuls ?",
    "Mon fils ne marche pas. Quelle aide pour un fauteuil ?",
  ]

  static let personalMessages: [(String, PersonalDataDetector.Finding)] = [
    ("Mon fils Lucas a-t-il droit à l'AEEH ?", .person),
    ("mon fils lucas a-t-il droit à l'aeeh", .person),
    ("ma fille zoélinde est autiste", .person),
    ("Ma fille Prudence est autiste", .person),
    ("ma fille s'appelle nymphéa", .person),
    ("Lucas a 8 ans, a-t-il droit à l'AEEH ?", .person),
    ("lucas a 8 ans a t il droit a l'aeeh", .person),
    ("MON FILS LUCAS A-T-IL DROIT A L'AEEH", .person),
    ("MADAME GRZEBIK DEMANDE LA PCH", .person),
    ("Mme Durand a reçu un refus", .person),
    ("Mme Petit a reçu un refus", .person),
    ("madame grzebik a reçu un refus", .person),
    ("M. Grzebik perçoit l'AAH", .person),
    ("Le docteur Grzebik a rempli le certificat", .person),
    ("mon neveu L. a été refusé", .person),
    ("Grzebik est sourd, quelles aides ?", .person),
    ("Comment demander la PCH ?\nGrzebik", .person),
    ("Merci d'avance. Grzebik", .person),
    ("J'ai écrit à Grzebik de la MDPH", .person),
    ("Jean-Luc touche l'AAH", .person),
    ("ابني محمد يحتاج مساعدة", .person),
    ("mon fils est né le 12/03/2015", .birthDate),
    ("né en 2015, a-t-il droit à l'AEEH ?", .birthDate),
    ("ma fille est née le 3 juin", .birthDate),
    ("il est du 12 mars 2015", .birthDate),
    ("date : 2015-03-12", .birthDate),
    ("date 12.03.15", .birthDate),
    ("J'habite 12 rue des Lilas", .address),
    ("j'habite 12 bis rue des lilas", .address),
    ("j'habite avenue de la gare", .address),
    ("j'habite au 4 place de la mairie", .address),
    ("je vis dans le 75012", .address),
    ("mon dossier 45621 est bloqué", .number),
    ("dossier n° 4521, où en est-il ?", .number),
    ("ma référence est AB4512C", .number),
    ("appelez-moi au 06 12 34 56 78", .number),
    ("appelez-moi au 06.12.34.56.78", .number),
    ("appelez-moi au 0612345678", .number),
    ("appelez-moi au +33 6 12 34 56 78", .number),
    ("appelez-moi au zéro six douze", .number),
    ("mon numéro 1 84 12 76 451 089 46", .number),
    ("184127645108946", .number),
    ("1841276451089", .number),
    ("écrivez à parent@example.org", .mail),
    ("écrivez à parent arobase example point org", .mail),
    ("voir https://example.org/dossier", .link),
  ]

  @Test(arguments: publicMessages)
  func leavesQuestionsOfEverybodyPublic(_ message: String) {
    #expect(PersonalDataDetector.firstFinding(in: message) == nil)
  }

  @Test(arguments: personalMessages)
  func findsWhatPointsAtAPerson(_ message: String, _ finding: PersonalDataDetector.Finding) {
    #expect(PersonalDataDetector.firstFinding(in: message) == finding)
  }

  @Test func readsDecomposedAccentsAsComposedOnes() {
    #expect(
      PersonalDataDetector.firstFinding(in: "ma fille est ne\u{301}e le 3 juin") == .birthDate)
    #expect(PersonalDataDetector.firstFinding(in: "ma fille Zoe\u{301} dort") == .person)
  }

  @Test func readsDigitsOfOtherScripts() {
    #expect(PersonalDataDetector.firstFinding(in: "tel ０６１２３４５６７８") == .number)
  }

  @Test func readsThroughInvisibleCharacters() {
    #expect(PersonalDataDetector.firstFinding(in: "mon fils lu\u{200B}cas dort") == .person)
    #expect(PersonalDataDetector.firstFinding(in: "au 06\u{AD}12\u{200B}345678") == .number)
  }

  /// A message of the greatest length must not hold an event loop: the time grows with the length.
  @Test func staysLinear() {
    func seconds(_ count: Int) -> Duration {
      let message = String(
        repeating: "j'attends la réponse de la MDPH depuis 3 mois, ", count: count)
      return (0..<5).map { _ in
        ContinuousClock().measure { _ = PersonalDataDetector.firstFinding(in: message) }
      }.min() ?? .zero
    }
    let short = seconds(20)
    let long = seconds(2000)
    // A hundred times the text; ten thousand times the time would be the square.
    #expect(long < short * 1000)
  }

  /// Guards against an index past the end: every prefix of every message is a message.
  @Test func readsEveryPrefix() {
    for message in Self.publicMessages + Self.personalMessages.map(\.0) {
      for end in message.indices {
        _ = PersonalDataDetector.firstFinding(in: String(message[..<end]))
      }
    }
  }
}
