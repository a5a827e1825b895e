/// Reads one JSON text (RFC 8259) into a `JSONNode`.
struct JSONNodeParser {
  private static let depthMax = 64
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONNode.Fault) -> JSONNode {
    let value = try value(depth: 0)
    skipSpace()
    guard at == bytes.count else { throw fault }
    return value
  }

  private var fault: JSONNode.Fault { JSONNode.Fault(offset: at) }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
  }

  private mutating func peek() -> UInt8? {
    skipSpace()
    return at < bytes.count ? bytes[at] : nil
  }

  private mutating func take(_ byte: Character) throws(JSONNode.Fault) {
    guard peek() == byte.asciiValue else { throw fault }
    at += 1
  }

  private mutating func value(depth: Int) throws(JSONNode.Fault) -> JSONNode {
    guard depth < Self.depthMax, let byte = peek() else { throw fault }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(JSONNode.Fault) -> JSONNode {
    try take("{")
    var members: [(name: String, value: JSONNode)] = []
    if peek() == UInt8(ascii: "}") {
      at += 1
      return .object(members)
    }
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw fault }
      let name = try string()
      try take(":")
      members.append((name, try value(depth: depth + 1)))
      if peek() == UInt8(ascii: ",") {
        at += 1
        continue
      }
      try take("}")
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(JSONNode.Fault) -> JSONNode {
    try take("[")
    var values: [JSONNode] = []
    if peek() == UInt8(ascii: "]") {
      at += 1
      return .array(values)
    }
    while true {
      values.append(try value(depth: depth + 1))
      if peek() == UInt8(ascii: ",") {
        at += 1
        continue
      }
      try take("]")
      return .array(values)
    }
  }

  private mutating func literal(
    _ text: String, _ value: JSONNode
  ) throws(JSONNode.Fault) -> JSONNode {
    guard bytes[at...].starts(with: text.utf8) else { throw fault }
    at += text.utf8.count
    return value
  }

  private mutating func number() throws(JSONNode.Fault) -> JSONNode {
    let start = at
    let digits = Set("+-.eE0123456789".utf8)
    while at < bytes.count, digits.contains(bytes[at]) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    guard let first = text.first, first == "-" || first.isNumber, let value = Double(text) else {
      throw fault
    }
    return .number(value)
  }

  private mutating func string() throws(JSONNode.Fault) -> String {
    try take("\"")
    var text: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        guard let valid = String(validating: text, as: UTF8.self) else { throw fault }
        return valid
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw fault
      default:
        text.append(byte)
        at += 1
      }
    }
    throw fault
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONNode.Fault) {
    at += 1
    guard at < bytes.count else { throw fault }
    let plain: [UInt8: UInt8] = [
      0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D,
      0x74: 0x09,
    ]
    if let byte = plain[bytes[at]] {
      text.append(byte)
      at += 1
      return
    }
    guard bytes[at] == UInt8(ascii: "u") else { throw fault }
    at += 1
    var value = try unit()
    if (0xD800..<0xDC00).contains(value), bytes[at...].starts(with: "\\u".utf8) {
      at += 2
      let low = try unit()
      guard (0xDC00..<0xE000).contains(low) else { throw fault }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    text.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
  }

  private mutating func unit() throws(JSONNode.Fault) -> UInt32 {
    guard at + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16)
    else { throw fault }
    at += 4
    return value
  }
}
