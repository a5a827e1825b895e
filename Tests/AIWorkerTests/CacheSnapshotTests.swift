import AIWorker
import Foundation
import Synchronization
import Telemetry
import Testing
import WorkerAPI

/// Public answers over a restart, and only these.
@Suite struct CacheSnapshotTests {

  private final class Box: Sendable {
    let monotonic: ManualClock
    let wall: Mutex<UInt64>
    init(monotonic: ManualClock = ManualClock(), wall: UInt64 = 1_800_000_000_000_000_000) {
      self.monotonic = monotonic
      self.wall = Mutex(wall)
    }
    func advance(_ duration: Duration) {
      monotonic.advance(duration)
      wall.withLock { $0 += UInt64(duration.components.seconds) * 1_000_000_000 }
    }
  }

  private func service(
    _ box: Box, generator: ScriptedGenerator = ScriptedGenerator(), capacity: Int = 100,
    version: String = "v", told: Observations = Observations()
  ) -> ChatService {
    ChatService(
      generator: generator, cache: ResponseCache(capacity: capacity, lifetime: .seconds(86_400)),
      clock: TelemetryClock(
        monotonic: { box.monotonic.now() }, wall: { box.wall.withLock { $0 } }),
      corpus: { CorpusStamp(version: version, validityDate: "2026-04-01") },
      observe: { told.add($0) })
  }

  private func ask(_ service: ChatService, _ message: String, user: String = "u") async throws
    -> ChatSendAnswer
  {
    try await service.answer(
      ChatSendRequest(message: message, userID: user, consent: true), bypassesCache: false
    ).whole()
  }

  private func path() -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("phoenix-cache-\(UUID().uuidString).json").path
  }

  @Test func publicAnswersComeBackAndPersonalOnesNeverLeave() async throws {
    let file = path()
    defer { unlink(file) }
    let box = Box()
    let plain = ScriptedGenerator { _, _ in
      GeneratedAnswer(
        text: "Une réponse.",
        sources: [ChatSource(slug: "s", title: "T", url: "/guides/s", score: 1, excerpt: "e")],
        model: "scripted", usage: ChatUsage(promptTokens: 10, candidatesTokens: 5))
    }
    let first = service(box, generator: plain)
    let everybodys = try await ask(first, "Quel est le montant de l'AAH ?")
    _ = try await ask(first, "Mon fils Lucas a-t-il droit à l'AEEH ?")
    first.save(to: file)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(!text.contains("Lucas"))
    #expect(!text.contains("Quel est"), "questions are kept as digests alone")
    var status = stat()
    #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)

    // The clock that never goes back begins anew with a process.
    let generator = ScriptedGenerator()
    let told = Observations()
    let second = service(
      Box(wall: box.wall.withLock { $0 }), generator: generator, told: told)
    second.restore(from: file)
    let again = try await ask(second, "quel est le montant de l'AAH", user: "v")
    #expect(again.cache == .hit && again.answer == everybodys.answer)
    #expect(again.sources == everybodys.sources && again.tokensSaved == 15)
    #expect(generator.count == 0)
    #expect(try await ask(second, "Mon fils Lucas a-t-il droit à l'AEEH ?").cache == .miss)
    let restored = told.list.compactMap {
      if case .cacheRestored(let entries, let refused) = $0 { (entries, refused) } else { nil }
    }
    #expect(restored.count == 1 && restored[0].0 == 1 && restored[0].1 == nil)
  }

  @Test func anAnswerKeepsTheRestOfItsTime() async throws {
    let box = Box()
    let first = service(box)
    _ = try await ask(first, "Qui paie la PCH ?")
    box.advance(.seconds(80_000))
    let snapshot = first.snapshot
    let restarted = Box(wall: box.wall.withLock { $0 })
    let second = service(restarted)
    #expect(second.restore(snapshot) == 1)
    restarted.advance(.seconds(6_399))
    #expect(try await ask(second, "Qui paie la PCH ?").cache == .hit)
    restarted.advance(.seconds(1))
    #expect(try await ask(second, "Qui paie la PCH ?").cache == .miss, "24 h after it was made")
    // Long after, or where the wall clock was set back: nothing, or no more than a whole time.
    let late = service(Box(wall: 1_900_000_000_000_000_000))
    #expect(late.restore(snapshot) == 0)
    let early = Box(wall: 1_000_000_000_000_000_000)
    let back = service(early)
    #expect(back.restore(snapshot) == 1)
    early.advance(.seconds(86_400))
    #expect(try await ask(back, "Qui paie la PCH ?").cache == .miss)
  }

  @Test func otherDocumentsTakeNothingBack() async throws {
    let box = Box()
    let first = service(box)
    _ = try await ask(first, "Qui paie la PCH ?")
    #expect(service(box, version: "w").restore(first.snapshot) == 0)
    var other = first.snapshot
    other.basis.prompt += "x"
    #expect(service(box).restore(other) == 0)
    other = first.snapshot
    other.basis.model = "other"
    #expect(service(box).restore(other) == 0)
  }

  @Test func theMostRecentlyUsedComeBackInTheirOrder() async throws {
    let box = Box()
    let first = service(box)
    let questions = (0..<8).map { "Qui paie la PCH pour \($0) enfants ?" }
    for question in questions { _ = try await ask(first, question) }
    _ = try await ask(first, questions[0])
    let small = service(box, capacity: 3)
    #expect(small.restore(first.snapshot) == 3)
    for index in [6, 7, 0] {
      #expect(try await ask(small, questions[index]).cache == .hit, "\(index)")
    }
    #expect(try await ask(small, questions[1]).cache == .miss)
  }

  @Test(arguments: ["", "{", "[]", "{\"basis\":1}", "null"])
  func aBrokenFileCostsMissesAndNotTheStart(_ text: String) async throws {
    let file = path()
    defer { unlink(file) }
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let told = Observations()
    let service = service(Box(), told: told)
    service.restore(from: file)
    service.restore(from: file + ".absent")
    #expect(try await ask(service, "Qui paie la PCH ?").cache == .miss)
    let refusals = told.list.compactMap {
      if case .cacheRestored(0, let refused) = $0 { refused } else { nil }
    }
    #expect(refusals == ["malformed"])
  }

  @Test func aFolderThatIsNotThereIsAFaultAndNoCrash() async throws {
    let told = Observations()
    let service = service(Box(), told: told)
    service.save(to: "/nonexistent/folder/cache.json")
    #expect(told.list.contains { if case .internalFault = $0 { true } else { false } })
  }
}
