import Glibc

/// Finds what a load run needs in an answer without parsing it whole: no answer of thousands a
/// second is worth a tree of objects.
///
/// A quoted key followed by a colon cannot occur inside a JSON string, where the quote would be
/// escaped, so the first hit is a real member.
enum ByteSearch {
  /// The place of `pattern` at or after `start`.
  static func find(
    _ pattern: StaticString, in bytes: UnsafeRawBufferPointer, from start: Int = 0
  ) -> Int? {
    let length = pattern.utf8CodeUnitCount
    guard let base = bytes.baseAddress, length > 0 else { return nil }
    var place = start
    while place + length <= bytes.count {
      guard
        let hit = memchr(
          base + place, CInt(pattern.utf8Start.pointee), bytes.count - length + 1 - place)
      else { return nil }
      place = UnsafeRawPointer(hit) - base
      if memcmp(hit, pattern.utf8Start, length) == 0 { return place }
      place += 1
    }
    return nil
  }

  /// The text of a string member such as `"id":"…"`; the pattern ends with the opening quote.
  /// Nil where it is missing or holds an escape.
  static func text(after pattern: StaticString, in body: [UInt8]) -> String? {
    body.withUnsafeBytes { bytes in
      guard let place = find(pattern, in: bytes) else { return nil }
      let start = place + pattern.utf8CodeUnitCount
      var end = start
      while end < bytes.count, bytes[end] != 0x22, end - start <= 200 {
        guard bytes[end] != 0x5c else { return nil }
        end += 1
      }
      guard end < bytes.count, end > start, end - start <= 200 else { return nil }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
  }

  /// The whole number of a member such as `"total_tokens":`, after `start`.
  static func number(
    after pattern: StaticString, in bytes: UnsafeRawBufferPointer, from start: Int = 0
  ) -> Int? {
    guard let place = find(pattern, in: bytes, from: start) else { return nil }
    var index = place + pattern.utf8CodeUnitCount
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
    var value = 0
    let first = index
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39, index - first < 15 {
      value = value * 10 + Int(bytes[index] - 0x30)
      index += 1
    }
    return index > first ? value : nil
  }
}

/// What an answer says that it spent.
package struct TokenUsage: Sendable, Equatable {
  package var prompt = 0
  package var cached = 0
  package var candidates = 0
  package var thoughts = 0
  package var total = 0

  package init() {}

  /// Reads the last `"usage":{…}` of an answer; nil where it has none.
  package init?(_ body: [UInt8]) {
    let read: TokenUsage? = body.withUnsafeBytes { bytes in
      guard let place = ByteSearch.find("\"usage\":{", in: bytes) else { return nil }
      let end = bytes[place...].firstIndex(of: 0x7d) ?? bytes.endIndex
      let part = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
      guard let total = ByteSearch.number(after: "\"total_tokens\":", in: part) else { return nil }
      var usage = TokenUsage()
      usage.prompt = ByteSearch.number(after: "\"prompt_tokens\":", in: part) ?? 0
      usage.cached = ByteSearch.number(after: "\"cached_tokens\":", in: part) ?? 0
      usage.candidates = ByteSearch.number(after: "\"candidates_tokens\":", in: part) ?? 0
      usage.thoughts = ByteSearch.number(after: "\"thoughts_tokens\":", in: part) ?? 0
      usage.total = total
      return usage
    }
    guard let read else { return nil }
    self = read
  }

  /// Spends what the other spent too.
  mutating func add(_ other: TokenUsage) {
    prompt += other.prompt
    cached += other.cached
    candidates += other.candidates
    thoughts += other.thoughts
    total += other.total
  }
}
