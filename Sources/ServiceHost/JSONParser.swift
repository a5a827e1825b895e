/// Reads one JSON text; see `JSONValue`.
struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func document() throws(JSONValue.Fault) -> JSONValue {
    let value = try value()
    skipSpace()
    guard at == bytes.count else { throw fault() }
    return value
  }

  private func fault(_ reason: JSONValue.Fault.Reason = .syntax) -> JSONValue.Fault {
    JSONValue.Fault(reason: reason, offset: at)
  }

  private mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0a, 0x0d, 0x09: at += 1
      default: return
      }
    }
  }

  /// The next byte that is no space; 0, which starts no value, at the end.
  private mutating func peek() -> UInt8 {
    skipSpace()
    return at < bytes.count ? bytes[at] : 0
  }

  private mutating func value() throws(JSONValue.Fault) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func literal(
    _ text: StaticString, _ value: JSONValue
  ) throws(JSONValue.Fault) -> JSONValue {
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[at...].prefix(expected.count).elementsEqual(expected) else { throw fault() }
    at += text.utf8CodeUnitCount
    return value
  }

  private mutating func enter() throws(JSONValue.Fault) {
    depth += 1
    guard depth <= JSONValue.depthMax else { throw fault(.tooDeep) }
    at += 1
  }

  private mutating func object() throws(JSONValue.Fault) -> JSONValue {
    try enter()
    var members: [String: JSONValue] = [:]
    if peek() == UInt8(ascii: "}") {
      at += 1
    } else {
      while true {
        guard peek() == UInt8(ascii: "\"") else { throw fault() }
        let name = try string()
        guard peek() == UInt8(ascii: ":") else { throw fault() }
        at += 1
        members[name] = try value()
        if try ends(with: UInt8(ascii: "}")) { break }
      }
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(JSONValue.Fault) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    if peek() == UInt8(ascii: "]") {
      at += 1
    } else {
      repeat { elements.append(try value()) } while try !ends(with: UInt8(ascii: "]"))
    }
    depth -= 1
    return .array(elements)
  }

  /// Reads past a comma, or past the end of an object or array.
  private mutating func ends(with end: UInt8) throws(JSONValue.Fault) -> Bool {
    let byte = peek()
    guard byte == end || byte == UInt8(ascii: ",") else { throw fault() }
    at += 1
    return byte == end
  }

  // MARK: Numbers

  private mutating func number() throws(JSONValue.Fault) -> Double {
    let start = at
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { throw fault() }
    var isWhole = true
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      isWhole = false
      at += 1
      guard digits() > 0 else { throw fault() }
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
        at += 1
      }
      guard digits() > 0 else { throw fault() }
    }
    let text = bytes[start..<at]
    if isWhole, text.count <= 15 {
      var value = 0
      for byte in text where byte != UInt8(ascii: "-") { value = value * 10 + Int(byte - 0x30) }
      return text[start] == UInt8(ascii: "-") ? -Double(value) : Double(value)
    }
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
      throw fault()
    }
    return value
  }

  /// Reads past digits; how many there were.
  private mutating func digits() -> Int {
    let start = at
    while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
    return at - start
  }

  // MARK: Strings

  private mutating func string() throws(JSONValue.Fault) -> String {
    at += 1
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        let text = try decode(bytes[start..<at])
        at += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw fault() }
      at += 1
    }
    throw fault()
  }

  private func decode(_ text: Slice<UnsafeBufferPointer<UInt8>>) throws(JSONValue.Fault) -> String {
    guard let text = String(validating: UnsafeBufferPointer(rebasing: text), as: UTF8.self) else {
      throw fault(.encoding)
    }
    return text
  }

  /// A string with escapes: copied piece by piece.
  private mutating func escapedString(from start: Int) throws(JSONValue.Fault) -> String {
    var text = Array(bytes[start..<at])
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: text, as: UTF8.self) else { throw fault(.encoding) }
        return text
      case UInt8(ascii: "\\"): try unescape(into: &text)
      case 0..<0x20: throw fault()
      default: text.append(byte)
      }
    }
    throw fault()
  }

  private mutating func unescape(into text: inout [UInt8]) throws(JSONValue.Fault) {
    guard at < bytes.count else { throw fault() }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(try escapedScalar()) ?? .init())
    default: throw fault()
    }
  }

  /// The scalar of `\uXXXX`, or of a surrogate pair; half a pair is a fault.
  private mutating func escapedScalar() throws(JSONValue.Fault) -> Unicode.Scalar {
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xdc00, bytes.count - at >= 6, bytes[at] == UInt8(ascii: "\\"),
      bytes[at + 1] == UInt8(ascii: "u")
    else { throw fault(.encoding) }
    at += 2
    let low = try hexadecimal()
    guard 0xdc00...0xdfff ~= low,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { throw fault(.encoding) }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONValue.Fault) -> UInt32 {
    guard bytes.count - at >= 4 else { throw fault() }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      switch bytes[at] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(bytes[at] - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(bytes[at] - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(bytes[at] - 0x37)
      default: throw fault()
      }
      at += 1
    }
    return unit
  }
}
