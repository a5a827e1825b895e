import Testing
import WorkerAPI

@Suite struct ServerSentEventParserTests {
  private static let stream =
    "\u{FEFF}event: start\r\ndata: {\"cache\":\"miss\"}\r\n\r\n: attente\n\n"
    + "event: delta\rdata: l'été à Nîmes 😀\rdata: suite\r\rid: 7\nretry: 10\ndata\n\n"
    + "event: alone\n\ndata:no space\n\nevent: cut\ndata: never told"
  private static let events = [
    ServerSentEvent(name: "start", data: "{\"cache\":\"miss\"}"),
    ServerSentEvent(name: "delta", data: "l'été à Nîmes 😀\nsuite"),
    ServerSentEvent(name: "message", data: ""),
    ServerSentEvent(name: "message", data: "no space"),
  ]

  @Test func readsAWholeStream() throws {
    var parser = ServerSentEventParser()
    #expect(try parser.feed(Array(Self.stream.utf8)) == Self.events)
  }

  /// A piece may end anywhere: inside a character, between CR and LF, inside a field's name.
  @Test func readsTheSameWhereverItIsCut() throws {
    let bytes = Array(Self.stream.utf8)
    for one in 0...bytes.count {
      for other in one...min(bytes.count, one + 3) {
        var parser = ServerSentEventParser()
        var events = try parser.feed(Array(bytes[..<one]))
        events += try parser.feed(Array(bytes[one..<other]))
        events += try parser.feed(Array(bytes[other...]))
        #expect(events == Self.events, "cut at \(one) and \(other)")
      }
    }
  }

  @Test func readsByteByByte() throws {
    var parser = ServerSentEventParser()
    var events: [ServerSentEvent] = []
    for byte in Self.stream.utf8 { events += try parser.feed([byte]) }
    #expect(events == Self.events)
  }

  @Test func refusesALineWithoutEnd() throws {
    var parser = ServerSentEventParser(maxLineBytes: 16)
    _ = try parser.feed(Array("data: 0123456789".utf8))
    #expect(throws: ServerSentEventError.lineTooLong) { try parser.feed([0x30]) }
  }

  @Test func refusesAnEventWithoutEnd() throws {
    var parser = ServerSentEventParser(maxLineBytes: 64, maxEventBytes: 32)
    #expect(throws: ServerSentEventError.eventTooLong) {
      for _ in 0..<10 { _ = try parser.feed(Array("data: 0123456789\n".utf8)) }
    }
  }

  /// Empty data lines take no byte of a bound that counts only their text.
  @Test func refusesAnEventOfEmptyLines() throws {
    var parser = ServerSentEventParser(maxLineBytes: 64, maxEventBytes: 32)
    #expect(throws: ServerSentEventError.eventTooLong) {
      for _ in 0..<64 { _ = try parser.feed(Array("data:\n".utf8)) }
    }
  }

  @Test(arguments: ["a\nb", "a\r\nb\rc", "", "\n", "fin\n", "data: x", " espace"])
  func readsWhatItEncodes(_ data: String) throws {
    var parser = ServerSentEventParser()
    let event = ServerSentEvent(name: "delta", data: data)
    let lines = data.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    #expect(try parser.feed(event.encoded()) == [ServerSentEvent(name: "delta", data: lines)])
  }

  @Test func aNameCannotStartAnotherField() throws {
    var parser = ServerSentEventParser()
    let event = ServerSentEvent(name: "delta\ndata: injected", data: "x")
    #expect(try parser.feed(event.encoded()).map(\.data) == ["x"])
  }

  @Test func dropsHeartbeats() throws {
    var parser = ServerSentEventParser()
    #expect(try parser.feed(ServerSentEvent.heartbeat).isEmpty)
  }
}
