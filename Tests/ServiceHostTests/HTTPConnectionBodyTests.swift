import NIOCore
import ServiceHost
import Testing

/// Bodies are bounded in bytes and time, and what is refused is refused before it is read.
@Suite struct HTTPConnectionBodyTests {
  private static let chunked =
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test func chunksAndTrailersMakeABody() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      for _ in 0..<3 {
        try wire.send(Self.chunked + "5;ext=\"1\"\r\nhello\r\nA\r\n, families\r\n")
        try await Task.sleep(for: .milliseconds(2))
        try wire.send("0\r\nX-Sum: 12\r\nHost: forged\r\n\r\n")
        #expect(try await wire.response().body == "/echo hello, families")
      }
      #expect(host.log.bodies == Array(repeating: "hello, families", count: 3))
    }
  }

  @Test(arguments: [
    "x\r\n", "-1\r\n", "5\r\nhelloX", "5\r\nhello\n0\r\n\r\n", "ffffffffffffffff1\r\n",
    "5\nhello\r\n0\r\n\r\n", "0\r\nX\r\n\r\n", "0\r\nContent-Length: 99\r\n\r\n",
    " 5\r\nhello\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
  ])
  func brokenChunksAreRefused(chunks: String) async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(Self.chunked + chunks)
      let answer = try await wire.response()
      #expect(answer.status == 400 && answer.headers["connection"] == "close")
      #expect(try await wire.isClosedSilently())
      #expect(host.log.faults == [.malformedBody])
      #expect(host.log.begun == ["POST /echo"] && host.log.statuses == [400])
    }
  }

  @Test func expectContinueIsAnsweredBeforeTheBodyIsSent() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      for way in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
        try wire.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(way)\r\nExpect: 100-Continue\r\n\r\n")
        let interim = try await wire.response(hasBody: false)
        #expect(interim.status == 100 && interim.headers == [:])
        #expect(host.log.bodies.allSatisfy { $0 == "hello" })
        try wire.send(way.hasPrefix("C") ? "hello" : "5\r\nhello\r\n0\r\n\r\n")
        #expect(try await wire.response().body == "/echo hello")
      }
    }
  }

  /// Without a body nothing is awaited, and HTTP/1.0 knows no interim answer.
  @Test(arguments: [
    "GET /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    "POST /echo HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
  ])
  func noInterimAnswerWhereNoneIsDue(request: String) async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(request)
      #expect(try await wire.response(hasBody: false).status == 200)
    }
  }

  @Test func aBodyDeclaredTooLargeIsRefusedBeforeItIsSent() async throws {
    for expect in ["", "Expect: 100-continue\r\n"] {
      for length in ["11", "1048577", "9223372036854775808", "18446744073709551615"] {
        try await TinyHost.with { host in
          let wire = try host.connect()
          try wire.send(
            "POST /small HTTP/1.1\r\nHost: a\r\n\(expect)Content-Length: \(length)\r\n\r\n")
          let answer = try await wire.response()
          #expect(answer.status == 413 && answer.headers["connection"] == "close")
          #expect(host.log.faults == [.bodyTooLarge(limit: TinyApplication.smallBytesMax)])
          #expect(try await wire.isClosedSilently())
        }
      }
    }
  }

  @Test func aBodyOfExactlyTheLimitIsTaken() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
      #expect(try await wire.response().body == "/small 0123456789")
      try wire.send("POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try wire.send("6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n")
      #expect(try await wire.response().body == "/small 0123456789")
    }
  }

  @Test func chunksBeyondTheLimitAreRefused() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try wire.send("6\r\n012345\r\n")
      #expect(wire.isQuiet(milliseconds: 30))
      try wire.send("5\r\n01234\r\n")
      #expect(try await wire.response().status == 413)
      #expect(host.log.bodies == [])
    }
  }

  /// The client is still sending when it is refused: it gets its answer all the same, not a reset.
  @Test func aClientThatIsStillSendingReadsItsRefusal() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
      for _ in 0..<100 { try wire.send(String(repeating: "x", count: 10_000)) }
      #expect(try await wire.response().status == 413)
    }
  }

  @Test func aBodyThatStopsIsRefused() async throws {
    var limits = HTTPLimits()
    limits.bodyIdleTimeout = .milliseconds(100)
    for start in [
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf",
      "POST /probe HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n", Self.chunked + "5\r\nhe",
    ] {
      try await TinyHost.with(limits) { host in
        let wire = try host.connect()
        try wire.send(start)
        let answer = try await wire.response()
        #expect(answer.status == 408 && answer.headers["connection"] == "close")
        #expect(try await wire.isClosedSilently())
        #expect(host.log.faults == [.bodyTimeout])
      }
    }
  }

  @Test func aBodyThatDripsIsRefusedInTheEnd() async throws {
    var limits = HTTPLimits()
    limits.bodyIdleTimeout = .milliseconds(200)
    limits.bodyTimeout = .milliseconds(400)
    try await TinyHost.with(limits) { host in
      let wire = try host.connect()
      let start = ContinuousClock.now
      try wire.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
      while wire.isQuiet(milliseconds: 20) { try wire.send("x") }
      #expect(try await wire.response().status == 408)
      #expect((.milliseconds(390) ... .seconds(2)).contains(ContinuousClock.now - start))
      #expect(host.log.faults == [.bodyTimeout])
    }
  }

  @Test func aClientThatLeavesWithinItsBodyIsToldOnceAs499() async throws {
    for way in ["close", "half", "reset"] {
      try await TinyHost.with { host in
        let wire = try host.connect()
        try wire.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        try await eventually { host.log.begun.count == 1 }
        switch way {
        case "close": wire.close()
        case "half": wire.halfClose()
        default: wire.reset()
        }
        try await eventually { host.log.statuses == [499] }
        #expect(host.log.bodies == [])
      }
    }
  }
}
