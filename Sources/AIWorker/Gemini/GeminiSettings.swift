package import JSONLogging
import ServiceHost

/// How Gemini is reached, and how long is waited for it.
package struct GeminiSettings: Sendable {
  package var key: Secret<String>
  /// Without a slash at its end; `/v1beta` comes after it.
  package var baseURL: String
  package var model: String
  package var embeddingModel: String
  /// For one question, second tries and pauses included.
  package var deadline: Duration
  /// For the first byte of one try.
  package var firstByteTimeout: Duration
  /// Tries of one question.
  package var triesMax: Int
  /// No pause is longer, whatever the provider asks: a family waits.
  package var pauseMax: Duration
  /// Mean of the first pause where the provider names none; doubled each time.
  package var pauseFirst: Duration

  package init(
    key: Secret<String>, baseURL: String = Self.publicURL,
    model: String = "gemini-2.5-flash", embeddingModel: String = "gemini-embedding-001",
    deadline: Duration = .milliseconds(25_500)
  ) {
    self.key = key
    self.baseURL = baseURL
    self.model = model
    self.embeddingModel = embeddingModel
    self.deadline = deadline
    firstByteTimeout = deadline * 0.4
    triesMax = 3
    pauseMax = min(.seconds(8), deadline * 0.4)
    pauseFirst = .milliseconds(250)
  }

  package static let publicURL = "https://generativelanguage.googleapis.com"

  /// Reads the settings; nil without a key: then no text goes out.
  ///
  /// Of the time that a gateway waits for an answer a part is kept, so that the answer that stands
  /// in still comes in time.
  static func read(_ reader: inout SettingsReader) -> GeminiSettings? {
    let wait = reader.duration("PHOENIX_AI_DEADLINE", default: .seconds(30))
    let url = reader.string("GEMINI_BASE_URL", default: publicURL)
    let model = reader.string("GEMINI_MODEL", default: "gemini-2.5-flash")
    let embedding = reader.string("GEMINI_EMBEDDING_MODEL", default: "gemini-embedding-001")
    for (name, value) in [("GEMINI_MODEL", model), ("GEMINI_EMBEDDING_MODEL", embedding)]
    where !isModelName(value) {
      reader.fault("\(name) must be the name of a model, as in gemini-2.5-flash")
    }
    if !isBaseURL(url) {
      reader.fault("GEMINI_BASE_URL must be a URL, as in https://generativelanguage.googleapis.com")
    }
    guard let key = reader.string("GEMINI_API_KEY") else { return nil }
    // It goes into a header: a line break or a space is a slip of the clipboard.
    guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      reader.fault("GEMINI_API_KEY holds a character that no key has")
      return nil
    }
    return GeminiSettings(
      key: Secret(key), baseURL: url.hasSuffix("/") ? String(url.dropLast()) : url, model: model,
      embeddingModel: embedding, deadline: max(.milliseconds(200), wait * 0.85))
  }

  private static func isModelName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 64
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
      }
  }

  private static func isBaseURL(_ url: String) -> Bool {
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else { return false }
    let rest = url.dropFirst(url.hasPrefix("https://") ? 8 : 7)
    return !rest.isEmpty && rest.first != "/"
      && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 && $0 != 0x40 }
  }
}
