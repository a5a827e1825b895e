import Foundation
import GeminiSimulator
import Testing
import Upstream

/// Answers as the reference records them.
@Suite struct GenerationTests {
  @Test func aWholeAnswerHasTheRecordedShape() async throws {
    try await SimulatorFixture.with { fixture in
      let reply = try await fixture.ask(question())
      #expect(reply.status == 200)
      #expect(reply.headers.first("content-type") == "application/json; charset=UTF-8")
      #expect(reply.headers.first("server") == "scaffolding on HTTPServer2")
      #expect(reply.headers.filter { $0.name == "vary" }.count == 3)
      // Pretty-printed, two spaces a level.
      #expect(reply.text.hasPrefix("{\n  \"candidates\": [\n    {\n      \"content\": {"))
      #expect(SimulatorFixture.finishReason(reply.json) == "STOP")
      #expect(reply.json["modelVersion"] as? String == "gemini-2.5-flash")
      #expect((reply.json["responseId"] as? String)?.count == 23)
      let text = SimulatorFixture.text(reply.json)
      #expect(text.contains("1 041,59 €"), "the answer is made of the passage")
      #expect(text.contains("[1]"), "it refers to the passage by its number")
      let usage = SimulatorFixture.usage(reply.json)
      let prompt = try #require(usage["promptTokenCount"])
      let candidates = try #require(usage["candidatesTokenCount"])
      let thoughts = try #require(usage["thoughtsTokenCount"], "thinking is on by default")
      #expect(usage["totalTokenCount"] == prompt + candidates + thoughts)
      #expect(usage["cachedContentTokenCount"] == nil, "zeros are left out")
    }
  }

  @Test func theSamePromptHasTheSameAnswerAndTokens() async throws {
    try await SimulatorFixture.with { fixture in
      let first = try await fixture.ask(question())
      let second = try await fixture.ask(question())
      var others: Set<String> = []
      for number in 0..<8 {
        let reply = try await fixture.ask(question("Qui paie l'AAH depuis \(number) ans ?"))
        others.insert(SimulatorFixture.text(reply.json))
      }
      #expect(SimulatorFixture.text(first.json) == SimulatorFixture.text(second.json))
      #expect(SimulatorFixture.usage(first.json) == SimulatorFixture.usage(second.json))
      #expect(others.count > 2, "other questions have other answers")
      #expect(first.json["responseId"] as? String != second.json["responseId"] as? String)
    }
  }

