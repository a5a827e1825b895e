import LoadTest
import Testing

@Suite struct ResponseParserTests {
  private struct Read: Equatable {
    var status = 0
    var body = ""
    var ended = false
    var used = 0
  }

  /// Feeds `text` in two pieces, cut at `cut`.
  private func parse(_ text: String, cut: Int, closes: Bool = false) throws -> Read {
    var parser = ResponseParser()
    var read = Read()
    let bytes = Array(text.utf8)
    for piece in [bytes[..<cut], bytes[cut...]] where !read.ended {
      try Array(piece).withUnsafeBytes { raw in
        var offset = 0
        reading: while true {
          switch try parser.next(raw, &offset) {
          case .needsMore: break reading
          case .head: read.status = parser.head.status
          case .body(let range):
            read.body += String(decoding: raw[range], as: UTF8.self)
          case .ended:
            read.ended = true
            break reading
          }
        }
        read.used += offset
      }
    }
    if closes, !read.ended { read.ended = parser.closed() }
    return read
  }

  @Test(
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
      ("HTTP/1.1 200\r\ncontent-LENGTH:   0  \r\n\r\n", 200, ""),
      ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
      ("HTTP/1.1 304 X\r\nContent-Length: 12\r\n\r\n", 304, ""),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n"
          + "0\r\nTrailer: t\r\n\r\n", 200, "abc0123456789"
      ),
      (
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
          + "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", 201, "ok"
      ),
    ]) func readsTheSameHoweverTheBytesAreCut(text: String, status: Int, body: String) throws
  {
    for cut in 0...text.utf8.count {
      let read = try parse(text, cut: cut)
      #expect(read == Read(status: status, body: body, ended: true, used: text.utf8.count))
    }
  }

  @Test func bodyWithoutLengthEndsWithTheConnectionOnly() throws {
    let text = "HTTP/1.1 200 OK\r\n\r\nall there is"
    let open = try parse(text, cut: 20)
    #expect(!open.ended && open.body == "all there is")
    #expect(try parse(text, cut: 20, closes: true).ended)
  }

  @Test(
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nContent-Len",
    ]) func aCutResponseIsNeverWhole(text: String) throws
  {
    #expect(try !parse(text, cut: 3, closes: true).ended)
  }

  @Test(
    arguments: [
      "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 999 OK\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
      "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000),
    ]) func refusesWhatIsNoResponse(text: String)
  {
    for cut in [0, min(30, text.utf8.count)] {
      #expect(throws: MalformedResponse.self) { try parse(text, cut: cut) }
    }
  }
}
