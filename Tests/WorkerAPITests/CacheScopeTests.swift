import Testing
import WorkerAPI

@Suite struct CacheScopeTests {
  private func decide(
    _ message: String = "Quel est le montant de l'AAH ?", user: String? = "U1",
    history: Bool = false, memories: Bool = false, document: Bool = false
  ) -> CacheScope? {
    CacheScope.decide(
      message: message, userID: user, hasHistory: history, hasMemories: memories,
      hasDocument: document)
  }

  @Test func aQuestionOfEverybodyIsPublicWhoeverAsks() {
    #expect(decide() == .public)
    #expect(decide(user: nil) == .public)
  }

  @Test func anythingOfTheUserMakesItTheUsers() {
    #expect(decide(history: true) == .user("u1"))
    #expect(decide(memories: true) == .user("u1"))
    #expect(decide(document: true) == .user("u1"))
    #expect(decide("mon fils Lucas a 8 ans") == .user("u1"))
  }

  @Test func whatIsPersonalAndNobodysHasNoScope() {
    #expect(decide("mon fils Lucas a 8 ans", user: nil) == nil)
    #expect(decide(user: nil, history: true) == nil)
  }

  @Test func oneUserIsOneScopeInAnyCase() {
    #expect(decide(user: "ABC-1", history: true) == decide(user: "abc-1", history: true))
  }
}
