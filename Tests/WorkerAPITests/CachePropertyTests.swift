import Testing
import WorkerAPI

/// What holds of every message, tried on thousands that are made by chance.
@Suite struct CachePropertyTests {
  private func request(_ message: String, user: String?) -> ChatSendRequest {
    ChatSendRequest(message: message, userID: user, consent: true)
  }

  private func key(_ message: String, user: String? = "u") -> CacheKey? {
    request(message, user: user).cacheKey(
      model: "m", corpus: CorpusStamp(version: "v", validityDate: "2026-04-01"))
  }

  /// A name, a birth date, an address or a number anywhere in a message: its answer is the asker's,
  /// and no two users have one key.
  @Test(arguments: GeneratedMessages.Kind.allCases)
  func whatPointsAtAPersonIsNeverShared(_ kind: GeneratedMessages.Kind) {
    var messages = GeneratedMessages(seed: 11)
    var leaks: [String] = []
    for _ in 0..<400 {
      let message = messages.message(with: messages.personal(kind))
      let scopes = [request(message, user: "a").cacheScope, request(message, user: "b").cacheScope]
      if scopes != [.user("a"), .user("b")] || request(message, user: nil).cacheScope != nil
        || key(message, user: "a") == key(message, user: "b")
      {
        leaks.append(message)
      }
    }
    #expect(leaks.prefix(5) == [], "\(leaks.count) of 400")
  }

  private static let questions = [
    "Quel est le montant de l'AAH", "Qui paie la PCH", "Comment demander l'AEEH à la MDPH",
    "Combien de temps dure la décision de la CDAPH", "À quel âge s'arrête l'AEEH",
    "L'AAH est-elle versée par la CAF", "Où déposer le dossier", "La CMI est-elle gratuite",
    "Puis-je cumuler l'AAH et un salaire à mi-temps", "Faut-il un taux de 80 %",
  ]

  /// However a question is written, it has one key.
  @Test(arguments: questions)
  func writingSharesAKey(_ question: String) {
    var messages = GeneratedMessages(seed: 5)
    let wanted = key(question)
    var others: [String] = []
    var seen: Set<String> = []
    for _ in 0..<300 {
      let variant = messages.variant(of: question)
      seen.insert(variant)
      if key(variant) != wanted { others.append(variant) }
    }
    #expect(others.prefix(5) == [], "\(others.count) of 300")
    #expect(seen.count > 200)
  }

  /// However they are written, two questions that ask something else have two keys.
  @Test func meaningHasAKeyOfItsOwn() {
    var messages = GeneratedMessages(seed: 23)
    var collisions: [String] = []
    var pairs = 0
    for _ in 0..<300 {
      var keys: [CacheKey: String] = [:]
      for question in messages.different() {
        let variant = messages.variant(of: question)
        guard let key = key(variant) else { continue }
        if let other = keys.updateValue(variant, forKey: key) {
          collisions.append("\(other) = \(variant)")
        }
        pairs += 1
      }
    }
    #expect(collisions.prefix(5) == [])
    #expect(pairs > 1500)
  }

  /// What is remembered makes an answer its user's, whatever the question.
  @Test func whatIsRememberedIsNeverShared() {
    let corpus = CorpusStamp(version: "v", validityDate: "2026-04-01")
    var keys: Set<CacheKey> = []
    for fact in FamilyFact.all {
      for user in ["a", "b"] {
        var asked = request("Quel est le montant de l'AAH ?", user: user)
        asked.memories = [fact.text]
        #expect(asked.cacheScope == .user(user))
        if let key = asked.cacheKey(model: "m", corpus: corpus) { keys.insert(key) }
      }
    }
    #expect(keys.count == FamilyFact.all.count * 2)
  }
}
