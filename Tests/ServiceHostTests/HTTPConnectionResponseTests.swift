import NIOCore
import ServiceHost
import Testing

/// How an answer is framed, and when its connection is kept.
@Suite struct HTTPConnectionResponseTests {
  @Test func aKnownLengthIsDeclaredAndAnUnknownOneChunked() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
      let whole = try await wire.response()
      #expect(whole.headers["content-length"] == "6" && whole.headers["connection"] == nil)
      #expect(whole.headers["transfer-encoding"] == nil)
      #expect(whole.headers["date"]?.hasSuffix(" GMT") == true)
      try wire.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
      let streamed = try await wire.response()
      #expect(streamed.headers["transfer-encoding"] == "chunked")
      #expect(streamed.headers["content-length"] == nil && streamed.body == "one two three")
      try await eventually { host.log.finished.count == 2 }
      #expect(host.log.finished.map(\.completion.bytesOut) == [6, 13])
      #expect(host.log.finished.map(\.completion.bytesIn) == [31, 33])
    }
  }

  /// Whatever the answer would have been, no byte of a body follows, so the next answer is found.
  @Test(arguments: [
    ("HEAD", "/echo", 200), ("HEAD", "/stream", 200), ("HEAD", "/probe", 200),
    ("GET", "/none", 204), ("GET", "/none-with-body", 204),
    ("GET", "/unchanged", 304), ("HEAD", "/none", 204),
  ])
  func noBodyFollows(method: String, path: String, status: Int) async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await wire.response(hasBody: false)
      #expect(answer.status == status)
      if status == 204 { #expect(answer.headers["content-length"] == nil) }
      // RFC 9110, section 8.6: what it says of the length is what GET would have said.
      if path == "/echo" { #expect(answer.headers["content-length"] == "6") }
      if path == "/probe" { #expect(answer.headers["content-length"] == "4") }
      try wire.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await wire.response().body == "/after ")
      try await eventually { host.log.finished.count == 2 }
      #expect(host.log.finished.map(\.completion.bytesOut) == [0, 7])
    }
  }

  @Test(arguments: [
    // HTTP/1.1 is kept unless told otherwise; HTTP/1.0 closed unless asked.
    ("HTTP/1.1", "", nil), ("HTTP/1.1", "Connection: keep-alive\r\n", nil),
    ("HTTP/1.1", "Connection: close\r\n", "close"),
    ("HTTP/1.1", "Connection: Foo, Close\r\n", "close"), ("HTTP/1.0", "", "close"),
    ("HTTP/1.0", "Connection: close\r\n", "close"),
    ("HTTP/1.0", "Connection: Keep-Alive\r\n", "keep-alive"),
  ])
  func connectionsAreKeptByTheRules(version: String, header: String, said: String?) async throws {
    for path in ["/echo", "/probe"] {
      try await TinyHost.with { host in
        let wire = try host.connect()
        try wire.send("GET \(path) \(version)\r\nHost: a\r\n\(header)\r\n")
        let answer = try await wire.response()
        #expect(answer.status == 200 && answer.headers["connection"] == said)
        if said == "close" {
          #expect(try await wire.isClosedSilently())
        } else {
          try wire.send("GET /again \(version)\r\nHost: a\r\n\r\n")
          #expect(try await wire.response().body == "/again ")
        }
      }
    }
  }

  /// An HTTP/1.0 client knows no chunks: the close of the connection ends the body.
  @Test func aStreamToHTTP10EndsWithItsConnection() async throws {
    try await TinyHost.with { host in
      let answer = try await host.answer(
        to: "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(answer.hasSuffix("\r\n\r\none two three"))
      #expect(answer.contains("\r\nConnection: close\r\n"))
      #expect(!answer.lowercased().contains("transfer-encoding"))
    }
  }

  @Test func anHTTP10RequestNeedsNoHost() async throws {
    try await TinyHost.with { host in
      let answer = try await host.answer(to: "GET /echo HTTP/1.0\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("/echo "))
    }
  }

  /// A part must not pass for the whole: neither the last chunk nor the declared length comes.
  @Test func aBodyThatFailsMidwayCutsItsConnection() async throws {
    try await TinyHost.with { host in
      let answer = try await host.answer(to: "GET /cut HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.hasSuffix("\r\n\r\nhalf"))
      #expect(answer.contains("\r\nContent-Length: 10\r\n"))
      try await eventually { host.log.finished.count == 1 }
      #expect(host.log.statuses == [499])
    }
  }

  /// `curl --http2` asks so. The request is served; the parser reads nothing behind it, so the
  /// connection ends rather than hang.
  @Test(arguments: [
    "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n",
    "GET /probe HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
  ])
  func aRequestForAnotherProtocolIsTheLastOfItsConnection(request: String) async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(request)
      let answer = try await wire.response()
      #expect(answer.status == 200 && answer.headers["connection"] == "close")
      #expect(try await wire.isClosedSilently())
      #expect(host.log.statuses == [200])
    }
  }
}
