/// The fields that each message of the API knows (reference, sections 2, 5 and 6): any other is
/// refused, as proto3 JSON does.
enum RequestFields {
  /// What a field holds.
  indirect enum Kind: Sendable {
    case any
    case message(String)
    case list(Kind)
    /// Names that the caller chooses, each with a value of this kind.
    case map(Kind)
  }

  /// Checks a body against a message; throws the error of the first field that is unknown.
  static func check(
    _ node: JSONNode, as message: String, at path: String = ""
  ) throws(APIError) {
    guard let fields = messages[message] else { return }
    guard node.isObject else {
      throw .badField(path, "Invalid value at '\(path)' (\(message)), expected an object")
    }
    for member in node.members {
      guard let kind = fields[JSONNode.camel(member.name)] else {
        throw .unknownField(member.name, at: path)
      }
      let name = JSONNode.snake(JSONNode.camel(member.name))
      try check(member.value, kind, at: path.isEmpty ? name : path + "." + name)
    }
  }

  private static func check(_ node: JSONNode, _ kind: Kind, at path: String) throws(APIError) {
    switch kind {
    case .any: return
    case .message(let name): try check(node, as: name, at: path)
    case .list(let element):
      guard case .array(let values) = node else {
        // A single message in place of a list is taken, as proto3 JSON parsers of Google do.
        try check(node, element, at: path + "[0]")
        return
      }
      for (index, value) in values.enumerated() {
        try check(value, element, at: "\(path)[\(index)]")
      }
    case .map(let element):
      for member in node.members {
        try check(member.value, element, at: path + "[\"\(member.name)\"]")
      }
    }
  }

  private static func plain(_ names: String) -> [String: Kind] {
    Dictionary(
      names.split(separator: " ").map { (String($0), Kind.any) }, uniquingKeysWith: { $1 })
  }

  private static func fields(_ names: String, _ others: [String: Kind]) -> [String: Kind] {
    plain(names).merging(others) { $1 }
  }

  private static let messages: [String: [String: Kind]] = [
    "GenerateContentRequest": fields(
      "model tools toolConfig cachedContent",
      [
        "contents": .list(.message("Content")), "systemInstruction": .message("Content"),
        "safetySettings": .list(.message("SafetySetting")),
        "generationConfig": .message("GenerationConfig"),
      ]),
    "Content": fields("role", ["parts": .list(.message("Part"))]),
    "Part": fields(
      "text functionCall functionResponse executableCode codeExecutionResult thought "
        + "thoughtSignature videoMetadata",
      ["inlineData": .message("Blob"), "fileData": .message("FileData")]),
    "Blob": plain("mimeType data"), "FileData": plain("mimeType fileUri"),
    "SafetySetting": plain("category threshold"),
    "GenerationConfig": fields(
      "candidateCount stopSequences maxOutputTokens temperature topP topK seed presencePenalty "
        + "frequencyPenalty responseLogprobs logprobs responseMimeType responseJsonSchema "
        + "mediaResolution responseModalities speechConfig imageConfig enableEnhancedCivicAnswers",
      ["responseSchema": .message("Schema"), "thinkingConfig": .message("ThinkingConfig")]),
    "ThinkingConfig": plain("includeThoughts thinkingBudget thinkingLevel"),
    "Schema": fields(
      "type format title description nullable enum minItems maxItems minLength maxLength "
        + "minProperties maxProperties required propertyOrdering minimum maximum pattern example "
        + "default",
      [
        "items": .message("Schema"), "properties": .map(.message("Schema")),
        "anyOf": .list(.message("Schema")),
      ]),
    "EmbedContentRequest": fields(
      "model taskType title outputDimensionality", ["content": .message("Content")]),
    "BatchEmbedContentsRequest": ["requests": .list(.message("EmbedContentRequest"))],
    "CountTokensRequest": fields(
      "",
      [
        "contents": .list(.message("Content")),
        "generateContentRequest": .message("GenerateContentRequest"),
      ]),
  ]
}
