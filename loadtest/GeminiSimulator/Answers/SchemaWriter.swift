/// Writes a JSON value that fits a response schema, of what the prompt holds: dates, amounts and
/// sentences are the prompt's own.
struct SchemaWriter {
  private let sentences: [String]
  private let dates: [String]
  private let numbers: [Double]
  private let prompt: String
  private static let depthMax = 12

  init(_ request: GenerateRequest) {
    prompt = request.text
    sentences = PromptPassages.sentences(request.lastTurn)
    dates = Self.dates(in: request.lastTurn)
    numbers = Self.numbers(in: request.lastTurn)
  }

  /// The value for a schema of either dialect.
  func value(_ schema: JSONNode, name: String = "", depth: Int = 0) -> JSONNode {
    if let choice = GenerateRequest.list(schema["anyOf"] ?? schema["oneOf"]).first {
      return value(choice, name: name, depth: depth + 1)
    }
    let types = GenerateRequest.list(schema["type"]).compactMap(\.text).map { $0.uppercased() }
    let isNullable = schema["nullable"]?.flag == true || types.contains("NULL")
    let type = types.first { $0 != "NULL" } ?? "STRING"
    switch type {
    case "OBJECT":
      guard depth < Self.depthMax else { return .object([]) }
      let properties = schema["properties"]?.members ?? []
      let order = GenerateRequest.list(schema["propertyOrdering"]).compactMap(\.text)
      let sorted = properties.enumerated().sorted {
        (order.firstIndex(of: $0.element.name) ?? .max, $0.offset)
          < (order.firstIndex(of: $1.element.name) ?? .max, $1.offset)
      }
      return .object(
        sorted.map {
          ($0.element.name, value($0.element.value, name: $0.element.name, depth: depth + 1))
        })
    case "ARRAY":
      guard depth < Self.depthMax, let items = schema["items"] else { return .array([]) }
      let count = max(schema["minItems"]?.int ?? 0, min(1, schema["maxItems"]?.int ?? 1))
      return .array((0..<min(count, 100)).map { _ in value(items, name: name, depth: depth + 1) })
    case "NUMBER": return numbers.first.map { .number($0) } ?? (isNullable ? .null : 0)
    case "INTEGER": return numbers.first.map { .number($0.rounded()) } ?? (isNullable ? .null : 0)
    case "BOOLEAN": return .bool(true)
    default: return string(schema, name: name, isNullable: isNullable)
    }
  }

  private func string(_ schema: JSONNode, name: String, isNullable: Bool) -> JSONNode {
    let choices = GenerateRequest.list(schema["enum"]).compactMap(\.text)
    if let first = choices.first {
      return .string(choices.first { prompt.range(ofText: $0) != nil } ?? first)
    }
    if schema["format"]?.text == "date" || name.lowercased().contains("date") {
      return dates.first.map { .string($0) } ?? (isNullable ? .null : "2026-01-01")
    }
    guard let sentence = sentences.first else { return isNullable ? .null : "" }
    return .string(String(sentence.prefix(schema["maxLength"]?.int ?? 200)))
  }

  /// Days written as `2026-04-01` or `01/04/2026`.
  private static func dates(in text: String) -> [String] {
    text.split { !$0.isNumber && $0 != "/" && $0 != "-" }.compactMap { word in
      let slashes = word.split(separator: "/")
      if slashes.count == 3, slashes[2].count == 4, slashes[0].count == 2, slashes[1].count == 2 {
        return "\(slashes[2])-\(slashes[1])-\(slashes[0])"
      }
      let dashes = word.split(separator: "-")
      guard dashes.count == 3, dashes[0].count == 4, dashes[1].count == 2, dashes[2].count == 2
      else { return nil }
      return String(word)
    }
  }

  /// Numbers before a euro sign, decimal comma as French writes them.
  private static func numbers(in text: String) -> [Double] {
    text.split(separator: "€", omittingEmptySubsequences: false).dropLast().compactMap { before in
      var digits = ""
      for character in before.reversed() {
        if character.isNumber {
          digits.insert(character, at: digits.startIndex)
        } else if character == "," || character == "." {
          digits.insert(".", at: digits.startIndex)
        } else if !character.isWhitespace || character.isNewline {
          break
        }
      }
      return Double(digits)
    }
  }
}
