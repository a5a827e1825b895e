import Foundation
import GeminiSimulator
import Testing
import Upstream

/// What the API refuses, in its own words.
@Suite struct RefusalTests {
  @Test func keysAreLookedAtFirst() async throws {
    try await SimulatorFixture.with(keys: ["good"]) { fixture in
      let missing = try await fixture.ask(question(), key: nil)
      #expect(missing.status == 403 && missing.error["status"] as? String == "PERMISSION_DENIED")
      #expect(missing.message.hasPrefix("Method doesn't allow unregistered callers"))
      let wrong = try await fixture.ask(question(), key: "other")
      #expect(wrong.status == 400)
      #expect(wrong.message == "API key not valid. Please pass a valid API key.")
      #expect(wrong.details.first?["reason"] as? String == "API_KEY_INVALID")
      #expect(try await fixture.ask(question()).status == 200)
      #expect(try await fixture.ask(question(), key: nil, query: "?key=good").status == 200)
    }
  }

  @Test func modelsAreListedAndOthersAreUnknown() async throws {
    try await SimulatorFixture.with { fixture in
      let list = try await fixture.get("/v1beta/models")
      let models = try #require(list.json["models"] as? [[String: Any]])
      #expect(models.contains { $0["name"] as? String == "models/gemini-2.5-flash" })
      let one = try await fixture.get("/v1beta/models/gemini-embedding-001")
      #expect(
        (one.json["supportedGenerationMethods"] as? [String])?.contains("embedContent") == true)
      let unknown = try await fixture.ask(model: "nope", question())
      #expect(unknown.status == 404)
      #expect(
        unknown.message
          == "models/nope is not found for API version v1beta, or is not supported for "
          + "generateContent. Call ListModels to see the list of available models and their "
          + "supported methods.")
      #expect(try await fixture.ask(model: "gemini-embedding-001", question()).status == 404)
      #expect(try await fixture.ask(model: "gemini-2.0-flash", question()).status == 404)
    }
  }

  @Test(arguments: [
    (",\"foo\":1", "Unknown name \"foo\": Cannot find field."),
    (
      ",\"generationConfig\":{\"foo\":1}",
      "Unknown name \"foo\" at 'generation_config': Cannot find field."
    ),
    (
      ",\"generation_config\":{\"thinking_config\":{\"foo\":1}}",
      "Unknown name \"foo\" at 'generation_config.thinking_config': Cannot find field."
    ),
    (
      ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0,\"thinkingLevel\":\"LOW\"}}",
      "only one of thinking budget and thinking level"
    ),
    (
      ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}",
      "Thinking level is not supported"
    ),
    (
      ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":30000}}",
      "The thinking budget 30000 is invalid"
    ),
    (
      ",\"generationConfig\":{\"responseSchema\":{\"type\":\"OBJECT\"}}",
      "without a JSON response mime type"
    ),
    (
      ",\"safetySettings\":[{\"category\":\"HARM_CATEGORY_HARASSMENT\",\"threshold\":\"OFF\"},"
        + "{\"category\":\"HARM_CATEGORY_HARASSMENT\",\"threshold\":\"OFF\"}]",
      "Duplicate safety setting"
    ),
    (",\"safetySettings\":[{\"category\":\"X\",\"threshold\":\"OFF\"}]", "Invalid value"),
  ])
  func aRequestOfAnotherShapeIsRefused(_ more: String, _ words: String) async throws {
    try await SimulatorFixture.with { fixture in
      let reply = try await fixture.ask(question("q", more))
      #expect(reply.status == 400)
      #expect(reply.error["status"] as? String == "INVALID_ARGUMENT")
      #expect(reply.message.contains(words), "\(reply.message)")
    }
  }

  @Test func contentsAreRequiredAndParsable() async throws {
    try await SimulatorFixture.with { fixture in
      for body in ["", "{", "[]", "{}", "{\"contents\":[]}", "{\"contents\":[{\"parts\":[]}]}"] {
        let reply = try await fixture.ask(body)
        #expect(reply.status == 400, "\(body)")
      }
      let snake = try await fixture.ask(
        question("q", ",\"system_instruction\":{\"parts\":[{\"text\":\"x\"}]}"))
      #expect(snake.status == 200, "snake_case is taken too")
      let image =
        "{\"contents\":[{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/gif\",\"data\":\"aa==\"}}]}]}"
      #expect(try await fixture.ask(image).status == 400)
      #expect(
        try await fixture.ask(image.replacingOccurrences(of: "gif", with: "png")).status == 200)
    }
  }

  @Test func quotasSayHowLongToWait() async throws {
    try await SimulatorFixture.with { fixture in
      let limited = try await fixture.ask(question(), fault: "rate_limit;retry_delay=0.75s")
      #expect(limited.status == 429)
      #expect(limited.error["status"] as? String == "RESOURCE_EXHAUSTED")
      #expect(limited.message.hasSuffix("Please retry in 0.75s."))
      let retry = limited.details.first { ($0["@type"] as? String)?.hasSuffix("RetryInfo") == true }
      #expect(retry?["retryDelay"] as? String == "0.75s")
      let bare = try await fixture.ask(question(), fault: "rate_limit_bare")
      #expect(!bare.text.contains("RetryInfo"))
      let daily = try await fixture.ask(question(), fault: "quota_day")
      #expect(daily.text.contains("GenerateRequestsPerDay") && daily.text.contains("RetryInfo"))
    }
  }

  @Test(arguments: [
    ("internal", 500), ("unavailable", 503), ("deadline", 504), ("bad_gateway", 502),
    ("empty_body", 503), ("precondition", 400), ("not_found", 404), ("invalid_key", 400),
  ])
  func troubleHasItsStatus(_ fault: String, _ status: Int) async throws {
    try await SimulatorFixture.with { fixture in
      let reply = try await fixture.ask(question(), fault: fault)
      #expect(reply.status == status)
      #expect((fault == "bad_gateway") == reply.text.hasPrefix("<html>"))
      #expect((fault == "empty_body") == reply.body.isEmpty)
    }
  }
}
