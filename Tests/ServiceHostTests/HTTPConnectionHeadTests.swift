import NIOCore
import ServiceHost
import Testing

/// What is no request is answered, counted and closed, and reads nothing behind it.
@Suite struct HTTPConnectionHeadTests {
  /// A second request behind each head: whoever takes it for one was smuggled past.
  private static let behind = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

  static let malformed: [(name: String, head: String)] = [
    ("no request line", "GARBAGE\r\n\r\n"),
    ("binary", "\u{1}\u{2}\u{3}\u{4}\r\n\r\n"),
    ("TLS to a plain port", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}"),
    ("unknown version", "GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
    ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("no host", "GET / HTTP/1.1\r\n\r\n"),
    ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("the same host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    ("two hosts of HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
    ("folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    ("bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n"),
    ("bare LF between fields", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
    ("bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
    ("bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
    ("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n"),
    ("NUL in the target", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"),
    ("empty name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    ("space in a name", "GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"),
    ("line without colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
    ("length that is none", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
    ("negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
    ("length with a sign", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n"),
    ("hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n"),
    ("empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n"),
    (
      "length beyond 64 bits",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"
    ),
    (
      "two lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 42\r\n\r\n"
    ),
    (
      "the same length twice",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"
    ),
    ("list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n"),
    (
      "length and chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "0\r\n\r\n"
    ),
    (
      "chunks and length",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
        + "0\r\n\r\n"
    ),
    ("unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"),
    ("identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"),
    (
      "coding below chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    ),
    (
      "chunks not last",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"
    ),
    (
      "chunked twice",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    (
      "chunks to HTTP/1.0",
      "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
  ]

  @Test(arguments: malformed.indices) func aMalformedHeadIsRefusedAndTheConnectionClosed(
    index: Int
  ) async throws {
    let (name, head) = Self.malformed[index]
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(head + Self.behind)
      let answer = try await wire.response()
      #expect(answer.status == 400, "\(name)")
      #expect(answer.body == "malformedHead", "\(name)")
      #expect(answer.headers["connection"] == "close", "\(name)")
      #expect(try await wire.isClosedSilently(), "\(name)")
      #expect(host.log.faults == [.malformedHead], "\(name)")
      #expect(host.log.statuses == [400], "\(name)")
      #expect(host.log.begun == [nil], "\(name)")
    }
  }

  @Test(arguments: [
    "GET /echo HTTP/1.1\r\nhOsT: a\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost: a\r\nX: \u{e9}\r\n\r\n",
    "GET /echo HTTP/1.1\r\nHost:a\r\nX: \t b \t\r\n\r\n",
    "\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 00\r\n\r\n",
  ])
  func whatTheStandardAllowsIsServed(head: String) async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      for _ in 0..<2 {
        try wire.send(head)
        #expect(try await wire.response().status == 200)
      }
    }
  }

  @Test func aHeadTooLargeIsRefused() async throws {
    let heads = [
      "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "y", count: 100_000),
      "GET / HTTP/1.1\r\nHost: a\r\n" + (0..<500).map { "X-\($0): y\r\n" }.joined() + "\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X", count: 100_000),
    ]
    for head in heads {
      try await TinyHost.with { host in
        let wire = try host.connect()
        try wire.send(head)
        let answer = try await wire.response()
        #expect(answer.status == 431 && answer.headers["connection"] == "close")
        #expect(try await wire.isClosedSilently())
        #expect(host.log.faults == [.headTooLarge])
      }
    }
  }

  @Test func aHeadThatIsFilledDripByDripIsBoundedToo() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("GET / HTTP/1.1\r\nHost: a\r\n")
      for number in 0..<40 {
        do { try wire.send("X-\(number): \(String(repeating: "y", count: 1000))\r\n") } catch {
          break
        }
        try await Task.sleep(for: .milliseconds(1))
      }
      #expect(try await wire.response().status == 431)
      #expect(host.log.faults == [.headTooLarge])
    }
  }

  @Test func aTargetTooLongIsRefused() async throws {
    try await TinyHost.with { host in
      let target = "/" + String(repeating: "a", count: 9000)
      let answer = try await host.answer(to: "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 414 "))
      #expect(host.log.faults == [.targetTooLong])
      #expect(host.log.begun == ["GET \(target)"])
    }
  }

  @Test func aSlowHeadIsRefusedHoweverItDrips() async throws {
    var limits = HTTPLimits()
    limits.headTimeout = .milliseconds(150)
    for drips in [false, true] {
      try await TinyHost.with(limits) { host in
        let wire = try host.connect()
        // A whole request first: the deadline of a head begins with its own first byte.
        try wire.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await wire.response().status == 200)
        let start = ContinuousClock.now
        try wire.send("GET /slow")
        while drips, wire.isQuiet(milliseconds: 10) { try wire.send("w") }
        let answer = try await wire.response()
        #expect(answer.status == 408 && answer.headers["connection"] == "close")
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(try await wire.isClosedSilently())
        #expect(host.log.faults == [.headTimeout])
        #expect(host.log.statuses == [200, 408])
      }
    }
  }

  /// A pause between requests is no fault: nothing is said and nothing counted.
  @Test func anIdleConnectionIsClosedInSilence() async throws {
    var limits = HTTPLimits()
    limits.keepAliveTimeout = .milliseconds(50)
    try await TinyHost.with(limits) { host in
      #expect(try await host.connect().isClosedSilently())
      let wire = try host.connect()
      try wire.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await wire.response().status == 200)
      #expect(try await wire.isClosedSilently())
      #expect(host.log.statuses == [200])
    }
  }
}
