import AIWorker
import Telemetry
import Testing
import WorkerAPI

/// The chat over the real documents.
@Suite struct KnowledgeChatTests {
  private let told = Observations()

  private func service(on day: Counter) -> ChatService {
    let told = told
    // 30 March 2026 at noon, and as many days later as the counter says.
    let clock = TelemetryClock(
      monotonic: { 1 },
      wall: { (1_774_868_400 + UInt64(day.value) * 86_400) * 1_000_000_000 })
    let generator = ExtractiveGenerator(clock: clock, observe: { told.add($0) })
    return ChatService(
      generator: generator, cache: ResponseCache(capacity: 10, lifetime: .seconds(3600)),
      clock: clock, corpus: generator.corpus, observe: { told.add($0) })
  }

  private func ask(_ service: ChatService, _ message: String, user: String) async throws
    -> ChatSendAnswer
  {
    try await service.answer(
      ChatSendRequest(message: message, userID: user, consent: false), bypassesCache: false
    ).whole()
  }

  @Test func givesTheAmountItsDateAndItsSource() async throws {
    let service = service(on: Counter())
    let first = try await ask(service, "Quel est le montant de l'AAH ?", user: "a")
    #expect(first.answer.contains("1 041,59") && first.answer.contains("avril 2026"))
    #expect(first.sources.first?.slug == "aah-allocation-adultes-handicapes")
    #expect(first.sources.count <= 3)
    #expect(first.model == "extractive" && first.usage == .zero && !first.cached)
    let second = try await ask(service, "Quel est le montant de l'AAH ?", user: "b")
    #expect(second.cached && second.answer == first.answer && second.sources == first.sources)
    #expect(told.retrievals == 1)
  }

  @Test func doesNotServeAnAnswerFromBeforeARevaluation() async throws {
    let day = Counter()
    let service = service(on: day)
    #expect(service.stats.validityDate == "2026-01-01")
    _ = try await ask(service, "Quel est le montant de l'AAH ?", user: "a")
    day.add()
    #expect(try await ask(service, "Quel est le montant de l'AAH ?", user: "a").cache == .hit)
    day.add()
    #expect(service.stats.validityDate == "2026-04-01")
    #expect(try await ask(service, "Quel est le montant de l'AAH ?", user: "a").cache == .miss)
  }

  @Test func streamsTheWholeAnswerInPieces() async throws {
    let service = service(on: Counter())
    var text = ""
    try await service.answer(
      ChatSendRequest(message: "Qui paie la PCH ?", userID: "a", consent: false),
      bypassesCache: false
    ).follow { events in
      for case .delta(let piece) in events { text += piece }
    }
    let whole = try await ask(service, "Qui paie la PCH ?", user: "b")
    #expect(whole.cached && whole.answer == text)
  }
}
