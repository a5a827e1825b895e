import AIWorker
import Foundation
import GeminiSimulator
import ServiceHost
import Telemetry
import Testing
import WorkerAPI

/// The client by itself: JSON by a schema, pictures, vectors, counts.
@Suite struct GeminiClientTests {
  private static let schema = GeminiSchema.object([
    .init("summary", .string()),
    .init(
      "montants",
      .array(
        .object([.init("value", .number), .init("label", .nullable(.string()))]), maxItems: 20)),
    .init("sens", .choice(["accord", "rejet"]), note: "Ce qui a été décidé."),
    .init("fin", .nullable(.string(format: "date")), isRequired: false),
  ])

  private func letter() -> GeminiRequest {
    GeminiRequest(
      instruction: "Lis le courrier.",
      turns: [
        .init(
          .user,
          [
            .inline(mimeType: "image/png", bytes: [0x89, 0x50, 0x4E, 0x47]),
            .text("Le rejet porte sur 151,80 € à compter du 2026-04-01."),
          ])
      ], schema: Self.schema)
  }

  @Test func readsJSONOfASchemaWithAPicture() async throws {
    try await GeminiFixture.with { fixture in
      let (value, answer) = try await fixture.client.generateJSON(letter())
      #expect(value["montants"]?.array?.first?["value"]?.number == 151.8)
      #expect(value["sens"]?.string == "rejet")
      #expect(answer.calls.count == 1 && answer.model == "gemini-2.5-flash")
      let body = String(
        decoding: try #require(fixture.simulator.ledger.calls.last).body, as: UTF8.self)
      #expect(body.contains("\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw==\"}"))
      #expect(body.contains("\"propertyOrdering\":[\"summary\",\"montants\",\"sens\",\"fin\"]"))
      await fixture.reconcile()
    }
  }

  @Test func jsonThatDoesNotFitIsAskedForAgainAndCounted() async throws {
    try await GeminiFixture.with { fixture in
      fixture.fail(Fault(.badJSON), times: 1)
      let (_, answer) = try await fixture.client.generateJSON(letter())
      #expect(answer.calls.map(\.outcome) == [.error, .ok])
      #expect(answer.calls.allSatisfy { $0.usage.totalTokens > 0 })
      await fixture.reconcile()
      fixture.fail(Fault(.badJSON))
      await #expect(throws: GeminiError.self) {
        _ = try await fixture.client.generateJSON(letter())
      }
      await fixture.reconcile()
    }
  }

  @Test func vectorsHaveLengthOneAndTheOrderOfTheirTexts() async throws {
    try await GeminiFixture.with { fixture in
      let texts = (0..<230).map { "texte numéro \($0) sur la \(["PCH", "MDPH", "CAF"][$0 % 3])" }
      let vectors = try await fixture.client.embed(texts, for: .document).vectors
      #expect(vectors.count == 230 && vectors.allSatisfy { $0.count == 768 })
      for vector in vectors {
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-3)
      }
      #expect(
        fixture.simulator.ledger.counts.calls["batchEmbedContents"] == 3, "at most 100 in a batch")
      let one = try await fixture.client.embed([texts[117]], for: .document).vectors
      #expect(zip(one[0], vectors[117]).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(try await fixture.client.embed([], for: .query).vectors.isEmpty)
      fixture.fail(Fault(.unavailable), times: 1)
      #expect(try await fixture.client.embed(["a b c"], for: .query).vectors.count == 1)
      await fixture.reconcile()
    }
  }

  @Test func countsTheTokensOfAPrompt() async throws {
    try await GeminiFixture.with { fixture in
      let request = GeminiRequest(
        instruction: String(repeating: "a", count: 40),
        turns: [.init(.user, [.text(String(repeating: "b", count: 80))])])
      #expect(try await fixture.client.countTokens(request) == 30)
      let answer = try await fixture.client.generate(request)
      #expect(answer.calls.first?.usage.promptTokens == 30)
    }
  }

  @Test func thoughtsAreNotToldAndAreCounted() async throws {
    try await GeminiFixture.with(change: { $0.model = "gemini-3.5-flash-lite" }) { fixture in
      fixture.fail(Fault(.thoughts))
      let answer = try await fixture.whole()
      #expect(!answer.answer.contains("Je cherche dans les fiches"))
      #expect(answer.model == "gemini-3.5-flash-lite")
      #expect(answer.usage.thoughtsTokens > 0)
      await fixture.reconcile()
    }
  }

  @Test func theSecondQuestionFindsTheInstructionCached() async throws {
    try await GeminiFixture.with { fixture in
      _ = try await fixture.whole()
      let second = try await fixture.whole(GeminiFixture.request("Qui paie la PCH ?"))
      #expect(second.usage.cachedTokens > 200)
      #expect(second.usage.cachedTokens < second.usage.promptTokens)
      await fixture.reconcile()
    }
  }

  @Test func aSchemaKnowsWhatFits() throws {
    func fits(_ text: String) throws -> Bool {
      try Self.schema.accepts(JSONValue(parsing: Array(text.utf8)))
    }
    let good = #"{"summary":"s","montants":[{"value":1,"label":null}],"sens":"accord"}"#
    #expect(try fits(good))
    for bad in [
      #"{"montants":[],"sens":"accord"}"#, #"{"summary":1,"montants":[],"sens":"accord"}"#,
      #"{"summary":"s","montants":[],"sens":"autre"}"#,
      #"{"summary":"s","montants":[{"value":"1","label":"l"}],"sens":"rejet"}"#, "[]", "null",
    ] {
      #expect(try !fits(bad), "\(bad)")
    }
  }
}
