/// What a load run weighs of a response's head.
package struct ResponseHead: Sendable, Equatable {
  package private(set) var status = 0
  package private(set) var contentLength: Int?
  package private(set) var isChunked = false
  package private(set) var keepsAlive = true
  package private(set) var isEventStream = false
  package private(set) var cache = CacheClass.none
  package private(set) var setCookies: [String] = []

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
    switch colon {
    case 7 where Self.matches(line, "x-cache"):
      cache = CacheClass(rawValue: Self.value(line, colon).lowercased()) ?? .none
    case 10 where Self.matches(line, "set-cookie"):
      if setCookies.count < 20 { setCookies.append(Self.value(line, colon)) }
    case 10 where Self.matches(line, "connection"):
      switch Self.value(line, colon).lowercased() {
      case "close": keepsAlive = false
      case "keep-alive": keepsAlive = true
      default: break
      }
    case 12 where Self.matches(line, "content-type"):
      isEventStream = Self.value(line, colon).lowercased().hasPrefix("text/event-stream")
    case 14 where Self.matches(line, "content-length"):
      guard let length = Self.decimal(line, colon), contentLength ?? length == length else {
        throw MalformedResponse("has a bad Content-Length")
      }
      contentLength = length
    case 17 where Self.matches(line, "transfer-encoding"):
      guard Self.value(line, colon).lowercased() == "chunked" else {
        throw MalformedResponse("has an unknown Transfer-Encoding")
      }
      isChunked = true
    default: break
    }
  }

  private static func matches(_ line: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    for index in 0..<name.utf8CodeUnitCount
    where line[index] | 0x20 != name.utf8Start[index] | 0x20 { return false }
    return true
  }

  private static func value(_ line: UnsafeRawBufferPointer, _ colon: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]), as: UTF8.self).trimmed
  }

  private static func decimal(_ line: UnsafeRawBufferPointer, _ colon: Int) -> Int? {
    var number = 0
    var digits = 0
    var index = colon + 1
    while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
    while index < line.count, line[index] >= 0x30, line[index] <= 0x39, digits < 18 {
      number = number * 10 + Int(line[index] - 0x30)
      digits += 1
      index += 1
    }
    while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
    return digits > 0 && index == line.count ? number : nil
  }
}
