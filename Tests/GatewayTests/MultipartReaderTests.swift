import Gateway
import Testing

@Suite struct MultipartReaderTests {
  private static let boundary = "----limite-42"

  private func body(_ parts: [(head: String, content: [UInt8])], end: String = "--\r\n") -> [UInt8]
  {
    var body: [UInt8] = []
    for part in parts {
      body += Array("--\(Self.boundary)\r\n\(part.head)\r\n\r\n".utf8) + part.content
      body += Array("\r\n".utf8)
    }
    return body + Array("--\(Self.boundary)\(end)".utf8)
  }

  private func file(_ content: [UInt8]) -> (head: String, content: [UInt8]) {
    (
      "Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n"
        + "Content-Type: application/pdf", content
    )
  }

  /// What a reader told, content joined.
  private func read(_ pieces: [[UInt8]]) throws -> [MultipartReader.Event] {
    var reader = try #require(MultipartReader(boundary: Self.boundary))
    var events: [MultipartReader.Event] = []
    for piece in pieces {
      for event in try reader.feed(piece) {
        if case .content(let more) = event, case .content(let bytes)? = events.last {
          events[events.count - 1] = .content(bytes + more)
        } else {
          events.append(event)
        }
      }
    }
    try reader.finish()
    return events
  }

  /// Contents that look like delimiters nearly to the end.
  private static let contents: [[UInt8]] = [
    [], [0], Array("\r\n".utf8), Array("\r\n--".utf8), Array("\r\n------limite-4".utf8),
    Array("--\(boundary)".utf8), Array("\r\r\r\n\n\r\n-".utf8),
    Array("x\r\n------limite-43\r\ny".utf8), Array(repeating: 0x0D, count: 300),
    (0..<600).map { UInt8(truncatingIfNeeded: $0) },
  ]

  @Test(arguments: contents) func readsTheSameHoweverTheBytesAreCut(_ content: [UInt8]) throws {
    let whole = body([file(content), ("Content-Disposition: form-data; name=\"b\"", [0x31])])
    var expected: [MultipartReader.Event] = [
      .part(name: "file", filename: "a.pdf", contentType: "application/pdf")
    ]
    if !content.isEmpty { expected.append(.content(content)) }
    expected += [
      .partEnded, .part(name: "b", filename: nil, contentType: nil), .content([0x31]), .partEnded,
    ]
    // A delimiter at the start of a content is one of no line: only a line's end makes it one.
    for cut in 0...whole.count {
      #expect(try read([Array(whole[..<cut]), Array(whole[cut...])]) == expected, "cut at \(cut)")
    }
    #expect(try read(whole.map { [$0] }) == expected)
  }

  @Test func readsRandomContentsCutAtRandom() throws {
    var generator = SystemRandomNumberGenerator()
    // Few letters, so that parts of the delimiter come often.
    let letters = Array("\r\n-limte42".utf8)
    for _ in 0..<200 {
      let content = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        letters[Int.random(in: 0..<letters.count, using: &generator)]
      }
      let delimiter = "\r\n--\(Self.boundary)"
      guard !String(decoding: content, as: UTF8.self).contains(delimiter) else { continue }
      var rest = body([file(content)])
      var pieces: [[UInt8]] = []
      while !rest.isEmpty {
        let count = min(rest.count, Int.random(in: 1...40, using: &generator))
        pieces.append(Array(rest[..<count]))
        rest.removeFirst(count)
      }
      let told = try read(pieces).compactMap {
        if case .content(let bytes) = $0 { bytes } else { nil as [UInt8]? }
      }
      #expect(told.reduce([], +) == content)
    }
  }

  @Test func passesOverPreambleEpilogueAndPadding() throws {
    let whole =
      Array("ceci n'est rien\r\n".utf8)
      + body([file([1, 2])], end: "--\r\nni cela")
    #expect(try read([whole]).count == 3)
    let padded = String(decoding: body([file([0x41])]), as: UTF8.self)
      .replacing("--\(Self.boundary)\r\n", with: "--\(Self.boundary) \t\r\n")
    #expect(try read([Array(padded.utf8)]).count == 3)
  }

  @Test(arguments: [
    // Cut off in every part.
    "", "--", "------limite-42", "------limite-42\r\nContent-Disposition: form-data; name=\"a\"",
    "------limite-42\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc",
    "------limite-42\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc\r\n------limite-42",
    // No name, another disposition, two of them, a folded line, no colon.
    "------limite-42\r\nContent-Disposition: form-data\r\n\r\na\r\n------limite-42--",
    "------limite-42\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\na\r\n------limite-42--",
    "------limite-42\r\nX-A: b\r\n\r\na\r\n------limite-42--",
    "------limite-42\r\n\r\n\r\na\r\n------limite-42--",
    "------limite-42\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\na\r\n------limite-42--",
    "------limite-42\r\nContent-Disposition\r\n\r\na\r\n------limite-42--",
    // An encoding that would be kept as it is.
    "------limite-42\r\nContent-Disposition: form-data; name=\"a\"\r\n"
      + "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n------limite-42--",
    "------limite-42xyz\r\n",
  ]) func refusesWhatIsBroken(_ text: String) throws {
    var reader = try #require(MultipartReader(boundary: Self.boundary))
    #expect(throws: MultipartReader.Failure.malformed) {
      _ = try reader.feed(Array(text.utf8))
      try reader.finish()
    }
  }

  @Test func boundsHeadsPartsAndPadding() throws {
    var endless = try #require(MultipartReader(boundary: Self.boundary))
    let head = "--\(Self.boundary)\r\nX-Long: " + String(repeating: "a", count: 20_000)
    #expect(throws: MultipartReader.Failure.malformed) { try endless.feed(Array(head.utf8)) }
    var padded = try #require(MultipartReader(boundary: Self.boundary))
    let padding = "--\(Self.boundary)" + String(repeating: " ", count: 1000)
    #expect(throws: MultipartReader.Failure.malformed) { try padded.feed(Array(padding.utf8)) }
    let part = ("Content-Disposition: form-data; name=\"a\"", [UInt8(0x31)])
    #expect(throws: MultipartReader.Failure.malformed) {
      try read([body(Array(repeating: part, count: 17))])
    }
    #expect(try read([body(Array(repeating: part, count: 16))]).count == 48)
  }

  @Test func takesOnlyTheBoundariesOfTheStandard() {
    #expect(MultipartReader(boundary: "") == nil)
    #expect(MultipartReader(boundary: String(repeating: "a", count: 71)) == nil)
    #expect(MultipartReader(boundary: "a b ") == nil)
    #expect(MultipartReader(boundary: "é") == nil)
    #expect(MultipartReader(boundary: "a\r\nb") == nil)
    #expect(MultipartReader(boundary: String(repeating: "a", count: 70)) != nil)
  }

  @Test func readsNamesAsBrowsersWriteThem() throws {
    let head = #"Content-Disposition: form-data; name="file"; filename="C:\doc \"é\"%22.pdf""#
    let events = try read([body([(head, [0x31])])])
    #expect(
      events.first == .part(name: "file", filename: #"C:\doc "é"%22.pdf"#, contentType: nil))
  }
}
