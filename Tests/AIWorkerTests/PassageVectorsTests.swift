import AIWorker
import Foundation
import GeminiSimulator
import Knowledge
import Telemetry
import Testing
import WorkerAPI

/// Passages found by meaning beside words, with the simulator's vectors.
@Suite struct PassageVectorsTests {
  /// Two documents come close to each other here, so that a vector is wanted.
  private static let doubtful = "Quelles aides pour mon logement et ma retraite ?"
  private static let clear = "Quel est le montant de l'AAH ?"

  private func path() -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("phoenix-vectors-\(UUID().uuidString)").path
  }

  private func embeddings(_ fixture: GeminiFixture) -> Int {
    fixture.simulator.ledger.counts.calls["batchEmbedContents"] ?? 0
  }

  private func ready(_ fixture: GeminiFixture) async throws {
    _ = try await fixture.whole(GeminiFixture.request(Self.doubtful))
    #expect(await eventually { fixture.hasVectors })
  }

  @Test func theFirstDoubtHasThePassagesEmbeddedAndDoesNotWait() async throws {
    try await GeminiFixture.with(usesVectors: true) { fixture in
      _ = try await fixture.whole(GeminiFixture.request(Self.clear))
      #expect(embeddings(fixture) == 0, "a clear question wants no vector")
    }
    try await GeminiFixture.with(usesVectors: true) { fixture in
      let answer = try await fixture.whole(GeminiFixture.request(Self.doubtful))
      #expect(answer.model == "gemini-2.5-flash")
      #expect(await eventually { fixture.hasVectors })
      let passages = KnowledgeIndex.standard.passages.count
      #expect(embeddings(fixture) == (passages + 99) / 100)
      let again = try await fixture.whole(
        GeminiFixture.request("Quelles aides pour ma retraite et mon logement ?"))
      #expect(again.calls.filter { $0.method == "batchEmbedContents" }.count >= 1)
      await fixture.reconcile()
    }
  }

  /// Every call and token stands with an answer, so that the gateway's ledger is the simulator's.
  @Test(arguments: [false, true])
  func callsAndTokensOfVectorsAreTold(_ tellsUsage: Bool) async throws {
    try await GeminiFixture.with(usesVectors: true, tellsEmbeddingUsage: tellsUsage) { fixture in
      var calls: [ModelCall] = []
      calls += try await fixture.whole(GeminiFixture.request(Self.doubtful)).calls
      #expect(await eventually { fixture.hasVectors })
      for message in [
        "Quelles aides pour ma retraite et mon logement ?", Self.clear, Self.doubtful + " ?",
      ] {
        calls += try await fixture.whole(GeminiFixture.request(message)).calls
      }
      await fixture.reconcile()
      let theirs = fixture.simulator.ledger.counts
      #expect(calls.count == theirs.allCalls)
      #expect(calls.reduce(0) { $0 + $1.usage.totalTokens } == theirs.tokens.total)
      let ofVectors = calls.filter { $0.method == "batchEmbedContents" }
      #expect(ofVectors.contains { $0.usage.promptTokens > 0 } == tellsUsage)
      #expect(ofVectors.contains { $0.costNanoUSD > 0 } == tellsUsage)
      #expect(ofVectors.allSatisfy { $0.model == "gemini-embedding-001" })
    }
  }

  @Test func withoutConsentNoTextIsEmbedded() async throws {
    try await GeminiFixture.with(usesVectors: true) { fixture in
      _ = try await fixture.whole(GeminiFixture.request(Self.doubtful, consent: false))
      #expect(fixture.simulator.ledger.counts.allCalls == 0)
      try await ready(fixture)
      let before = fixture.simulator.ledger.counts.allCalls
      _ = try await fixture.whole(
        GeminiFixture.request("Quelles aides pour ma retraite, mon logement ?", consent: false))
      #expect(fixture.simulator.ledger.counts.allCalls == before)
    }
  }

  @Test(arguments: [Fault.Kind.unavailable, .hang, .rateLimit, .emptyBody])
  func withoutTheirVectorWordsAnswerAtOnce(_ kind: Fault.Kind) async throws {
    try await GeminiFixture.with(usesVectors: true) { fixture in
      try await ready(fixture)
      #expect(
        fixture.simulator.faults.add(FaultPlan.Rule(Fault(kind), method: "batchEmbedContents")))
      let started = ContinuousClock.now
      let answer = try await fixture.whole(
        GeminiFixture.request("Quelles aides pour ma retraite et mon logement ?"))
      #expect(answer.model == "gemini-2.5-flash" && !answer.sources.isEmpty)
      #expect(ContinuousClock.now - started < .seconds(2))
      await fixture.reconcile()
    }
  }

  /// Vectors that fail do not close the way to answers.
  @Test func aBreakerOfTheirOwn() async throws {
    try await GeminiFixture.with(usesVectors: true) { fixture in
      try await ready(fixture)
      #expect(
        fixture.simulator.faults.add(
          FaultPlan.Rule(Fault(.internalError), method: "batchEmbedContents")))
      for question in try Self.asked().filter({ !$0.relevant.isEmpty && $0.isDoubtful }).prefix(12)
      {
        let answer = try await fixture.whole(GeminiFixture.request(question.text))
        #expect(answer.model == "gemini-2.5-flash")
      }
      #expect(fixture.told.circuits == [])
      #expect(fixture.told.vectorFailures.contains("circuit_open"), "asked no more")
      await fixture.reconcile()
    }
  }

  @Test func passagesThatFailAreTriedAgainLater() async throws {
    try await GeminiFixture.with(usesVectors: true) { fixture in
      #expect(
        fixture.simulator.faults.add(
          FaultPlan.Rule(Fault(.precondition), method: "batchEmbedContents")))
      let answer = try await fixture.whole(GeminiFixture.request(Self.doubtful))
      #expect(answer.model == "gemini-2.5-flash")
      #expect(await eventually { fixture.told.vectorFailures == ["precondition"] })
      // Within the pause nobody asks again.
      _ = try await fixture.whole(GeminiFixture.request(Self.doubtful + " ?"))
      #expect(embeddings(fixture) == 1 && !fixture.hasVectors)
    }
  }

  @Test func theFileSparesTheSecondWorkerTheCalls() async throws {
    let path = path()
    defer { unlink(path) }
    try await GeminiFixture.with(usesVectors: true, vectorFile: path) { fixture in
      try await ready(fixture)
      #expect(await eventually { FileManager.default.fileExists(atPath: path) })
    }
    try await GeminiFixture.with(usesVectors: true, vectorFile: path) { fixture in
      #expect(fixture.hasVectors)
      _ = try await fixture.whole(GeminiFixture.request(Self.doubtful))
      #expect(embeddings(fixture) == 1, "the question's alone")
    }
    // Another model's vectors are no use.
    try await GeminiFixture.with(
      usesVectors: true, vectorFile: path, change: { $0.embeddingModel = "gemini-embedding-2" }
    ) { fixture in
      #expect(!fixture.hasVectors)
    }
    // Broken, it is made anew.
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    try await GeminiFixture.with(usesVectors: true, vectorFile: path) { fixture in
      #expect(!fixture.hasVectors)
      try await ready(fixture)
      #expect(
        await eventually { (try? VectorFile(path: path).read(dimensions: 768))?.isEmpty == false })
    }
  }

  /// A vector costs a call and a wait: where words are clear, none is asked for.
  @Test func mostQuestionsNeedNoVector() throws {
    var asked = (clear: 0, doubtful: 0, rightWhereClear: 0, rightWhereDoubtful: 0)
    for question in try Self.asked() {
      guard let best = question.best, !question.relevant.isEmpty else { continue }
      if question.isDoubtful {
        asked.doubtful += 1
        asked.rightWhereDoubtful += question.relevant.contains(best) ? 1 : 0
      } else {
        asked.clear += 1
        asked.rightWhereClear += question.relevant.contains(best) ? 1 : 0
      }
    }
    print("vectors wanted: \(asked)")
    let right = Double(asked.rightWhereClear) / Double(asked.clear)
    let rightInDoubt = Double(asked.rightWhereDoubtful) / Double(max(1, asked.doubtful))
    #expect(asked.clear > asked.doubtful && right > rightInDoubt)
  }

  private struct Asked {
    let text: String
    let relevant: Set<String>
    /// Slug of what words find first.
    let best: String?
    let isDoubtful: Bool
  }

  /// The questions of `Tests/Questions`, with what words alone find.
  private static func asked() throws -> [Asked] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let lines = try String(
      contentsOf: root.appendingPathComponent("Questions/retrieval.jsonl"), encoding: .utf8)
    return try lines.split(separator: "\n").map { line in
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let text = try #require(json["q"] as? String)
      let hits = KnowledgeIndex.standard.search(text, limit: 12)
      return Asked(
        text: text, relevant: Set(json["relevant"] as? [String] ?? []), best: hits.first?.slug,
        isDoubtful: PassageSearch.isDoubtful(hits))
    }
  }

  /// What is near in meaning comes in beside what words found, and nothing else decides whether a
  /// question is ours.
  @Test func rankingsAreJoinedByTheirPlaces() throws {
    let index = KnowledgeIndex.standard
    let reading = index.read(Self.doubtful)
    let hits = index.search(reading, limit: 12)
    let best = try #require(hits.first)
    #expect(index.fuse(hits, near: [], for: reading, limit: 12).map(\.slug) == hits.map(\.slug))
    #expect(index.fuse([], near: [0, 1], for: reading, limit: 12).isEmpty)
    // A passage that both have comes before those that one has.
    let second = try #require(
      index.passages.firstIndex { $0.slug == hits[1].slug && $0.heading == hits[1].heading })
    let joined = index.fuse(hits, near: [second], for: reading, limit: 12)
    #expect(joined.first?.heading == hits[1].heading && joined.first?.score == best.score)
    // One that words did not find is taken in.
    let strange = try #require(
      index.passages.firstIndex { passage in !hits.contains { $0.slug == passage.slug } })
    let widened = index.fuse(hits, near: [strange], for: reading, limit: 12)
    #expect(widened.contains { $0.slug == index.passages[strange].slug })
    #expect(zip(widened, widened.dropFirst()).allSatisfy { $0.score >= $1.score })
    #expect(index.fuse(hits, near: [.max, -1], for: reading, limit: 12).count == hits.count)
  }
}

extension GeminiFixture {
  fileprivate var hasVectors: Bool { vectors?.isReady == true }
}

extension Observations {
  var vectorFailures: [String] {
    list.compactMap { if case .vectorsFailed(let reason) = $0 { reason } else { nil } }
  }
}
