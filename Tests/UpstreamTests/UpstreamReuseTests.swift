import Glibc
import Reactor
import Testing
import Upstream

/// Guards against the faults of libcurl 7.88 around reused connections.
@Suite struct UpstreamReuseTests {
  /// Another user's answer, left on a connection.
  private static let stray = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECRET"

  /// Answers, and on its first connection sends another answer once `mayStray` is set.
  private static func strayingServer(mayStray: Flag, hasStrayed: Flag) throws -> StubServer {
    try StubServer { connection in
      guard connection.read() != nil else { return }
      connection.answer("\(connection.number)")
      if connection.number == 1 {
        while !mayStray.isSet { sched_yield() }
        connection.write(stray)
        hasStrayed.set()
      }
      while connection.read() != nil { connection.answer("later") }
    }
  }

  @Test func strayBytesOnAnIdleConnectionNeverReachTheNextRequest() async throws {
    let (mayStray, hasStrayed) = (Flag(), Flag())
    let server = try Self.strayingServer(mayStray: mayStray, hasStrayed: hasStrayed)
    let bench = try Bench()
    #expect(try await bench.client.send(.get(server.url)).body == Array("1".utf8))
    mayStray.set()
    try await eventually { !bench.discardedBytes.isEmpty }
    #expect(bench.discardedBytes == [Self.stray.utf8.count])
    #expect(try await bench.client.send(.post(server.url)).body == Array("2".utf8))
    #expect(server.connections == 2)
  }

  @Test func strayBytesThatCameBeforeEpollWasAskedNeverReachTheNextRequest() async throws {
    let (mayStray, hasStrayed, isBlocked) = (Flag(), Flag(), Flag())
    let server = try Self.strayingServer(mayStray: mayStray, hasStrayed: hasStrayed)
    let reactor = try Reactor(name: "upstream-test")
    defer { reactor.shutdown() }
    let isSecondAsked = Flag()
    let client = UpstreamClient(reactor: reactor, resolver: NameResolver()) { event in
      // Holds the reactor thread after the first answer until the stray bytes lie in the socket
      // and the second request in the inbox, which is read before epoll.
      guard case .transferFinished = event, !isBlocked.isSet else { return }
      isBlocked.set()
      mayStray.set()
      while !hasStrayed.isSet || !isSecondAsked.isSet { sched_yield() }
      usleep(10_000)
    }
    async let first = client.send(.get(server.url))
    try await eventually { isBlocked.isSet }
    async let second = {
      isSecondAsked.set()
      return try await client.send(.post(server.url))
    }()
    #expect(try await first.body == Array("1".utf8))
    #expect(try await second.body == Array("2".utf8))
    await client.shutdown()
  }

  @Test func bytesBeyondTheAnswerAreDropped() async throws {
    let server = try StubServer { connection in
      while connection.read() != nil {
        // One segment with the answer.
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood" + Self.stray)
      }
    }
    let bench = try Bench()
    for _ in 0..<20 {
      #expect(try await bench.client.send(.post(server.url)).body == Array("good".utf8))
    }
  }

  @Test func aPostOnAConnectionThatDiesIsNotSentAgain() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() {
        // Dies with the request received, as a worker killed in the middle of it.
        if request.path == "/die" {
          connection.close()
          return
        }
        connection.answer("alive")
      }
    }
    let bench = try Bench()
    _ = try await bench.client.send(.get(server.url))
    let error = await bench.error(sending: .post(server.url + "/die"))
    #expect(error?.code == .reset)
    #expect(error?.sentNothing == false && error?.beforeFirstByte == true)
    #expect(bench.resendsRefused == 1)
    #expect(server.requests == 2)
    // The client is as good as before.
    #expect(try await bench.client.send(.post(server.url)).body == Array("alive".utf8))
  }

  @Test func aGetOnAConnectionThatDiesIsSentAgain() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() {
        if request.path == "/die", connection.number == 1 {
          connection.close()
          return
        }
        connection.answer("alive")
      }
    }
    let bench = try Bench()
    _ = try await bench.client.send(.get(server.url))
    #expect(try await bench.client.send(.get(server.url + "/die")).body == Array("alive".utf8))
    #expect(bench.resendsRefused == 0)
  }

  @Test func aConnectionClosedWhileIdleIsNotUsed() async throws {
    let server = try StubServer { connection in
      if connection.read() != nil { connection.answer("\(connection.number)") }
      connection.close()
    }
    let bench = try Bench()
    for number in 1...20 {
      let answer = try await bench.client.send(.post(server.url))
      #expect(answer.body == Array("\(number)".utf8))
      // Else the request could go out before the FIN comes in, a race that no client wins.
      try await eventually { bench.discardedBytes.count == number }
    }
    #expect(server.requests == 20)
  }
}
