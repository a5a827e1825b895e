/// One line of the log being written: a flat JSON object, field by field.
///
/// ```swift
/// var line = LogLine(wallNanoseconds: now, level: "info", logger: "gateway", message: "ready")
/// line.field("status", 200)
/// sink.append(line.finished(), channels: .system)
/// ```
///
/// Keys are constants of the program, so each stands once by construction; values may be any text.
package struct LogLine {
  private var bytes: [UInt8]

  /// Begins a line with the fields every line has.
  package init(wallNanoseconds: UInt64, level: String, logger: String, message: String) {
    bytes = []
    bytes.reserveCapacity(640)
    raw("{\"ts\":\"")
    Timestamp.append(wallNanoseconds: wallNanoseconds, to: &bytes)
    raw("\",\"level\":\"")
    JSONEscape.append(level, to: &bytes)
    raw("\",\"logger\":\"")
    JSONEscape.append(logger, to: &bytes)
    raw("\",\"msg\":\"")
    JSONEscape.append(message, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A text.
  package mutating func field(_ key: StaticString, _ value: String) {
    self.key(key)
    bytes.append(UInt8(ascii: "\""))
    JSONEscape.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A text, left out where there is none.
  package mutating func field(_ key: StaticString, _ value: String?) {
    if let value { field(key, value) }
  }

  /// A whole number.
  package mutating func field(_ key: StaticString, _ value: Int) {
    self.key(key)
    decimal(value)
  }

  /// A whole number, left out where there is none.
  package mutating func field(_ key: StaticString, _ value: Int?) {
    if let value { field(key, value) }
  }

  /// Yes or no.
  package mutating func field(_ key: StaticString, _ value: Bool) {
    self.key(key)
    raw(value ? "true" : "false")
  }

  /// Nanoseconds as milliseconds with three places.
  package mutating func field(_ key: StaticString, millisecondsOf nanoseconds: Int) {
    self.key(key)
    let microseconds = max(0, nanoseconds) / 1000
    decimal(microseconds / 1000)
    bytes.append(UInt8(ascii: "."))
    let rest = microseconds % 1000
    for divisor in [100, 10, 1] { bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10)) }
  }

  /// A text the caller writes as bytes that need no escape, as hexadecimal digits.
  package mutating func field(_ key: StaticString, plain write: (inout [UInt8]) -> Void) {
    self.key(key)
    bytes.append(UInt8(ascii: "\""))
    write(&bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A list of texts.
  package mutating func field(_ key: StaticString, _ values: [String]) {
    self.key(key)
    bytes.append(UInt8(ascii: "["))
    for (position, value) in values.enumerated() {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      JSONEscape.append(value, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// A text under a key that is no literal.
  package mutating func field(named key: String, text value: String) {
    field(named: key) { bytes in
      bytes.append(UInt8(ascii: "\""))
      JSONEscape.append(value, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  /// A field with a key from outside and a value that is JSON already.
  mutating func field(named key: String, write: (inout [UInt8]) -> Void) {
    raw(",\"")
    JSONEscape.append(key, to: &bytes)
    raw("\":")
    write(&bytes)
  }

  /// The object closed and its line ended.
  package consuming func finished() -> [UInt8] {
    raw("}\n")
    return bytes
  }

  private mutating func key(_ key: StaticString) {
    raw(",\"")
    raw(key)
    raw("\":")
  }

  private mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func decimal(_ value: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }
}
