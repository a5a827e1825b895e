/// What a load run weighs of a response's head.
package struct ResponseHead: Sendable, Equatable {
  package private(set) var status = 0
  package private(set) var contentLength: Int?
  package private(set) var isChunked = false
  package private(set) var keepsAlive = true
  package private(set) var isEventStream = false
  package private(set) var cache = CacheClass.none
  package private(set) var setCookies: [String] = []
  package private(set) var timing: ServerTiming?

  init() {}

  /// Reads status line and fields, empty line included.
  init(_ bytes: UnsafeRawBufferPointer) throws(MalformedResponse) {
    var start = 0
    var isFirst = true
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0a { end += 1 }
      guard end < bytes.count, end > start, bytes[end - 1] == 0x0d else {
        throw MalformedResponse("ends a line without CR")
      }
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<(end - 1)])
      if isFirst {
        try readStatus(line)
        isFirst = false
      } else if !line.isEmpty {
        try readField(line)
      }
      start = end + 1
    }
    if !isChunked, contentLength == nil, status != 204, status != 304, status >= 200 {
      keepsAlive = false
    }
  }

  /// `HTTP/1.x NNN …`
  private mutating func readStatus(_ line: UnsafeRawBufferPointer) throws(MalformedResponse) {
    guard line.count >= 12, line.starts(with: "HTTP/1.".utf8), line[8] == 0x20,
      line[7] == 0x30 || line[7] == 0x31, line.count == 12 || line[12] == 0x20
    else { throw MalformedResponse("does not start as HTTP/1") }
    var code = 0
    for digit in line[9..<12] {
      guard digit >= 0x30, digit <= 0x39 else { throw MalformedResponse("has no status") }
      code = code * 10 + Int(digit - 0x30)
    }
    guard (100...599).contains(code) else { throw MalformedResponse("has status \(code)") }
    status = code
    keepsAlive = line[7] == 0x31
  }

  private mutating func readField(_ line: UnsafeRawBufferPointer) throws(MalformedResponse) {
    var colon = 0
    while colon < line.count, line[colon] != 0x3a { colon += 1 }
    guard colon > 0, colon < line.count else { throw MalformedResponse("has a field without name") }
    // The length of the name rules nearly every field out before a letter is compared.
    let value = Self.value(line, colon)
    switch colon {
    case 7 where Self.matches(line[..<colon], "x-cache"):
      cache = CacheClass(rawValue: Self.text(value).lowercased()) ?? .none
    case 10 where Self.matches(line[..<colon], "set-cookie"):
      if setCookies.count < 20 { setCookies.append(Self.text(value)) }
    case 10 where Self.matches(line[..<colon], "connection"):
      if Self.matches(value, "close") {
        keepsAlive = false
      } else if Self.matches(value, "keep-alive") {
        keepsAlive = true
      }
    case 12 where Self.matches(line[..<colon], "content-type"):
      isEventStream = Self.matches(value.prefix(17), "text/event-stream")
    case 13 where Self.matches(line[..<colon], "server-timing"):
      timing = ServerTiming(value)
    case 14 where Self.matches(line[..<colon], "content-length"):
      guard let length = Self.decimal(value), contentLength ?? length == length else {
        throw MalformedResponse("has a bad Content-Length")
      }
      contentLength = length
    case 17 where Self.matches(line[..<colon], "transfer-encoding"):
      guard Self.matches(value, "chunked") else {
        throw MalformedResponse("has an unknown Transfer-Encoding")
      }
      isChunked = true
    default: break
    }
  }

  private typealias Bytes = Slice<UnsafeRawBufferPointer>

  /// Equal but for the case of letters; `name` is in lower case.
  private static func matches(_ bytes: Bytes, _ name: StaticString) -> Bool {
    guard bytes.count == name.utf8CodeUnitCount else { return false }
    var letter = name.utf8Start
    for byte in bytes {
      let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
      guard lower == letter.pointee else { return false }
      letter += 1
    }
    return true
  }

  /// What follows the colon, without blanks at both ends.
  private static func value(_ line: UnsafeRawBufferPointer, _ colon: Int) -> Bytes {
    var start = colon + 1
    var end = line.count
    while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
    while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
    return line[start..<end]
  }

  private static func text(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func decimal(_ bytes: Bytes) -> Int? {
    guard (1...18).contains(bytes.count) else { return nil }
    var number = 0
    for byte in bytes {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }
}
