/// Reads a `text/event-stream` from pieces of any size (WHATWG HTML, section 9.2.6).
///
/// Lines end with LF, CR or CRLF; a byte order mark at the start and comments are dropped; bytes
/// are decoded a line at a time, so a piece may end within a character. An event without `data` is
/// not told, nor is one that the end of the stream cut off: whoever needs completeness waits for
/// the event that says so.
///
/// | state | LF | CR | other |
/// | --- | --- | --- | --- |
/// | in a line | the line ends | the line ends, after CR | a byte of the line |
/// | after CR | belongs to the CR | an empty line ends | a byte of the next line |
package struct ServerSentEventParser: Sendable {
  private let maxLineBytes: Int
  private let maxEventBytes: Int
  private var line: [UInt8] = []
  private var name = ""
  private var data: [UInt8] = []
  private var hasData = false
  private var isAfterReturn = false
  private var isFirstLine = true

  /// - Parameters:
  ///   - maxLineBytes: one line without its end.
  ///   - maxEventBytes: the data of one event.
  package init(maxLineBytes: Int = 256 * 1024, maxEventBytes: Int = 1024 * 1024) {
    self.maxLineBytes = maxLineBytes
    self.maxEventBytes = maxEventBytes
  }

  /// Takes the next piece and answers the events that it completes.
  ///
  /// After an error the parser has lost its place: end the stream.
  package mutating func feed(_ bytes: [UInt8]) throws(ServerSentEventError) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    var start = bytes.startIndex
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte == 0x0A || byte == 0x0D else { continue }
      defer { start = index + 1 }
      if byte == 0x0A, isAfterReturn, start == index {
        isAfterReturn = false
        continue
      }
      try append(bytes[start..<index])
      isAfterReturn = byte == 0x0D
      if let event = try endLine() { events.append(event) }
    }
    if start < bytes.endIndex {
      isAfterReturn = false
      try append(bytes[start...])
    }
    return events
  }

  private mutating func append(_ piece: ArraySlice<UInt8>) throws(ServerSentEventError) {
    guard line.count + piece.count <= maxLineBytes else { throw .lineTooLong }
    line.append(contentsOf: piece)
  }

  private mutating func endLine() throws(ServerSentEventError) -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    var content = line[...]
    if isFirstLine {
      isFirstLine = false
      if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    }
    if content.isEmpty { return endEvent() }
    let colon = content.firstIndex(of: 0x3A)
    if colon == content.startIndex { return nil }
    let field = content[..<(colon ?? content.endIndex)]
    var value = colon.map { content[($0 + 1)...] } ?? []
    if value.first == 0x20 { value = value.dropFirst() }
    if field.elementsEqual("data".utf8) {
      guard data.count + value.count < maxEventBytes else { throw .eventTooLong }
      if hasData { data.append(0x0A) }
      data.append(contentsOf: value)
      hasData = true
    } else if field.elementsEqual("event".utf8) {
      name = String(decoding: value, as: UTF8.self)
    }
    return nil
  }

  private mutating func endEvent() -> ServerSentEvent? {
    defer {
      name = ""
      data.removeAll(keepingCapacity: true)
      hasData = false
    }
    guard hasData else { return nil }
    return ServerSentEvent(
      name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
  }
}

/// Why a stream of events cannot be read on.
package enum ServerSentEventError: Error, Sendable, Hashable {
  /// A line without end.
  case lineTooLong
  /// An event without end.
  case eventTooLong
  /// The data of a known event is not what it must be.
  case malformedEvent(name: String)
}
