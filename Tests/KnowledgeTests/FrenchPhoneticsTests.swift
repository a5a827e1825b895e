import Knowledge
import Testing

/// What is spelled by ear is read as what it sounds like, and nothing else.
@Suite struct FrenchPhoneticsTests {
  private let index = KnowledgeIndex.standard

  @Test(arguments: [
    ("tutel", "tutelle"), ("majoration vi otonome", "majoration pour la vie autonome"),
    ("cart de stationemen", "carte de stationnement"), ("dispraxique", "dyspraxique"),
    ("prioritère", "prioritaire"), ("renouvelemant", "renouvellement"),
    ("sertificat", "certificat"), ("alocassion", "allocation"),
  ])
  func readsBySound(typed: String, meant: String) {
    let terms = Set(index.read(typed).order)
    #expect(!terms.isDisjoint(with: index.read(meant).order), "\(terms)")
  }

  @Test(arguments: ["train", "pizza", "bonjour", "xkcd", "w", "zzzzzz", "qqq"])
  func leavesOtherWordsAlone(word: String) {
    #expect(index.search(word, limit: 3).isEmpty)
  }

  @Test(arguments: [
    ("Mon fils de 8 ans", "stadeenfant"), ("ma fille a 17 ans", "stadejeune"),
    ("J'ai 35 ans", "stadeadulte"), ("papa a 82 ans", "stadegrandage"),
  ])
  func readsAgesAsStagesOfLife(question: String, stage: String) {
    #expect(FrenchText.searchTerms(question).contains { $0.hasPrefix(stage.prefix(8)) })
  }

  @Test func takesASpanOfTimeForNoAge() {
    #expect(!FrenchText.searchTerms("depuis 8 ans").contains { $0.hasPrefix("stade") })
  }
}
