import AIWorker
import Synchronization
import Telemetry
import Testing
import WorkerAPI

@Suite struct ChatServiceTests {
  private let clock = ManualClock()
  private let generator = ScriptedGenerator()
  private let told = Observations()

  private func service(
    _ generator: (any AnswerGenerator)? = nil,
    corpus: @escaping @Sendable () -> CorpusStamp = {
      CorpusStamp(version: "v", validityDate: "2026-04-01")
    }
  ) -> ChatService {
    let (clock, told) = (clock, told)
    return ChatService(
      generator: generator ?? self.generator,
      cache: ResponseCache(capacity: 100, lifetime: .seconds(60)),
      clock: TelemetryClock(monotonic: { clock.now() }, wall: { 0 }), corpus: corpus,
      observe: { told.add($0) })
  }

  private func request(_ message: String, user: String? = "u") -> ChatSendRequest {
    ChatSendRequest(message: message, userID: user, consent: false)
  }

  private let everybodys = "Quel est le montant de l'AAH ?"

  @Test func answersTheSecondAskerFromTheCache() async throws {
    let service = service()
    let first = try await service.answer(request(everybodys), bypassesCache: false).whole()
    let second = try await service.answer(
      request("  quel est le montant de l'AAH ?", user: "v"), bypassesCache: false
    ).whole()
    #expect(first.cache == .miss && first.usage.totalTokens == 15 && first.tokensSaved == 0)
    #expect(second.cache == .hit && second.cached)
    #expect(second.answer == first.answer && second.sources == first.sources)
    #expect(second.usage == .zero && second.tokensSaved == 15)
    #expect(generator.count == 1)
    #expect(service.hitRate == 0.5)
  }

  @Test(arguments: [
    "Mon fils Lucas a-t-il droit à l'AEEH ?", "mon dossier n° 45621 est-il complet ?",
    "né le 12/03/2015, a-t-il droit à l'AEEH ?", "j'habite 12 rue des Lilas",
    "appelez-moi au 06 12 34 56 78", "écrivez à parent@example.org",
  ])
  func aPersonalAnswerIsNeverServedToAnother(_ message: String) async throws {
    let echo = ScriptedGenerator { request, _ in
      GeneratedAnswer(
        text: "pour \(request.userID ?? "personne")", sources: [], model: "scripted", usage: .zero)
    }
    let service = service(echo)
    for user in ["u", "v", "w"] {
      let answer = try await service.answer(request(message, user: user), bypassesCache: false)
        .whole()
      #expect(answer.answer == "pour \(user)" && answer.cache == .miss)
    }
    let again = try await service.answer(request(message, user: "u"), bypassesCache: false).whole()
    #expect(again.answer == "pour u" && again.cache == .hit)
  }

  /// Together as well: two users who ask at once must not share a flight.
  @Test func aPersonalFlightIsNeverShared() async throws {
    let gate = Gate()
    let slow = ScriptedGenerator { request, _ in
      try await gate.pass()
      return GeneratedAnswer(
        text: request.userID ?? "", sources: [], model: "scripted", usage: .zero)
    }
    let service = service(slow)
    let replies = (0..<20).map { number in
      service.answer(request("mon fils Lucas", user: "u\(number)"), bypassesCache: false)
    }
    #expect(replies.allSatisfy { $0.cache == .miss })
    await gate.open()
    for (number, reply) in replies.enumerated() {
      #expect(try await reply.whole().answer == "u\(number)")
    }
  }

  @Test func historyAndMemoriesMakeItTheUsers() async throws {
    let service = service()
    var withHistory = request(everybodys)
    withHistory.history = [ChatTurn(role: .user, content: "Bonjour")]
    var withMemory = request(everybodys)
    withMemory.memories = ["a un fils"]
    for request in [withHistory, withMemory] {
      for user in ["u", "v"] {
        var own = request
        own.userID = user
        #expect(try await service.answer(own, bypassesCache: false).whole().cache == .miss)
      }
      #expect(try await service.answer(request, bypassesCache: false).whole().cache == .hit)
    }
  }

  @Test func whatIsNobodysIsAnsweredAndNotKept() async throws {
    let service = service()
    let nobodys = request("mon fils Lucas", user: nil)
    for _ in 0..<2 {
      #expect(try await service.answer(nobodys, bypassesCache: false).whole().cache == .bypass)
    }
    #expect(service.stats.entries == 0 && generator.count == 2)
  }

