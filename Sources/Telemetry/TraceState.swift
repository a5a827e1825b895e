/// The `tracestate` list: checked by the grammar of W3C Trace Context Level 2 and bounded.
enum TraceState {
  private static let membersMax = 32
  /// The standard asks to pass on at least 512 characters; more is not owed to a stranger.
  private static let charactersMax = 512
  /// Members longer than this are the first to go when the list is too long.
  private static let longMember = 128

  /// The list in its order without empty members; nil where it is broken or empty.
  static func sanitized(_ header: String) -> String? {
    guard header.utf8.count <= 8192 else { return nil }
    var members: [Substring] = []
    for part in header.split(separator: ",", omittingEmptySubsequences: true) {
      let member = trimmed(part)
      if member.isEmpty { continue }
      guard isMember(member), members.count < membersMax else { return nil }
      members.append(member)
    }
    if length(members) > charactersMax { members.removeAll { $0.utf8.count > longMember } }
    while length(members) > charactersMax { members.removeLast() }
    return members.isEmpty ? nil : members.joined(separator: ",")
  }

  private static func length(_ members: [Substring]) -> Int {
    members.reduce(max(0, members.count - 1)) { $0 + $1.utf8.count }
  }

  private static func trimmed(_ part: Substring) -> Substring {
    var part = part
    while let first = part.utf8.first, first == 0x20 || first == 0x09 { part.removeFirst() }
    while let last = part.utf8.last, last == 0x20 || last == 0x09 { part.removeLast() }
    return part
  }

  private static func isMember(_ member: Substring) -> Bool {
    guard let equals = member.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let key = member.utf8[..<equals]
    let value = member.utf8[member.utf8.index(after: equals)...]
    guard let first = key.first, key.count <= 256, isLowerOrDigit(first),
      key.allSatisfy({ isLowerOrDigit($0) || "_-*/@".utf8.contains($0) })
    else { return false }
    guard !value.isEmpty, value.count <= 256 else { return false }
    return value.allSatisfy {
      (0x20...0x7e).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
    }
  }

  private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
