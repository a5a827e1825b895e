/// Reads one JSON object of texts, numbers, truth values and nulls while its bytes come in, without
/// holding a long text whole: a file in Base64 passes through.
///
/// ```swift
/// var reader = FlatJSONReader()
/// for try await buffer in body { for event in try reader.feed(bytes) { … } }
/// try reader.finish()
/// ```
///
/// It refuses what is no JSON (RFC 8259), and objects and lists as values, which no such message
/// has. UTF-8 is judged by whoever makes text of the bytes.
package struct FlatJSONReader: Sendable {
  /// What was read.
  package enum Event: Sendable, Equatable {
    /// A member begins; its value follows.
    case name(String)
    /// A piece of a text, escapes resolved, in UTF-8.
    case text([UInt8])
    /// The text is whole.
    case textEnded
    /// `true`, `false`, `null` or a number, as it stands there.
    case literal(String)
  }

  /// Why the bytes are refused.
  package enum Failure: Error, Equatable {
    /// They are no JSON.
    case malformed
    /// It is JSON, but no object of plain values.
    case notFlat
  }

  private enum State {
    case start, beforeName, name, colon, value, text, literal, afterValue, end
  }

  private enum Escape {
    case none, begun
    case unicode(digits: Int, value: UInt32)
  }

  private static let nameBytesMax = 256
  private var state = State.start
  private var escape = Escape.none
  private var highSurrogate: UInt32?
  private var collected: [UInt8] = []
  private var mayEndObject = true

  package init() {}

  /// Takes further bytes; what they told.
  package mutating func feed(_ bytes: [UInt8]) throws(Failure) -> [Event] {
    var events: [Event] = []
    var index = 0
    while index < bytes.count {
      if state == .text || state == .name {
        index = try string(bytes, from: index, &events)
      } else {
        try take(bytes[index], &events)
        index += 1
      }
    }
    if state == .text, !collected.isEmpty {
      events.append(.text(collected))
      collected = []
    }
    return events
  }

  /// Nothing more comes.
  package func finish() throws(Failure) {
    if state != .end { throw .malformed }
  }

  // MARK: Between texts

  private mutating func take(_ byte: UInt8, _ events: inout [Event]) throws(Failure) {
    let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    if isSpace, state != .literal { return }
    switch (state, byte) {
    case (.start, UInt8(ascii: "{")): state = .beforeName
    case (.start, UInt8(ascii: "[")), (.start, UInt8(ascii: "\"")): throw .notFlat
    case (.beforeName, UInt8(ascii: "\"")):
      state = .name
      collected = []
    case (.beforeName, UInt8(ascii: "}")) where mayEndObject: state = .end
    case (.colon, UInt8(ascii: ":")): state = .value
    case (.value, UInt8(ascii: "\"")):
      state = .text
      collected = []
    case (.value, UInt8(ascii: "{")), (.value, UInt8(ascii: "[")): throw .notFlat
    case (.value, _):
      state = .literal
      collected = [byte]
    case (.literal, _): try literal(byte, isSpace: isSpace, &events)
    case (.afterValue, UInt8(ascii: ",")):
      mayEndObject = false
      state = .beforeName
    case (.afterValue, UInt8(ascii: "}")): state = .end
    default: throw .malformed
    }
  }

  private mutating func literal(
    _ byte: UInt8, isSpace: Bool, _ events: inout [Event]
  ) throws(Failure) {
    guard isSpace || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
      guard collected.count < 64 else { throw .malformed }
      collected.append(byte)
      return
    }
    let text = String(decoding: collected, as: UTF8.self)
    let isNumber = text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
    guard isNumber || ["true", "false", "null"].contains(text) else { throw .malformed }
    events.append(.literal(text))
    state = .afterValue
    if !isSpace { try take(byte, &events) }
  }

  // MARK: Within texts

  /// Reads on in a text; where it stopped.
  private mutating func string(
    _ bytes: [UInt8], from start: Int, _ events: inout [Event]
  ) throws(Failure) -> Int {
    var index = start
    while index < bytes.count {
      if case .none = escape {
        var end = index
        while end < bytes.count, bytes[end] != 0x22, bytes[end] != 0x5C, bytes[end] >= 0x20 {
          end += 1
        }
        if end > index {
          try endSurrogate()
          collected.append(contentsOf: bytes[index..<end])
          index = end
          if state == .name, collected.count > Self.nameBytesMax { throw .malformed }
          continue
        }
      }
      let byte = bytes[index]
      index += 1
      if try within(byte, &events) { return index }
    }
    return index
  }

  /// True where the text has ended.
  private mutating func within(_ byte: UInt8, _ events: inout [Event]) throws(Failure) -> Bool {
    switch escape {
    case .none:
      if byte == 0x5C {
        escape = .begun
      } else if byte == 0x22 {
        try endSurrogate()
        endText(&events)
        return true
      } else {
        throw .malformed
      }
    case .begun: try escaped(byte)
    case .unicode(let digits, let value):
      guard let digit = Self.hexadecimal(byte) else { throw .malformed }
      if digits == 3 {
        escape = .none
        try append(scalar: value << 4 | digit)
      } else {
        escape = .unicode(digits: digits + 1, value: value << 4 | digit)
      }
    }
    return false
  }

  private mutating func endText(_ events: inout [Event]) {
    if state == .name {
      events.append(.name(String(decoding: collected, as: UTF8.self)))
      state = .colon
    } else {
      if !collected.isEmpty { events.append(.text(collected)) }
      events.append(.textEnded)
      state = .afterValue
    }
    collected = []
  }

  private mutating func escaped(_ byte: UInt8) throws(Failure) {
    if byte == UInt8(ascii: "u") {
      escape = .unicode(digits: 0, value: 0)
      return
    }
    try endSurrogate()
    let plain: [UInt8: UInt8] = [
      0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12,
      UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]
    guard let value = plain[byte] else { throw .malformed }
    collected.append(value)
    escape = .none
  }

  /// Half a pair of surrogates names no character.
  private func endSurrogate() throws(Failure) {
    if highSurrogate != nil { throw .malformed }
  }

  private mutating func append(scalar value: UInt32) throws(Failure) {
    var value = value
    if let high = highSurrogate {
      guard (0xDC00...0xDFFF).contains(value) else { throw .malformed }
      value = 0x1_0000 + (high - 0xD800) << 10 + (value - 0xDC00)
      highSurrogate = nil
    } else if (0xD800...0xDBFF).contains(value) {
      highSurrogate = value
      return
    }
    guard let scalar = Unicode.Scalar(value) else { throw .malformed }
    collected.append(contentsOf: UTF8.encode(scalar) ?? UTF8.EncodedScalar())
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
