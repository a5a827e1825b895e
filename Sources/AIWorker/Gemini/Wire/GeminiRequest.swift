import struct FoundationEssentials.Data
import ServiceHost

/// What is asked of a model.
package struct GeminiRequest: Sendable {
  /// One piece of a turn.
  package enum Part: Sendable, Hashable {
    case text(String)
    /// A picture or a PDF; Base64 is made here.
    case inline(mimeType: String, bytes: [UInt8])
  }

  /// One turn of the conversation.
  package struct Turn: Sendable, Hashable {
    /// Who speaks.
    package enum Role: String, Sendable { case user, model }

    package var role: Role
    package var parts: [Part]

    package init(_ role: Role, _ parts: [Part]) {
      self.role = role
      self.parts = parts
    }
  }

  package var instruction: String
  package var turns: [Turn]
  /// Tokens of visible text.
  package var answerTokensMax: Int
  package var temperature: Double
  /// Where the answer is to be JSON of this shape.
  package var schema: GeminiSchema?

  package init(
    instruction: String, turns: [Turn], answerTokensMax: Int = 1024, temperature: Double = 0.2,
    schema: GeminiSchema? = nil
  ) {
    self.instruction = instruction
    self.turns = turns
    self.answerTokensMax = answerTokensMax
    self.temperature = temperature
    self.schema = schema
  }

  // The default threshold of today's models is OFF (reference, section 3).
  private static let harmCategories = [
    "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
  ]

  /// The body of `generateContent` and `streamGenerateContent`.
  func body(for model: GeminiModel) -> [UInt8] {
    var json = JSONText()
    json.object { write(to: &$0, for: model) }
    return json.bytes
  }

  /// The body of `countTokens`.
  func countBody(for model: GeminiModel) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.object("generateContentRequest") { json in
        json.member("model", "models/" + model.name)
        write(to: &json, for: model)
      }
    }
    return json.bytes
  }

  private func write(to json: inout JSONText, for model: GeminiModel) {
    json.object("systemInstruction") { json in
      json.array("parts", [instruction]) { text, json in
        json.object { $0.member("text", text) }
      }
    }
    json.array("contents", turns) { turn, json in
      json.object { json in
        json.member("role", turn.role.rawValue)
        json.array("parts", turn.parts) { part, json in
          json.object { Self.write(part, to: &$0) }
        }
      }
    }
    json.array("safetySettings", Self.harmCategories) { category, json in
      json.object {
        $0.member("category", category)
        $0.member("threshold", "BLOCK_MEDIUM_AND_ABOVE")
      }
    }
    json.object("generationConfig") { json in
      // Thinking counts against the bound (reference, section 2).
      json.member("maxOutputTokens", answerTokensMax + model.thinkingReserveTokens)
      if model.takesTemperature { json.member("temperature", temperature) }
      if let schema {
        json.member("responseMimeType", "application/json")
        json.object("responseSchema") { schema.write(to: &$0) }
      }
      switch model.thinking {
      case .unsaid: break
      case .budget(let tokens):
        json.object("thinkingConfig") { $0.member("thinkingBudget", tokens) }
      case .level(let level):
        json.object("thinkingConfig") { $0.member("thinkingLevel", level) }
      }
    }
  }

  private static func write(_ part: Part, to json: inout JSONText) {
    switch part {
    case .text(let text): json.member("text", text)
    case .inline(let type, let bytes):
      json.object("inlineData") {
        $0.member("mimeType", type)
        $0.member("data", Data(bytes).base64EncodedString())
      }
    }
  }
}
