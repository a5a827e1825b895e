import ServiceHost
import Testing

@Suite struct FlatJSONReaderTests {
  /// What a reader told, pieces of one text joined.
  private func read(_ pieces: [[UInt8]]) throws -> [FlatJSONReader.Event] {
    var reader = FlatJSONReader()
    var events: [FlatJSONReader.Event] = []
    for piece in pieces {
      for event in try reader.feed(piece) {
        if case .text(let more) = event, case .text(let bytes)? = events.last {
          events[events.count - 1] = .text(bytes + more)
        } else {
          events.append(event)
        }
      }
    }
    try reader.finish()
    return events
  }

  @Test func readsTheSameHoweverTheBytesAreCut() throws {
    let text = #" {"a" : "x\n\"\\\/\u00e9\uD83D\uDE00é" ,"b":true,"c": -1.5e3 ,"d":null,"":""} "#
    let whole = Array(text.utf8)
    let expected: [FlatJSONReader.Event] = [
      .name("a"), .text(Array("x\n\"\\/é😀é".utf8)), .textEnded, .name("b"), .literal("true"),
      .name("c"), .literal("-1.5e3"), .name("d"), .literal("null"), .name(""), .textEnded,
    ]
    for cut in 0...whole.count {
      #expect(try read([Array(whole[..<cut]), Array(whole[cut...])]) == expected, "cut at \(cut)")
    }
    #expect(try read(whole.map { [$0] }) == expected)
    #expect(try read([Array("{}".utf8)]).isEmpty)
  }

  @Test(arguments: [
    "", "{", "}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,}"#, #"{"a":1 "b":2}"#, #"{"a":1}x"#,
    #"{"a":tru}"#, #"{"a":01}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#,
    #"{"a":"\uD800"}"#, #"{"a":"\uD800x"}"#, #"{"a":"\uDC00"}"#, #"{"a":"\uD800\n"}"#,
    "{\"a\":\"\n\"}", #"{"a":"b"#, #"{'a':1}"#, #"{a:1}"#, #"true"#, #"{"a":1}{"#, #"{"a":NaN}"#,
  ]) func refusesWhatIsNoJSON(_ text: String) {
    #expect(throws: FlatJSONReader.Failure.malformed) { try read([Array(text.utf8)]) }
    #expect(throws: FlatJSONReader.Failure.malformed) { try read(text.utf8.map { [$0] }) }
  }

  @Test(arguments: ["[]", #""a""#, #"{"a":[]}"#, #"{"a":{}}"#, "[[[["])
  func refusesWhatIsNotFlat(_ text: String) {
    #expect(throws: FlatJSONReader.Failure.notFlat) { try read([Array(text.utf8)]) }
  }

  @Test func holdsNoLongText() throws {
    var reader = FlatJSONReader()
    _ = try reader.feed(Array(#"{"a":""#.utf8))
    let piece = Array(repeating: UInt8(ascii: "A"), count: 100_000)
    for _ in 0..<20 { #expect(try reader.feed(piece) == [.text(piece)]) }
    #expect(throws: FlatJSONReader.Failure.malformed) {
      var endless = FlatJSONReader()
      _ = try endless.feed(Array("{\"".utf8) + piece)
    }
  }
}
