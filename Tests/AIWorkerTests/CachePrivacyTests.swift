import AIWorker
import Synchronization
import Telemetry
import Testing
import WorkerAPI

/// Over random histories of many users: an answer that was made from anything personal reaches
/// nobody but its user, by a hit, a shared flight, a restart, or after a reset.
@Suite struct CachePrivacyTests {
  private static let everybodys = [
    "Quel est le montant de l'AAH ?", "Qui paie la PCH ?", "comment demander l'AEEH",
    "La RQTH dure combien de temps ?", "Faut-il 80 % pour la CMI ?",
  ]
  private static let personal = [
    "Mon fils Lucas a-t-il droit à l'AEEH ?", "ma fille Inès Benali, née le 12/03/2015",
    "J'habite 12 rue des Lilas à Lyon", "mon dossier n° 45621 est-il complet ?",
    "écrivez-moi à parent@exemple.fr", "appelez le 06 12 34 56 78",
  ]

  /// Says for whom, and of what, it was made.
  private struct Mark: Equatable {
    var user: String
    var isPersonal: Bool

    static func of(_ answer: String) -> Mark? {
      let parts = answer.split(separator: "|")
      guard parts.count == 2 else { return nil }
      return Mark(user: String(parts[0]), isPersonal: parts[1] == "personal")
    }
  }

  private static func isPersonal(_ request: ChatSendRequest) -> Bool {
    !request.history.isEmpty || !request.memories.isEmpty || personal.contains(request.message)
  }

  private func generator(_ seed: UInt64) -> ScriptedGenerator {
    ScriptedGenerator { request, emit in
      // Some are slow, so that others come while they are made.
      if request.message.utf8.count % 3 == 0 { try await Task.sleep(for: .microseconds(300)) }
      let kind = CachePrivacyTests.isPersonal(request) ? "personal" : "public"
      let text = "\(request.userID ?? "nobody")|\(kind)"
      try emit(text)
      return GeneratedAnswer(text: text, sources: [], model: "scripted", usage: .zero)
    }
  }

  private func request(_ random: inout SeededGenerator) -> ChatSendRequest {
    let isPersonal = Int.random(in: 0..<3, using: &random) == 0
    let messages = isPersonal ? Self.personal : Self.everybodys
    var request = ChatSendRequest(
      message: messages[Int.random(in: messages.indices, using: &random)],
      userID: Int.random(in: 0..<20, using: &random) == 0
        ? nil : "u\(Int.random(in: 0..<6, using: &random))",
      consent: Bool.random(using: &random))
    if Int.random(in: 0..<4, using: &random) == 0 {
      request.history = [ChatTurn(role: .user, content: "bonjour")]
    }
    if Int.random(in: 0..<6, using: &random) == 0 {
      // What is remembered of one user and of another is often the same.
      request.memories = (0..<Int.random(in: 1...2, using: &random)).map { _ in
        FamilyFact.all[Int.random(in: 0..<3, using: &random) * 40].text
      }
    }
    return request
  }

  @Test(arguments: 1...12)
  func aPersonalAnswerReachesNobodyElse(_ seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let clock = ManualClock()
    let corpus: @Sendable () -> CorpusStamp = {
      CorpusStamp(version: "v", validityDate: "2026-04-01")
    }
    func service() -> ChatService {
      ChatService(
        generator: generator(UInt64(seed)),
        cache: ResponseCache(capacity: 12, lifetime: .seconds(60)),
        clock: TelemetryClock(monotonic: { clock.now() }, wall: { 0 }), corpus: corpus,
        observe: { _ in })
    }
    var current = service()
    let leaks = Collected<String>()
    let served = Collected<CacheOutcome>()
    for _ in 0..<40 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: _ = current.forget(user: "u\(Int.random(in: 0..<6, using: &random))")
      case 1: clock.advance(.seconds(Int.random(in: 0..<40, using: &random)))
      case 2:
        // A restart: what the snapshot holds is all that the next one knows.
        let next = service()
        _ = next.restore(current.snapshot)
        current = next
      default:
        let requests = (0..<Int.random(in: 1...16, using: &random)).map { _ in request(&random) }
        let now = current
        await withTaskGroup(of: Void.self) { group in
          for request in requests {
            group.addTask {
              guard
                let answer = try? await now.answer(request, bypassesCache: false).whole(),
                let mark = Mark.of(answer.answer)
              else { return leaks.add("no answer to \(request)") }
              served.add(answer.cache)
              let isOwn = mark.user == (request.userID ?? "nobody")
              if mark.isPersonal, !isOwn { leaks.add("\(mark) served to \(request)") }
              if Self.isPersonal(request), !mark.isPersonal || !isOwn {
                leaks.add("\(request) got \(mark)")
              }
            }
          }
        }
      }
    }
    #expect(leaks.elements == [])
    #expect(served.elements.contains(.hit) && served.elements.contains(.miss))
  }
}
