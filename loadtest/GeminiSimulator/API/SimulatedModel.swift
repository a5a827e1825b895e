/// A model that the simulator has, and what it takes.
package struct SimulatedModel: Sendable {
  /// How a model is told how much to think.
  enum Thinking: Sendable {
    case none
    /// A number of tokens; `default` where none is given, -1 for as many as it likes.
    case budget(ClosedRange<Int>, mayBeOff: Bool, default: Int)
    /// A level; those that are refused.
    case level(refused: Set<String>)
  }

  let name: String
  let inputTokenLimit: Int
  let outputTokenLimit: Int
  let thinking: Thinking
  let methods: [String]

  private static let generation = [
    "generateContent", "streamGenerateContent", "countTokens", "createCachedContent",
  ]
  private static let embedding = ["embedContent", "batchEmbedContents", "countTokens"]

  private static func generator(_ name: String, _ thinking: Thinking) -> SimulatedModel {
    SimulatedModel(
      name: name, inputTokenLimit: 1_048_576, outputTokenLimit: 65_536, thinking: thinking,
      methods: generation)
  }

  /// Those that answer in November 2026 (reference, sections 0 and 2).
  static let all: [SimulatedModel] = [
    generator("gemini-2.5-flash", .budget(1...24_576, mayBeOff: true, default: -1)),
    generator("gemini-2.5-flash-lite", .budget(512...24_576, mayBeOff: true, default: 0)),
    generator("gemini-2.5-pro", .budget(128...32_768, mayBeOff: false, default: -1)),
    generator("gemini-3.1-flash-lite", .level(refused: [])),
    generator("gemini-3.5-flash", .level(refused: [])),
    generator("gemini-3.5-flash-lite", .level(refused: [])),
    generator("gemini-3.6-flash", .level(refused: [])),
    generator("gemini-3.7-flash", .level(refused: [])),
    generator("gemini-3.8-flash", .level(refused: ["MINIMAL"])),
    SimulatedModel(
      name: "gemini-embedding-001", inputTokenLimit: 2048, outputTokenLimit: 1, thinking: .none,
      methods: embedding),
    SimulatedModel(
      name: "gemini-embedding-2", inputTokenLimit: 8192, outputTokenLimit: 1, thinking: .none,
      methods: embedding),
  ]

  static func named(_ name: String) -> SimulatedModel? { all.first { $0.name == name } }

  /// What `GET /v1beta/models/{name}` says.
  var description: JSONNode {
    .object([
      ("name", .string("models/" + name)), ("version", "001"), ("displayName", .string(name)),
      ("inputTokenLimit", .int(inputTokenLimit)), ("outputTokenLimit", .int(outputTokenLimit)),
      ("supportedGenerationMethods", .array(methods.map { .string($0) })),
    ])
  }
}
