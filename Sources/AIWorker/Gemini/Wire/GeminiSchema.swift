package import ServiceHost

/// The shape of an answer in JSON, for `responseSchema`, and the check of what came: the provider
/// does not promise that it fits.
///
/// ```swift
/// let schema = GeminiSchema.object([
///   .init("date", .string(format: "date")), .init("montants", .array(.number)),
/// ])
/// ```
package indirect enum GeminiSchema: Sendable, Hashable {
  /// A member of an object, in the order in which the model is to write them.
  package struct Member: Sendable, Hashable {
    package let name: String
    package let schema: GeminiSchema
    package let isRequired: Bool
    /// What the model is told about it.
    package let note: String?

    package init(
      _ name: String, _ schema: GeminiSchema, isRequired: Bool = true, note: String? = nil
    ) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
      self.note = note
    }
  }

  case string(format: String? = nil)
  case choice([String])
  case number
  case integer
  case bool
  case array(GeminiSchema, maxItems: Int? = nil)
  case object([Member])
  case nullable(GeminiSchema)

  /// Whether a value has this shape.
  package func accepts(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.nullable, .null): true
    case (.nullable(let schema), _): schema.accepts(value)
    case (.string, .string): true
    case (.choice(let choices), .string(let text)): choices.contains(text)
    case (.number, .number): true
    case (.integer, .number(let number)): number == number.rounded()
    case (.bool, .bool): true
    case (.array(let element, let maxItems), .array(let values)):
      values.count <= maxItems ?? .max && values.allSatisfy { element.accepts($0) }
    case (.object(let members), .object(let values)):
      members.allSatisfy { member in
        values[member.name].map { member.schema.accepts($0) } ?? !member.isRequired
      }
    default: false
    }
  }

  /// Writes the members of the schema into an object.
  func write(to json: inout JSONText, note: String? = nil) {
    if let note { json.member("description", note) }
    switch self {
    case .string(let format):
      json.member("type", "STRING")
      // The API knows few formats; the others are for the reader of the note.
      if let format, format != "date" { json.member("format", format) }
    case .choice(let choices):
      json.member("type", "STRING")
      json.member("format", "enum")
      json.array("enum", choices) { $1.string($0) }
    case .number: json.member("type", "NUMBER")
    case .integer: json.member("type", "INTEGER")
    case .bool: json.member("type", "BOOLEAN")
    case .array(let element, let maxItems):
      json.member("type", "ARRAY")
      if let maxItems { json.member("maxItems", maxItems) }
      json.object("items") { element.write(to: &$0) }
    case .object(let members):
      json.member("type", "OBJECT")
      json.object("properties") { json in
        for member in members {
          json.object(member.name) { member.schema.write(to: &$0, note: member.note) }
        }
      }
      json.array("required", members.filter(\.isRequired)) { $1.string($0.name) }
      json.array("propertyOrdering", members) { $1.string($0.name) }
    case .nullable(let schema):
      schema.write(to: &json)
      json.member("nullable", true)
    }
  }
}