  @Test func noStoreNeitherLooksNorKeeps() async throws {
    let service = service()
    for _ in 0..<2 {
      let answer = try await service.answer(request(everybodys), bypassesCache: true).whole()
      #expect(answer.cache == .bypass && !answer.cached && answer.usage.totalTokens == 15)
    }
    #expect(generator.count == 2 && service.stats.entries == 0)
    #expect(
      try await service.answer(request(everybodys), bypassesCache: false).whole().cache == .miss)
  }

  @Test func answersDieWhenAnAmountChanges() async throws {
    let dates = DateBox()
    let service = service(corpus: { CorpusStamp(version: "v", validityDate: dates.value) })
    _ = try await service.answer(request(everybodys), bypassesCache: false).whole()
    #expect(
      try await service.answer(request(everybodys), bypassesCache: false).whole().cache == .hit)
    dates.value = "2027-04-01"
    #expect(
      try await service.answer(request(everybodys), bypassesCache: false).whole().cache == .miss)
  }

  @Test func answersDieWithTime() async throws {
    let service = service()
    _ = try await service.answer(request(everybodys), bypassesCache: false).whole()
    clock.advance(.seconds(60))
    #expect(
      try await service.answer(request(everybodys), bypassesCache: false).whole().cache == .miss)
    #expect(told.evictions == [CacheEvictionReason.expired: 1])
  }

  @Test func forgettingAUserLeavesTheOthers() async throws {
    let service = service()
    for user in ["u", "v"] {
      _ = try await service.answer(request("mon fils Lucas", user: user), bypassesCache: false)
        .whole()
    }
    #expect(service.forget(user: "U") == 1)
    let mine = service.answer(request("mon fils Lucas", user: "u"), bypassesCache: false)
    #expect(try await mine.whole().cache == .miss)
    let theirs = service.answer(request("mon fils Lucas", user: "v"), bypassesCache: false)
    #expect(try await theirs.whole().cache == .hit)
  }

  @Test func aKeptStreamReadsLikeALiveOne() async throws {
    let text = String(repeating: "Une phrase assez longue pour être coupée. ", count: 10)
    let long = ScriptedGenerator { _, emit in
      for piece in text.split(separator: " ", omittingEmptySubsequences: true) {
        try emit("\(piece) ")
      }
      return GeneratedAnswer(text: text, sources: [], model: "scripted", usage: .zero)
    }
    let service = service(long)
    for outcome in [CacheOutcome.miss, .hit] {
      var events: [ChatEvent] = []
      try await service.answer(request(everybodys), bypassesCache: false)
        .follow { events += $0 }
      #expect(events.first == .start(ChatStart(cache: outcome)))
      let deltas = events.compactMap { if case .delta(let text) = $0 { text } else { nil } }
      #expect(deltas.count > 1 && deltas.joined() == text)
      guard case .done(let done)? = events.last else {
        Issue.record("a stream must end in done")
        continue
      }
      #expect(done.answer == text && done.cache == outcome)
      #expect(events.dropLast().last == .sources([]))
    }
  }

  @Test func aFailureEndsAStreamWithAnError() async throws {
    let failing = ScriptedGenerator { _, emit in
      try emit("début")
      throw ChatFailure(code: "cut", message: "x")
    }
    let service = service(failing)
    var events: [ChatEvent] = []
    try await service.answer(request(everybodys), bypassesCache: false).follow { events += $0 }
    #expect(
      events == [
        .start(ChatStart(cache: .miss)), .delta("début"),
        .error(ChatFailure(code: "cut", message: "x")),
      ])
    #expect(service.stats.entries == 0)
  }

  @Test func tellsEachAnswerOnce() async throws {
    let service = service()
    for _ in 0..<3 {
      _ = try await service.answer(request(everybodys), bypassesCache: false).whole()
    }
    #expect(told.lookups == [.miss, .hit, .hit])
    #expect(told.answers.map(\.cache) == [.miss, .hit, .hit])
    #expect(told.answers.allSatisfy { $0.model == "scripted" })
  }

  @Test func piecesJoinedAreTheText() {
    for text in [
      "", "court", String(repeating: "a", count: 1000), String(repeating: "mot ", count: 300),
      String(repeating: "é😀 ", count: 100),
    ] {
      #expect(AnswerPieces.split(text).joined() == text)
      #expect(AnswerPieces.split(text).allSatisfy { !$0.isEmpty && $0.count <= 240 })
    }
  }
}

/// A date that a test moves.
final class DateBox: Sendable {
  private let box = Mutex("2026-04-01")
  var value: String {
    get { box.withLock { $0 } }
    set { box.withLock { $0 = newValue } }
  }
}
