/// Writes JSON text in one pass, member by member, in the order told.
///
/// ```swift
/// var json = JSONText()
/// json.object { $0.member("status", "ok") }
/// ```
package struct JSONText: Sendable {
  /// The text so far, as UTF-8.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// The text so far.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package init() {}

  /// Writes `{…}`.
  package mutating func object(_ members: (inout JSONText) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
    members(&self)
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Writes `"name":[…]`.
  package mutating func array<Element>(
    _ name: String, _ elements: some Sequence<Element>,
    _ write: (Element, inout JSONText) -> Void
  ) {
    key(name)
    array(elements, write)
  }

  /// Writes `[…]`.
  package mutating func array<Element>(
    _ elements: some Sequence<Element>, _ write: (Element, inout JSONText) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
    for element in elements { write(element, &self) }
    bytes.append(UInt8(ascii: "]"))
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

  /// Writes `"name":` and JSON that is there already, as UTF-8.
  package mutating func member(_ name: String, json value: ArraySlice<UInt8>) {
    key(name)
    separate()
    bytes.append(contentsOf: value)
    needsComma = true
  }

  /// Writes a string element.
  package mutating func string(_ value: String) {
    separate()
    needsComma = true
    bytes.append(UInt8(ascii: "\""))
    var value = value
    value.withUTF8 { append(escaping: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Clean runs are taken whole; only what RFC 8259 demands is escaped, and the two line
  /// separators that JavaScript once took for line ends.
  private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      var length = 1
      if byte == 0xe2, index + 2 < text.count, text[index + 1] == 0x80,
        text[index + 2] & 0xfe == 0xa8
      {
        length = 3
      } else if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        index += 1
        continue
      }
      bytes.append(contentsOf: text[start..<index])
      if length == 3 {
        bytes.append(contentsOf: (text[index + 2] == 0xa8 ? "\\u2028" : "\\u2029").utf8)
      } else {
        escape(byte)
      }
      index += length
      start = index
    }
    bytes.append(contentsOf: text[start...])
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      for nibble in [byte >> 4, byte & 0xf] {
        bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
      }
    }
  }

  private mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func raw(_ value: String) {
    separate()
    bytes.append(contentsOf: value.utf8)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }
}
