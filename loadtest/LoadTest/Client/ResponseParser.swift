/// Reads one HTTP/1.1 response from bytes as they come: a state machine without input or output.
///
/// | state | on bytes | next |
/// | --- | --- | --- |
/// | head | the empty line | body by its framing; head again after 1xx; ended where none may come |
/// | fixed | the announced number | ended |
/// | chunkSize … trailer | RFC 9112 section 7.1 | ended after the last chunk's trailer |
/// | untilClose | any | ended only by ``closed()`` |
///
/// Only the fields that a load run weighs are kept. Heads and lines are bounded; what breaks the
/// grammar throws, since a tester must not guess.
package struct ResponseParser {
  /// What the bytes so far amount to.
  package enum Step: Equatable {
    /// All bytes are used up and more must come.
    case needsMore
    /// ``ResponseParser/head`` may be read.
    case head
    /// Body bytes, as a range of the bytes passed in.
    case body(Range<Int>)
    case ended
  }

  private enum State {
    case head, fixed(Int), untilClose, ended
    case chunkSize, chunkData(Int), chunkEnd, trailer
  }

  static let headBytesMax = 65_536
  private static let lineBytesMax = 8_192

  private var state = State.head
  /// A head or line that did not arrive in one piece.
  private var pending: [UInt8] = []
  package private(set) var head = ResponseHead()

  package init() {}

  /// Takes the next step over `bytes` from `offset` on, and moves `offset` past what it used.
  package mutating func next(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(MalformedResponse) -> Step {
    while true {
      switch state {
      case .ended: return .ended
      case .head:
        guard try readHead(bytes, &offset) else { return .needsMore }
        if (100..<200).contains(head.status) {
          // An upgrade was never asked for, and no other interim answer ends the exchange.
          guard head.status != 101 else { throw MalformedResponse("switches protocols unasked") }
          head = ResponseHead()
          continue
        }
        state = framing()
        return .head
      case .fixed(let left):
        guard left > 0 else {
          state = .ended
          continue
        }
        guard let range = take(left, bytes, &offset) else { return .needsMore }
        state = .fixed(left - range.count)
        return .body(range)
      case .untilClose:
        guard let range = take(Int.max, bytes, &offset) else { return .needsMore }
        return .body(range)
      case .chunkSize:
        guard let line = try readLine(bytes, &offset) else { return .needsMore }
        let size = try Self.chunkSize(line)
        state = size == 0 ? .trailer : .chunkData(size)
      case .chunkData(let left):
        guard left > 0 else {
          state = .chunkEnd
          continue
        }
        guard let range = take(left, bytes, &offset) else { return .needsMore }
        state = .chunkData(left - range.count)
        return .body(range)
      case .chunkEnd:
        guard let line = try readLine(bytes, &offset) else { return .needsMore }
        guard line.isEmpty else { throw MalformedResponse("has more in a chunk than announced") }
        state = .chunkSize
      case .trailer:
        guard let line = try readLine(bytes, &offset) else { return .needsMore }
        if line.isEmpty { state = .ended }
      }
    }
  }

  /// The connection closed: whether the response is whole by that.
  package mutating func closed() -> Bool {
    switch state {
    case .untilClose, .ended:
      state = .ended
      return true
    default: return false
    }
  }

  private func framing() -> State {
    if head.status == 204 || head.status == 304 { return .ended }
    if head.isChunked { return .chunkSize }
    if let length = head.contentLength { return .fixed(length) }
    return .untilClose
  }

  private func take(
    _ most: Int, _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) -> Range<Int>? {
    let count = min(most, bytes.count - offset)
    guard count > 0 else { return nil }
    defer { offset += count }
    return offset..<(offset + count)
  }

  /// Reads up to the empty line: in place where the head came in one piece.
  private mutating func readHead(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(MalformedResponse) -> Bool {
    if pending.isEmpty {
      if let end = Self.endOfHead(bytes, from: offset) {
        head = try ResponseHead(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
        offset = end
        return true
      }
      pending.append(contentsOf: bytes[offset...])
      offset = bytes.count
    } else {
      while offset < bytes.count {
        pending.append(bytes[offset])
        offset += 1
        guard pending.count >= 4, pending[pending.count - 1] == 0x0a,
          pending.suffix(4).elementsEqual([0x0d, 0x0a, 0x0d, 0x0a])
        else { continue }
        let whole = pending
        pending.removeAll(keepingCapacity: true)
        let parsed: Result<ResponseHead, MalformedResponse> = whole.withUnsafeBytes { raw in
          do throws(MalformedResponse) { return .success(try ResponseHead(raw)) } catch {
            return .failure(error)
          }
        }
        head = try parsed.get()
        return true
      }
    }
    guard pending.count <= Self.headBytesMax else { throw MalformedResponse("has too long a head") }
    return false
  }

  /// The place after the empty line.
  private static func endOfHead(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start + 3
    while index < bytes.count {
      // Three of four places need no closer look: only LF or CR can belong to the end.
      switch bytes[index] {
      case 0x0a:
        if bytes[index - 1] == 0x0d, bytes[index - 2] == 0x0a, bytes[index - 3] == 0x0d {
          return index + 1
        }
        index += 2
      case 0x0d: index += 1
      default: index += 4
      }
    }
    return nil
  }

  /// One line without its CRLF, or nil until it is whole.
  private mutating func readLine(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(MalformedResponse) -> [UInt8]? {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == 0x0a {
        guard pending.last == 0x0d else { throw MalformedResponse("ends a line without CR") }
        defer { pending.removeAll(keepingCapacity: true) }
        return Array(pending.dropLast())
      }
      pending.append(byte)
      guard pending.count <= Self.lineBytesMax else {
        throw MalformedResponse("has too long a line")
      }
    }
    return nil
  }

  private static func chunkSize(_ line: [UInt8]) throws(MalformedResponse) -> Int {
    let digits = line.prefix { $0 != 0x3b && $0 != 0x20 && $0 != 0x09 }
    guard !digits.isEmpty, digits.count <= 15,
      let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0
    else { throw MalformedResponse("has a bad chunk size") }
    return size
  }
}

/// The bytes are no HTTP/1.1 response.
package struct MalformedResponse: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ what: String) { description = "the response \(what)" }
}
