import ServiceHost

/// A `GenerateContentResponse`: the whole answer, or one event of a stream. Every field may be
/// absent (reference, section 3).
struct GeminiChunk: Sendable {
  /// How an answer ended.
  enum Ending: Sendable, Hashable {
    case stop
    case maxTokens
    /// The provider withheld the rest, whatever the reason; unknown reasons too.
    case withheld(String)
  }

  /// Visible text; thoughts are left out.
  var text = ""
  var ending: Ending?
  /// Why the prompt was not answered at all.
  var blockReason: String?
  /// nil where the chunk tells none.
  var usage: GeminiUsage?
  var modelVersion: String?

  /// Nil where the value is no object.
  init?(_ json: JSONValue) {
    guard case .object = json else { return nil }
    let candidate = json["candidates"]?.array?.first
    for part in candidate?["content"]?["parts"]?.array ?? [] where part["thought"]?.bool != true {
      text += part["text"]?.string ?? ""
    }
    ending = candidate?["finishReason"]?.string.map(Self.ending)
    if let feedback = json["promptFeedback"], candidate == nil {
      blockReason = feedback["blockReason"]?.string ?? "UNKNOWN"
    }
    usage = json["usageMetadata"].map(Self.usage)
    modelVersion = json["modelVersion"]?.string.flatMap(Self.label)
  }

  private static func ending(_ reason: String) -> Ending {
    switch reason {
    case "STOP": .stop
    case "MAX_TOKENS": .maxTokens
    default: .withheld(String(reason.prefix(40)))
    }
  }

  private static func usage(_ json: JSONValue) -> GeminiUsage {
    func count(_ name: String) -> Int {
      min(max(0, json[name]?.int ?? json[name]?.string.flatMap { Int($0) } ?? 0), 1 << 40)
    }
    return GeminiUsage(
      prompt: count("promptTokenCount"), cached: count("cachedContentTokenCount"),
      candidates: count("candidatesTokenCount"), thoughts: count("thoughtsTokenCount"),
      tool: count("toolUsePromptTokenCount"))
  }

  /// A version as a label: bounded, and of the characters that names have.
  private static func label(_ text: String) -> String? {
    let name = text.prefix(64).filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0))
    }
    return name.isEmpty ? nil : String(name)
  }
}
