/// Writes JSON text in one pass, member by member, in the order told.
///
/// ```swift
/// var json = JSONText()
/// json.object { $0.member("status", "ok") }
/// ```
package struct JSONText: Sendable {
  package private(set) var text = ""
  private var needsComma = false

  package init() {}

  /// Writes `{…}`.
  package mutating func object(_ members: (inout JSONText) -> Void) {
    separate()
    text += "{"
    needsComma = false
    members(&self)
    text += "}"
    needsComma = true
  }

  /// Writes `"name":[…]`.
  package mutating func array<Element>(
    _ name: String, _ elements: some Sequence<Element>,
    _ write: (Element, inout JSONText) -> Void
  ) {
    key(name)
    text += "["
    needsComma = false
    for element in elements { write(element, &self) }
    text += "]"
    needsComma = true
  }

  /// Writes `"name":{…}`.
  package mutating func object(_ name: String, _ members: (inout JSONText) -> Void) {
    key(name)
    object(members)
  }

  /// Writes `"name":"value"`.
  package mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// Writes `"name":"value"` or `"name":null`.
  package mutating func member(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { raw("null") }
  }

  /// Writes `"name":1`.
  package mutating func member(_ name: String, _ value: Int) {
    key(name)
    raw(String(value))
  }

  /// Writes `"name":true`.
  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    raw(value ? "true" : "false")
  }

  /// Writes `"name":0.25`; a number JSON lacks becomes null.
  package mutating func member(_ name: String, _ value: Double) {
    key(name)
    raw(value.isFinite ? "\(value)" : "null")
  }

  /// Writes `"name":` and text that is JSON already.
  package mutating func member(_ name: String, json value: String) {
    key(name)
    raw(value)
  }

  /// Writes a string element.
  package mutating func string(_ value: String) {
    separate()
    needsComma = true
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case let scalar where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private mutating func key(_ name: String) {
    string(name)
    text += ":"
    needsComma = false
  }

  private mutating func raw(_ value: String) {
    separate()
    text += value
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = false
  }
}
