/// A JSON value that keeps the order of its members, as the recorded answers do.
///
/// ```swift
/// let request = try JSONNode(parsing: bytes)
/// let text = request["contents"]?[0]?["parts"]
/// let body = JSONNode.object([("totalTokens", .number(31))]).pretty
/// ```
///
/// A member is found by its lowerCamelCase name or by the same in snake_case, as proto3 JSON takes
/// both. Nesting is bounded.
package indirect enum JSONNode: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONNode])
  case object([(name: String, value: JSONNode)])

  /// Bytes that are no JSON.
  package struct Fault: Error, Sendable {
    /// Bytes before the fault.
    package let offset: Int
  }

  package init(parsing bytes: [UInt8]) throws(Fault) {
    var parser = JSONNodeParser(bytes)
    self = try parser.document()
  }

  // MARK: Reading

  /// The member of that name, given in lowerCamelCase.
  package subscript(name: String) -> JSONNode? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name || Self.camel($0.name) == name }?.value
  }

  package subscript(index: Int) -> JSONNode? {
    guard case .array(let values) = self, values.indices.contains(index) else { return nil }
    return values[index]
  }

  package var text: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// A whole number, also where it is written as a string, as proto3 JSON writes int64.
  package var int: Int? {
    switch self {
    case .number(let value): Int(exactly: value)
    case .string(let value): Int(value)
    default: nil
    }
  }

  package var flag: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var values: [JSONNode] {
    guard case .array(let values) = self else { return [] }
    return values
  }

  package var members: [(name: String, value: JSONNode)] {
    guard case .object(let members) = self else { return [] }
    return members
  }

  var isObject: Bool {
    if case .object = self { true } else { false }
  }

  /// `generation_config` as `generationConfig`.
  static func camel(_ name: String) -> String {
    guard name.contains("_"), !name.hasPrefix("_") else { return name }
    let parts = name.split(separator: "_")
    guard let first = parts.first else { return name }
    return String(first)
      + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
  }

  /// `generationConfig` as `generation_config`, as errors name fields.
  static func snake(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      if character.isUppercase { text += "_" }
      text += character.lowercased()
    }
  }

  // MARK: Writing

  /// Two spaces a level, as unary answers are recorded; ends with a line feed.
  package var pretty: [UInt8] {
    var text = ""
    write(to: &text, level: 0)
    return Array((text + "\n").utf8)
  }

  /// One line: a space after colons, none after commas, as events are recorded.
  package var line: [UInt8] {
    var text = ""
    write(to: &text, level: nil)
    return Array(text.utf8)
  }

  private func write(to text: inout String, level: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value):
      text += Int(exactly: value).map(String.init) ?? (value.isFinite ? "\(value)" : "null")
    case .string(let value): Self.quote(value, into: &text)
    case .array(let values):
      Self.list(values, "[", "]", to: &text, level: level) { $0.write(to: &$1, level: $2) }
    case .object(let members):
      Self.list(members, "{", "}", to: &text, level: level) { member, text, level in
        Self.quote(member.name, into: &text)
        text += ": "
        member.value.write(to: &text, level: level)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, level: Int?,
    _ write: (Element, inout String, Int?) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let level { text += "\n" + String(repeating: "  ", count: level + 1) }
      write(element, &text, level.map { $0 + 1 })
    }
    if let level, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
    text += close
  }

  private static func quote(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(Double(value)) }

  /// A whole number.
  static func int(_ value: Int) -> JSONNode { .number(Double(value)) }
}
