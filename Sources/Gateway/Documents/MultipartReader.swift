/// Reads `multipart/form-data` (RFC 7578, RFC 2046) while its bytes come in; holds one part's head
/// and a little more than a boundary, never a part.
///
/// | state | reads until | then |
/// | --- | --- | --- |
/// | preamble | the first delimiter | padding |
/// | padding | the line's end, or `--` | head, or epilogue |
/// | head | an empty line | content |
/// | content | CRLF and the delimiter | padding |
/// | epilogue | – | dropped |
package struct MultipartReader: Sendable {
  /// What was read.
  package enum Event: Sendable, Equatable {
    /// A part begins.
    case part(name: String, filename: String?, contentType: String?)
    /// Bytes of the part.
    case content([UInt8])
    case partEnded
  }

  /// Why the bytes are refused.
  package enum Failure: Error, Equatable {
    /// The bytes are no such message, or a bound is passed.
    case malformed
  }

  private enum State { case preamble, padding, head, content, epilogue }

  private static let headBytesMax = 8 * 1024
  private static let partsMax = 16
  private static let paddingMax = 256

  /// CRLF, two hyphens, the boundary.
  private let delimiter: [UInt8]
  private var state = State.preamble
  /// What is not judged yet. The first delimiter needs no line's end before it: one is put there.
  private var held: [UInt8] = [0x0D, 0x0A]
  private var parts = 0

  /// - Parameter boundary: 1 to 70 characters, as RFC 2046 has it; nil for any other.
  package init?(boundary: String) {
    let allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? "
    guard (1...70).contains(boundary.utf8.count), boundary.allSatisfy(allowed.contains),
      boundary.last != " "
    else { return nil }
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// Takes further bytes; what they told.
  package mutating func feed(_ bytes: [UInt8]) throws(Failure) -> [Event] {
    held.append(contentsOf: bytes)
    var events: [Event] = []
    var position = 0
    while try step(&position, &events) {}
    held.removeFirst(position)
    return events
  }

  /// Nothing more comes: the closing delimiter must have been there.
  package func finish() throws(Failure) {
    if state != .epilogue { throw .malformed }
  }

  /// False where more bytes are needed.
  private mutating func step(
    _ position: inout Int, _ events: inout [Event]
  ) throws(Failure) -> Bool {
    switch state {
    case .preamble:
      guard let end = skip(&position, keeping: { _ in }) else { return false }
      position = end
      state = .padding
    case .padding: return try padding(&position)
    case .head: return try head(&position, &events)
    case .content:
      guard let end = skip(&position, keeping: { events.append(.content($0)) }) else {
        return false
      }
      position = end
      events.append(.partEnded)
      state = .padding
    case .epilogue:
      position = held.count
      return false
    }
    return true
  }

  /// Moves to the next delimiter, or as far as none can begin; what was passed is told.
  /// - Returns: where the delimiter ends.
  private func skip(_ position: inout Int, keeping tell: ([UInt8]) -> Void) -> Int? {
    let start = position
    var at = position
    while at < held.count {
      guard let next = held[at...].firstIndex(of: 0x0D) else {
        at = held.count
        break
      }
      at = next
      let rest = held[at...].prefix(delimiter.count)
      if rest.elementsEqual(delimiter.prefix(rest.count)) {
        if rest.count == delimiter.count {
          if at > start { tell(Array(held[start..<at])) }
          return at + delimiter.count
        }
        break
      }
      at += 1
    }
    if at > start { tell(Array(held[start..<at])) }
    position = at
    return nil
  }

  /// After a delimiter: white space and the end of the line, or two hyphens.
  private mutating func padding(_ position: inout Int) throws(Failure) -> Bool {
    guard held.count - position >= 2 else { return false }
    if held[position] == 0x2D, held[position + 1] == 0x2D {
      position += 2
      state = .epilogue
      return true
    }
    var at = position
    while at < held.count, held[at] == 0x20 || held[at] == 0x09 { at += 1 }
    guard at - position <= Self.paddingMax else { throw .malformed }
    guard at + 1 < held.count else { return false }
    guard held[at] == 0x0D, held[at + 1] == 0x0A else { throw .malformed }
    parts += 1
    guard parts <= Self.partsMax else { throw .malformed }
    // The line's end stays: a head may be empty, and its end is then this line's.
    position = at
    state = .head
    return true
  }

  private mutating func head(
    _ position: inout Int, _ events: inout [Event]
  ) throws(Failure) -> Bool {
    let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    let window = held[position...].prefix(Self.headBytesMax + end.count)
    guard let at = window.indices.first(where: { window[$0...].prefix(4).elementsEqual(end) })
    else {
      if window.count > Self.headBytesMax { throw .malformed }
      return false
    }
    guard let text = String(validating: held[position..<at], as: UTF8.self) else {
      throw .malformed
    }
    try part(text, &events)
    position = at + end.count
    state = .content
    return true
  }

  private func part(_ text: String, _ events: inout [Event]) throws(Failure) {
    var disposition: HeaderParameters?
    var contentType: String?
    for line in text.components(crlf: ()) where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), let first = line.first, first != " ",
        first != "\t"
      else { throw .malformed }
      let value = String(line[line.index(after: colon)...])
      switch line[..<colon].lowercased() {
      case "content-disposition":
        guard disposition == nil else { throw .malformed }
        disposition = HeaderParameters(value)
      case "content-type": contentType = HeaderParameters(value).value
      // A part that says it is encoded would be kept as it is: RFC 7578, section 4.7.
      case "content-transfer-encoding":
        let encoding = HeaderParameters(value).value
        guard ["7bit", "8bit", "binary"].contains(encoding) else { throw .malformed }
      default: break
      }
    }
    guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
      throw .malformed
    }
    events.append(
      .part(name: name, filename: disposition["filename"], contentType: contentType))
  }
}

extension String {
  fileprivate func components(crlf: Void) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar == "\n", line.last == "\r" {
        line.removeLast()
        lines.append(String(line))
        line = String.UnicodeScalarView()
      } else {
        line.append(scalar)
      }
    }
    lines.append(String(line))
    return lines
  }
}
