import ServiceHost

/// Reads a stream of `streamGenerateContent?alt=sse` from pieces of any size (reference, section
/// 4): `data:` lines with one JSON object each, or a bare error object over several lines in place
/// of the next one. The stream ends where the body ends; no event says so.
///
/// | state | `data:` line | empty line | other line |
/// | --- | --- | --- | --- |
/// | events | a chunk | – | the beginning of an error |
/// | error | more of the error | more of it | more of it; whole at its last brace |
struct GeminiStreamParser: Sendable {
  /// What a piece of the body said.
  enum Item: Sendable {
    case chunk(GeminiChunk)
    case failed(GeminiError)
  }

  private static let lineBytesMax = 4 << 20
  private var line: [UInt8] = []
  private var error: [UInt8] = []

  /// Takes the next piece. After `failed` nothing more is told.
  mutating func feed(_ bytes: [UInt8]) -> [Item] {
    var items: [Item] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      line.append(contentsOf: bytes[start..<end])
      start = end + 1
      if let item = endLine() {
        items.append(item)
        if case .failed = item { return items }
      }
    }
    line.append(contentsOf: bytes[start...])
    if line.count + error.count > Self.lineBytesMax { return items + [.failed(.init(.malformed))] }
    return items
  }

  /// The body has ended: what its last line says, which no line feed ended.
  mutating func finish() -> Item? {
    if let item = endLine() { return item }
    guard !error.isEmpty else { return nil }
    return .failed(GeminiError(.malformed, detail: "an error object that does not end"))
  }

  private mutating func endLine() -> Item? {
    defer { line = [] }
    if line.last == 0x0D { line.removeLast() }
    if error.isEmpty {
      if line.isEmpty || line.first == UInt8(ascii: ":") { return nil }
      if line.starts(with: "data:".utf8) { return Self.chunk(Array(line.dropFirst(5))) }
      // Fields of server-sent events that this API does not use.
      if Self.isField(line) { return nil }
    }
    error += line + [0x0A]
    guard let json = try? JSONValue(parsing: error) else { return nil }
    return .failed(
      json["error"].map { GeminiErrorReader.error($0) } ?? GeminiError(.malformed))
  }

  private static func isField(_ line: [UInt8]) -> Bool {
    ["event:", "id:", "retry:"].contains { line.starts(with: $0.utf8) }
  }

  private static func chunk(_ bytes: [UInt8]) -> Item {
    guard let json = try? JSONValue(parsing: bytes) else { return .failed(.init(.malformed)) }
    if let error = json["error"] { return .failed(GeminiErrorReader.error(error)) }
    guard let chunk = GeminiChunk(json) else { return .failed(.init(.malformed)) }
    return .chunk(chunk)
  }
}