  @Test func aStreamIsFramedToTheByte() async throws {
    try await SimulatorFixture.with { fixture in
      let reply = try await fixture.ask(
        "streamGenerateContent", question(), query: "?alt=sse")
      #expect(reply.headers.first("content-type") == "text/event-stream")
      #expect(reply.headers.first("content-disposition") == "attachment")
      #expect(reply.headers.first("content-length") == nil)
      let blocks = reply.text.components(separatedBy: "\r\n\r\n")
      #expect(blocks.last == "", "the body ends with a separator and no other mark")
      let pieces = blocks.dropLast()
      #expect(pieces.count > 2)
      for piece in pieces {
        #expect(piece.hasPrefix("data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \""))
        #expect(!piece.contains("\n") && !piece.contains(",\n") && !piece.contains("\": [ "))
      }
      let events = SimulatorFixture.events(reply)
      #expect(events.count == pieces.count)
      #expect(events.dropLast().allSatisfy { SimulatorFixture.finishReason($0) == nil })
      #expect(SimulatorFixture.finishReason(try #require(events.last)) == "STOP")
      #expect(Set(events.compactMap { $0["responseId"] as? String }).count == 1)
      // Cumulative: never less than before, and the last one is that of the whole answer.
      let counts = events.map { SimulatorFixture.usage($0)["candidatesTokenCount"] ?? 0 }
      #expect(counts == counts.sorted())
      let whole = try await fixture.ask(question())
      #expect(SimulatorFixture.usage(whole.json)["candidatesTokenCount"] == counts.last)
      #expect(
        events.map(SimulatorFixture.text).joined() == SimulatorFixture.text(whole.json))
    }
  }

  @Test func piecesMayEndWithinACharacter() async throws {
    try await SimulatorFixture.with(splitBytes: 7) { fixture in
      let reply = try await fixture.ask("streamGenerateContent", question(), query: "?alt=sse")
      let text = SimulatorFixture.events(reply).map(SimulatorFixture.text).joined()
      #expect(text.contains("1 041,59 €"))
    }
  }

  @Test func withoutSSEAStreamIsOneArray() async throws {
    try await SimulatorFixture.with { fixture in
      let reply = try await fixture.ask("streamGenerateContent", question())
      #expect(reply.headers.first("content-type") == "application/json; charset=UTF-8")
      let array = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [[String: Any]]
      let whole = try await fixture.ask(question())
      #expect(
        (array ?? []).map(SimulatorFixture.text).joined() == SimulatorFixture.text(whole.json))
      #expect(reply.text.contains(",\r\n{"))
    }
  }

  @Test func thinkingCostsAndIsBounded() async throws {
    try await SimulatorFixture.with { fixture in
      let off = ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0}}"
      let none = try await fixture.ask(question("q", off))
      #expect(SimulatorFixture.usage(none.json)["thoughtsTokenCount"] == nil)
      let small = ",\"generationConfig\":{\"maxOutputTokens\":4}"
      let cut = try await fixture.ask(question("q", small))
      // Thinking takes all of it: no text at all.
      #expect(SimulatorFixture.finishReason(cut.json) == "MAX_TOKENS")
      #expect(SimulatorFixture.text(cut.json) == "")
      let shown =
        ",\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingBudget\":-1}}"
      let open = try await fixture.ask(question("q", shown))
      #expect(open.text.contains("\"thought\": true"))
    }
  }

  @Test func aSchemaIsFollowedWithThePromptsOwnFacts() async throws {
    try await SimulatorFixture.with { fixture in
      let config = """
        ,"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT",\
        "properties":{"montants":{"type":"ARRAY","minItems":"1","items":{"type":"OBJECT",\
        "properties":{"value":{"type":"NUMBER"},"label":{"type":"STRING"}}}},\
        "decision":{"type":"STRING","enum":["rejet","accord"]}},"required":["montants"]}}
        """
      let reply = try await fixture.ask(question("q", config))
      let parts =
        ((reply.json["candidates"] as? [[String: Any]])?.first?["content"]
        as? [String: Any])?["parts"] as? [[String: Any]]
      #expect((parts?.count ?? 0) >= 1)
      let text = Data(SimulatorFixture.text(reply.json).utf8)
      let value = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
      let sums = try #require(value["montants"] as? [[String: Any]])
      #expect(sums.first?["value"] as? Double == 1041.59)
      #expect(value["decision"] as? String == "rejet")
    }
  }

  @Test func aRepeatedInstructionIsCached() async throws {
    try await SimulatorFixture.with(cachedPrefixTokensMin: 10) { fixture in
      let instruction =
        ",\"systemInstruction\":{\"parts\":[{\"text\":\"\(String(repeating: "mot ", count: 60))\"}]}"
      let first = SimulatorFixture.usage(try await fixture.ask(question("a", instruction)).json)
      let second = SimulatorFixture.usage(try await fixture.ask(question("b", instruction)).json)
      #expect(first["cachedContentTokenCount"] == nil)
      #expect(second["cachedContentTokenCount"] == 60)
      #expect(second["promptTokenCount"] == first["promptTokenCount"])
    }
  }

  @Test func countsTokensAsItChargesThem() async throws {
    try await SimulatorFixture.with { fixture in
      let whole = SimulatorFixture.usage(try await fixture.ask(question()).json)
      let counted = try await fixture.ask("countTokens", question())
      #expect(counted.json["totalTokens"] as? Int == whole["promptTokenCount"])
      let wrapped = """
        {"generateContentRequest":{"model":"models/gemini-2.5-flash",\(question().dropFirst())}
        """
      #expect(
        try await fixture.ask("countTokens", wrapped).json["totalTokens"] as? Int
          == whole["promptTokenCount"])
      let wrong = try await fixture.ask(
        "countTokens", question("q", ",\"systemInstruction\":{\"parts\":[{\"text\":\"x\"}]}"))
      #expect(wrong.status == 400 && wrong.message.contains("Unknown name"))
    }
  }

  @Test func vectorsAreTheSameForTheSameTextAndNearForLikeOnes() async throws {
    func request(_ text: String, _ more: String = "") -> String {
      """
      {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"\(text)"}]}\(more)}
      """
    }
    func values(_ reply: SimulatorFixture.Reply) -> [Double] {
      (reply.json["embedding"] as? [String: Any])?["values"] as? [Double] ?? []
    }
    func dot(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).map(*).reduce(0, +) }
    try await SimulatorFixture.with { fixture in
      func vector(_ text: String, _ more: String = "") async throws -> [Double] {
        values(
          try await fixture.ask("embedContent", model: "gemini-embedding-001", request(text, more)))
      }
      let one = try await vector("montant de l'allocation adulte")
      #expect(one.count == 3072)
      #expect(abs(dot(one, one) - 1) < 1e-4, "the full length has length one")
      #expect(try await vector("montant de l'allocation adulte") == one)
      let near = try await vector("le montant d'une allocation")
      let far = try await vector("transport scolaire en taxi")
      #expect(dot(one, near) > dot(one, far) + 0.2)
      let short = try await vector(
        "montant de l'allocation adulte", ",\"outputDimensionality\":768")
      #expect(short == Array(one.prefix(768)))
      #expect(dot(short, short) < 0.9, "a shorter one is not normalised")
      func batch(_ count: Int) -> String {
        "{\"requests\":[" + (0..<count).map { request("texte \($0)") }.joined(separator: ",") + "]}"
      }
      let all = try await fixture.ask(
        "batchEmbedContents", model: "gemini-embedding-001", batch(100))
      #expect((all.json["embeddings"] as? [Any])?.count == 100)
      let over = try await fixture.ask(
        "batchEmbedContents", model: "gemini-embedding-001", batch(101))
      #expect(over.status == 400 && over.message.contains("at most 100 requests"))
    }
  }
}
