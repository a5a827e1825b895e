import Glibc
import Synchronization
import Testing
import Upstream

/// What goes wrong on the way, each done for real.
@Suite struct UpstreamFailureTests {
  @Test func nobodyListens() async throws {
    let server = try StubServer { _ in }
    server.stop()
    let url = server.url
    let bench = try Bench()
    let error = await bench.error(sending: .post(url))
    #expect(error?.code == .refused)
    #expect(error?.sentNothing == true && error?.beforeFirstByte == true)
    #expect(error.map { "\($0)" } == "upstream 127.0.0.1:\(server.port): refused")
    #expect(bench.records.map(\.error) == [.refused])
  }

  @Test func theDeadlineEndsAHangingAnswer() async throws {
    let closed = Flag()
    let server = try StubServer { connection in
      _ = connection.read()
      connection.waitForClose()
      closed.set()
    }
    let bench = try Bench()
    let start = ContinuousClock.now
    let error = await bench.error(sending: .post(server.url, within: .milliseconds(50)))
    #expect(error?.code == .timeout)
    #expect(error?.sentNothing == false && error?.beforeFirstByte == true)
    #expect(ContinuousClock.now - start >= .milliseconds(50))
    try await eventually { closed.isSet }
  }

  @Test func aPastDeadlineEndsAtOnce() async throws {
    let bench = try Bench()
    let request = UpstreamRequest(.get, "http://127.0.0.1:1/", deadline: .now - .seconds(1))
    let code = await bench.error(sending: request)?.code
    #expect(code == .timeout || code == .refused)
  }

  @Test func theFirstByteHasATimeoutOfItsOwn() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.waitForClose()
    }
    let bench = try Bench()
    var request = UpstreamRequest.get(server.url, within: .seconds(60))
    request.firstByteTimeout = .milliseconds(30)
    #expect(await bench.error(sending: request)?.code == .timeout)
  }

  @Test func cancellationClosesTheConnection() async throws {
    let closed = Flag()
    let server = try StubServer { connection in
      _ = connection.read()
      connection.waitForClose()
      closed.set()
    }
    let bench = try Bench()
    let task = Task { await bench.error(sending: .post(server.url)) }
    try await eventually { server.requests == 1 }
    task.cancel()
    #expect(await task.value?.code == .cancelled)
    try await eventually { closed.isSet }
    #expect(bench.records.map(\.error) == [.cancelled])
  }

  @Test func aCancelledTaskSendsNothing() async throws {
    let server = try StubServer { connection in _ = connection.read() }
    let bench = try Bench()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await bench.error(sending: .post(server.url))
    }
    let error = await task.value
    #expect(error?.code == .cancelled && error?.sentNothing == true)
    #expect(server.connections == 0)
  }

  @Test func aConnectionThatEndsWithoutAnAnswerIsReset() async throws {
    for byReset in [true, false] {
      let server = try StubServer { connection in
        _ = connection.read()
        if byReset { connection.reset() } else { connection.close() }
      }
      let bench = try Bench()
      let error = await bench.error(sending: .post(server.url))
      #expect(error?.code == .reset)
      #expect(error?.beforeFirstByte == true && error?.sentNothing == false)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "HTTP/1.1 200 OK\r\nContent-Le",
  ])
  func aBodyThatEndsEarlyIsCut(answer: String) async throws {
    for byReset in [true, false] {
      let server = try StubServer { connection in
        _ = connection.read()
        connection.write(answer)
        // A reset may overtake what was written, so wait until it was read.
        if byReset { usleep(20_000) }
        if byReset { connection.reset() } else { connection.close() }
      }
      let bench = try Bench()
      let error = await bench.error(sending: .get(server.url))
      #expect(error?.code == .cut)
      #expect(error?.beforeFirstByte == false)
    }
  }

  @Test func anAnswerWithoutLengthSaysSo() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.write("HTTP/1.1 200 OK\r\n\r\nsome")
      connection.close()
    }
    let bench = try Bench()
    let answer = try await bench.client.send(.get(server.url))
    #expect(!answer.isDelimited)
    #expect(answer.body == Array("some".utf8))
  }

  @Test func anAnswerThatIsTooLargeIsRefused() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() {
        if request.path == "/announced" {
          connection.answer(String(repeating: "x", count: 2000))
        } else {
          connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
          for _ in 0..<20 { connection.chunk(String(repeating: "x", count: 100)) }
          connection.write("0\r\n\r\n")
        }
      }
    }
    let bench = try Bench()
    for path in ["/announced", "/chunked"] {
      var request = UpstreamRequest.get(server.url + path)
      request.responseBytesMax = 1999
      #expect(await bench.error(sending: request)?.code == .tooLarge)
      request.responseBytesMax = 2000
      #expect(try await bench.client.send(request).body.count == 2000)
    }
  }

  @Test func whatIsNotHTTPIsAProtocolError() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.write("SSH-2.0-OpenSSH_9.2\r\n")
      connection.waitForClose()
    }
    let bench = try Bench()
    let error = await bench.error(sending: .get(server.url, within: .seconds(2)))
    #expect(error?.code == .protocolError)
  }

  @Test func aServerWithoutTLSIsATLSError() async throws {
    let server = try StubServer { connection in
      connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
      connection.waitForClose()
    }
    let bench = try Bench()
    let error = await bench.error(sending: .get("https://127.0.0.1:\(server.port)/"))
    #expect(error?.code == .tls && error?.sentNothing == true)
  }
}

/// A fact that a server thread tells a test.
final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
