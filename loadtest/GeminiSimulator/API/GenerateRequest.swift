/// A request to generate, read and checked as the API does (reference, section 2).
struct GenerateRequest {
  /// What the instruction and the contents say, joined.
  let instruction: String
  let text: String
  /// What the last turn of the user says.
  let lastTurn: String
  /// Inline files and references to files.
  let files: Int
  let maxOutputTokens: Int?
  let stopSequences: [String]
  let wantsJSON: Bool
  let schema: JSONNode?
  /// Tokens of thinking that the request allows; nil for as many as the model likes, 0 for none.
  let thinkingTokensMax: Int?
  let showsThoughts: Bool

  static let harmCategories: Set = [
    "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT", "HARM_CATEGORY_CIVIC_INTEGRITY",
  ]
  static let thresholds: Set = [
    "HARM_BLOCK_THRESHOLD_UNSPECIFIED", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE",
    "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF",
  ]
  static let fileTypes: Set = [
    "image/png", "image/jpeg", "image/webp", "image/heic", "image/heif", "application/pdf",
    "text/plain",
  ]

  init(_ node: JSONNode, model: SimulatedModel) throws(APIError) {
    try RequestFields.check(node, as: "GenerateContentRequest")
    let contents = Self.list(node["contents"])
    guard !contents.isEmpty else {
      throw .badField("contents", "* GenerateContentRequest.contents: contents is not specified\n")
    }
    var files = 0
    for (index, content) in contents.enumerated() {
      let role = content["role"]?.text
      guard role == nil || role == "user" || role == "model" else {
        throw .invalid("Please use a valid role: user, model.")
      }
      let parts = Self.list(content["parts"])
      guard !parts.isEmpty else {
        throw .badField(
          "contents[\(index)].parts",
          "* GenerateContentRequest.contents[\(index)].parts: contents.parts must not be empty.\n")
      }
      for part in parts { files += try Self.file(in: part) ? 1 : 0 }
    }
    self.files = files
    instruction = Self.text(of: Self.list(node["systemInstruction"]))
    text = Self.text(of: contents)
    lastTurn = contents.last { $0["role"]?.text != "model" }.map { Self.text(of: [$0]) } ?? ""
    try Self.checkSafety(Self.list(node["safetySettings"]))

    let config = node["generationConfig"] ?? .object([])
    if let count = config["candidateCount"]?.int, count != 1 {
      throw .invalid("Only one candidate can be specified")
    }
    maxOutputTokens = config["maxOutputTokens"]?.int
    if let maxOutputTokens, !(1...model.outputTokenLimit).contains(maxOutputTokens) {
      throw .invalid(
        "Unable to submit request because it has a maxOutputTokens value of \(maxOutputTokens) "
          + "but the supported range is from 1 (inclusive) to \(model.outputTokenLimit + 1) "
          + "(exclusive). Update the value and try again.")
    }
    stopSequences = Self.list(config["stopSequences"]).compactMap(\.text)
    guard stopSequences.count <= 5 else {
      throw .invalid("The number of stop sequences must not be more than 5.")
    }
    let type = config["responseMimeType"]?.text ?? "text/plain"
    guard ["text/plain", "application/json", "text/x.enum"].contains(type) else {
      throw .invalid(
        "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are "
          + "`text/plain`, `application/json`, `application/xml`, `application/yaml` and "
          + "`text/x.enum`.\n")
    }
    wantsJSON = type == "application/json"
    schema = config["responseSchema"] ?? config["responseJsonSchema"]
    if config["responseSchema"] != nil, config["responseJsonSchema"] != nil {
      throw .invalid("Only one of response_schema and response_json_schema may be set.")
    }
    if schema != nil, type == "text/plain" {
      throw .invalid(
        "Function calling config or response schema is set without a JSON response mime type.")
    }
    let thinking = config["thinkingConfig"]
    thinkingTokensMax = try Self.thinking(thinking, model: model)
    showsThoughts = thinking?["includeThoughts"]?.flag ?? false
  }

  /// A list, or one message in its place.
  static func list(_ node: JSONNode?) -> [JSONNode] {
    guard let node else { return [] }
    if case .array(let values) = node { return values }
    return [node]
  }

  static func text(of contents: [JSONNode]) -> String {
    contents.flatMap { list($0["parts"]) }.compactMap { $0["text"]?.text }
      .joined(separator: "\n")
  }

  /// Whether a part is a file; throws where the part is none of the API.
  private static func file(in part: JSONNode) throws(APIError) -> Bool {
    let kinds = [
      "text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode",
      "codeExecutionResult",
    ].filter { part[$0] != nil }
    guard kinds.count == 1 else {
      throw .invalid(
        kinds.isEmpty
          ? "Unable to submit request because it must have a text parameter."
          : "Invalid value: oneof field 'data' is already set.")
    }
    guard let blob = part["inlineData"] else { return kinds[0] == "fileData" }
    guard let type = blob["mimeType"]?.text, fileTypes.contains(type) else {
      throw .invalid("Unsupported MIME type: \(blob["mimeType"]?.text ?? "")")
    }
    guard let data = blob["data"]?.text, isBase64(data), !data.isEmpty else {
      throw .badField("contents.parts.inline_data.data", "Invalid value: Base64 decoding failed")
    }
    return true
  }

  private static func isBase64(_ text: String) -> Bool {
    let alphabet = Set(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_".utf8)
    let body = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }
    return body.allSatisfy { alphabet.contains($0) } && text.utf8.count - body.count <= 2
  }

  private static func checkSafety(_ settings: [JSONNode]) throws(APIError) {
    var seen: Set<String> = []
    for setting in settings {
      let category = setting["category"]?.text ?? ""
      guard harmCategories.contains(category) else {
        throw .badField("safety_settings.category", "Invalid value: \"\(category)\"")
      }
      guard thresholds.contains(setting["threshold"]?.text ?? "") else {
        throw .badField("safety_settings.threshold", "Invalid value")
      }
      guard seen.insert(category).inserted else {
        throw .invalid("Duplicate safety setting for category \(category)")
      }
    }
  }

  private static func thinking(
    _ config: JSONNode?, model: SimulatedModel
  ) throws(APIError) -> Int? {
    let budget = config?["thinkingBudget"]?.int
    let level = config?["thinkingLevel"]?.text
    if budget != nil, level != nil {
      throw .invalid("You can only set only one of thinking budget and thinking level.")
    }
    switch model.thinking {
    case .none: return 0
    case .budget(let range, let mayBeOff, let usual):
      if level != nil { throw .invalid("Thinking level is not supported for this model.") }
      let asked = budget ?? usual
      guard asked == -1 || asked == 0 && mayBeOff || range.contains(asked) else {
        throw .invalid(
          "The thinking budget \(asked) is invalid. Please choose a value between "
            + "\(range.lowerBound) and \(range.upperBound).")
      }
      return asked == -1 ? nil : asked
    case .level(let refused):
      if budget != nil { throw .invalid("Thinking budget is not supported for this model.") }
      let tokens = ["MINIMAL": 0, "LOW": 64, "MEDIUM": 256, "HIGH": 1024]
      guard let level else { return 256 }
      guard let most = tokens[level], !refused.contains(level) else {
        throw .invalid("Thinking level \(level) is not supported for this model.")
      }
      return most
    }
  }
}
