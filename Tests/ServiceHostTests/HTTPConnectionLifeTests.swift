import NIOCore
import ServiceHost
import Testing

/// Pipelines, clients that leave, clients that do not read, and the drain.
@Suite struct HTTPConnectionLifeTests {
  private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      // More than the parts that are kept, so that reading has to pause and go on.
      let paths = (0..<300).map { number in
        ["/echo\(number)", "/probe", "/stream", "/none"][number % 4]
      }
      try wire.send(paths.map(get).joined())
      for path in paths {
        let answer = try await wire.response()
        switch path {
        case "/probe": #expect(answer.body == "fine")
        case "/stream": #expect(answer.body == "one two three")
        case "/none": #expect(answer.status == 204)
        default: #expect(answer.body == path + " ")
        }
      }
      try await eventually { host.log.finished.count == paths.count }
      #expect(host.log.finished.map(\.exchange) == Array(paths.indices))
      #expect(host.log.begun == paths.map { "GET \($0)" })
    }
  }

  @Test func pipelinedBodiesKeepToTheirRequests() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      let bodies = (0..<50).map { String(repeating: "b\($0)", count: 1 + $0 * 20) }
      try wire.send(
        bodies.map {
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \($0.utf8.count)\r\n\r\n\($0)"
        }.joined())
      for body in bodies { #expect(try await wire.response().body == "/echo \(body)") }
      #expect(host.log.bodies == bodies)
    }
  }

  @Test func whatFollowsACloseIsNotServed() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get("/second"))
      #expect(try await wire.response().headers["connection"] == "close")
      #expect(try await wire.isClosedSilently())
      #expect(host.log.begun == ["GET /echo"])
    }
  }

  /// Requests that came whole are answered; the garbage behind them is refused in its turn.
  @Test func garbageBehindRequestsIsRefusedInItsTurn() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(get("/wait") + get("/second") + "GARBAGE\r\n\r\n" + get("/smuggled"))
      try await eventually { host.log.begun.count == 1 }
      host.letAnswer()
      #expect(try await wire.response().body == "/wait ")
      #expect(try await wire.response().body == "/second ")
      let last = try await wire.response()
      #expect(last.status == 400 && last.headers["connection"] == "close")
      #expect(try await wire.isClosedSilently())
      #expect(host.log.faults == [.malformedHead])
      #expect(host.log.begun == ["GET /wait", "GET /second", nil])
    }
  }

  @Test func aClientThatLeavesCancelsItsRequest() async throws {
    for way in ["close", "half", "reset"] {
      try await TinyHost.with { host in
        let wire = try host.connect()
        try wire.send(get("/wait"))
        try await eventually { host.log.bodies.count == 1 }
        let left = ContinuousClock.now
        switch way {
        case "close": wire.close()
        case "half": wire.halfClose()
        default: wire.reset()
        }
        try await eventually { host.log.cancelled == 1 && host.log.statuses == [499] }
        #expect(ContinuousClock.now - left < .seconds(1))
      }
    }
  }

  @Test func requestsBehindTheOneThatWasLeftAreNotBegun() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(get("/wait") + get("/echo") + get("/probe"))
      try await eventually { host.log.bodies.count == 1 }
      wire.close()
      try await eventually { host.log.statuses == [499] }
      #expect(host.log.begun == ["GET /wait"])
    }
  }

  /// A client that asks and never reads holds a connection for the write timeout and no longer.
  @Test(arguments: ["/flood", "/probe"]) func aClientThatDoesNotReadIsCut(
    path: String
  ) async throws {
    var limits = HTTPLimits()
    limits.writeTimeout = .milliseconds(300)
    try await TinyHost.with(limits) { host in
      let wire = try Wire(port: host.port, receiveBufferBytes: 4096)
      let start = ContinuousClock.now
      if path == "/flood" {
        try wire.send(get(path))
      } else {
        // Answers in place pile up as well, until nothing more is read.
        let many = Array(String(repeating: get(path), count: 1000).utf8)
        while ContinuousClock.now - start < .seconds(5) {
          do { try wire.send(many) } catch { break }
        }
      }
      try await eventually { host.log.statuses.last == 499 }
      #expect(ContinuousClock.now - start < .seconds(4))
    }
  }

  @Test func aDrainLetsRunningRequestsEndAndSaysClose() async throws {
    try await TinyHost.with { host in
      let wire = try host.connect()
      try wire.send(get("/wait"))
      try await eventually { host.log.bodies.count == 1 }
      await host.drain()
      #expect(wire.isQuiet(milliseconds: 50))
      host.letAnswer()
      let answer = try await wire.response()
      #expect(answer.body == "/wait " && answer.headers["connection"] == "close")
      #expect(try await wire.isClosedSilently())
      #expect(host.log.statuses == [200])
    }
  }

  @Test func aDrainKeepsIdleConnectionsForTheGrace() async throws {
    var limits = HTTPLimits()
    limits.quiesceGrace = .milliseconds(300)
    try await TinyHost.with(limits) { host in
      let (idle, late) = (try host.connect(), try host.connect())
      for wire in [idle, late] {
        try wire.send(get("/echo"))
        #expect(try await wire.response().headers["connection"] == nil)
      }
      let start = ContinuousClock.now
      await host.drain()
      #expect(late.isQuiet(milliseconds: 100))
      // A request that was on its way is answered rather than reset.
      try late.send(get("/late"))
      let answer = try await late.response()
      #expect(answer.body == "/late " && answer.headers["connection"] == "close")
      #expect(try await late.isClosedSilently())
      #expect(try await idle.isClosedSilently())
      #expect((.milliseconds(290) ... .seconds(2)).contains(ContinuousClock.now - start))
    }
  }

  @Test func aDrainCutsWhatRunsTooLong() async throws {
    var limits = HTTPLimits()
    limits.drainTimeout = .milliseconds(100)
    try await TinyHost.with(limits) { host in
      let wire = try host.connect()
      try wire.send(get("/wait"))
      try await eventually { host.log.bodies.count == 1 }
      await host.drain()
      #expect(try await wire.isClosedSilently())
      try await eventually { host.log.statuses == [499] }
      #expect(host.log.cancelled == 1)
    }
  }

  @Test func connectionsBeyondTheLimitWaitForAPlace() async throws {
    var limits = HTTPLimits()
    limits.connectionsMax = 2
    try await TinyHost.with(limits) { host in
      let (first, second) = (try host.connect(), try host.connect())
      for wire in [first, second] {
        try wire.send(get("/echo"))
        #expect(try await wire.response().status == 200)
      }
      let third = try host.connect()
      try third.send(get("/third"))
      #expect(third.isQuiet(milliseconds: 50))
      first.close()
      #expect(try await third.response().body == "/third ")
    }
  }
}
