import Reactor
import Synchronization
import Testing
import Upstream

@Suite struct UpstreamClientTests {
  @Test func jsonMakesTheRoundTrip() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() {
        connection.answer(
          "\(request.line)|\(request.headers["content-type"] ?? "")|"
            + String(decoding: request.body, as: UTF8.self),
          headers: "X-Request-Id:  abc \r\n")
      }
    }
    let bench = try Bench()
    let answer = try await bench.client.send(.post(server.url + "/a?b=c", #"{"x":"é"}"#))
    #expect(answer.status == 200)
    #expect(answer.headers.first("x-request-id") == "abc")
    #expect(answer.isDelimited)
    #expect(
      String(decoding: answer.body, as: UTF8.self)
        == #"POST /a?b=c HTTP/1.1|application/json|{"x":"é"}"#)
    #expect(answer.timeToFirstByte <= answer.duration)
    let record = try #require(bench.records.first)
    #expect(record.status == 200 && record.error == nil && record.bytesSent == 10)
    #expect(bench.records.count == 1)
  }

  @Test func everyMethodIsSentAsItIs() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() {
        let seen = "\(request.method) \(request.headers["content-length"] ?? "-")"
        if request.method == "HEAD" {
          connection.write("HTTP/1.1 200 OK\r\nX-Seen: \(seen)\r\nContent-Length: 9\r\n\r\n")
        } else {
          connection.answer(seen, headers: "X-Seen: \(seen)\r\n")
        }
      }
    }
    let bench = try Bench()
    // One easy handle serves them all in turn: nothing of one may stay for the next.
    let cases: [(UpstreamRequest.Method, String, String)] = [
      (.post, "abc", "POST 3"), (.get, "", "GET -"), (.head, "", "HEAD -"), (.put, "ab", "PUT 2"),
      (.delete, "", "DELETE -"), (.patch, "", "PATCH 0"), (.delete, "x", "DELETE 1"),
      (.post, "", "POST 0"), (.get, "", "GET -"),
    ]
    for (method, body, seen) in cases {
      let answer = try await bench.client.send(
        UpstreamRequest(method, server.url, body: Array(body.utf8), timeout: .seconds(5)))
      #expect(answer.headers.first("x-seen") == seen)
    }
    #expect(server.connections == 1)
  }

  @Test func aConnectionIsReused() async throws {
    let server = try StubServer { connection in
      while connection.read() != nil { connection.answer("\(connection.number)") }
    }
    let bench = try Bench()
    for _ in 0..<20 {
      #expect(try await bench.client.send(.get(server.url)).body == Array("1".utf8))
    }
    #expect(server.connections == 1)
    #expect(bench.connectionsOpened == 1)
    #expect(bench.records.map(\.reusedConnection) == [false] + Array(repeating: true, count: 19))
  }

  @Test func manyAtOnceKeepWithinTheConnectionsPerHost() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() { connection.answer(request.path) }
    }
    let bench = try Bench(UpstreamSettings(connectionsPerHostMax: 4))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          let answer = try await bench.client.send(.get("\(server.url)/\(number)"))
          return answer.body == Array("/\(number)".utf8)
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    #expect(server.connections <= 4)
  }

  @Test func moreThanTheTransfersAllowedAreRefused() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.waitForClose()
    }
    let bench = try Bench(UpstreamSettings(transfersMax: 1))
    let held = Task { await bench.error(sending: .get(server.url)) }
    try await eventually { server.requests == 1 }
    let refused = await bench.error(sending: .get(server.url))
    #expect(refused?.code == .overloaded && refused?.sentNothing == true)
    held.cancel()
    #expect(await held.value?.code == .cancelled)
  }

  @Test func aNameIsResolvedOutsideLibcurl() async throws {
    let server = try StubServer { connection in
      while let request = connection.read() { connection.answer(request.headers["host"] ?? "") }
    }
    let resolver = NameResolver(lifetime: .seconds(5), waitersMax: 10) { host in
      host == "worker.example"
        ? .success(["127.0.0.1"]) : .failure(NameResolver.Failure(code: .notFound, host: host))
    }
    let bench = try Bench(resolver: resolver)
    let answer = try await bench.client.send(.get("http://worker.example:\(server.port)/"))
    #expect(String(decoding: answer.body, as: UTF8.self) == "worker.example:\(server.port)")
    let error = await bench.error(sending: .get("http://other.example:\(server.port)/"))
    #expect(error?.code == .resolve && error?.sentNothing == true)
  }

  @Test(arguments: [
    "", "/relative", "ftp://127.0.0.1/", "http://", "http://user@127.0.0.1/", "http://a b/",
    "http://127.0.0.1:99999/", "http://127.0.0.1/\r\nX: y", "http://[::1/",
  ])
  func aBadURLIsRefused(url: String) async throws {
    let bench = try Bench()
    #expect(await bench.error(sending: .get(url))?.code == .invalidRequest)
  }

  @Test(arguments: [
    UpstreamHeader("X", "a\r\nY: b"), UpstreamHeader("X:", "a"), UpstreamHeader("", "a"),
    UpstreamHeader("Content-Length", "1"), UpstreamHeader("Transfer-Encoding", "chunked"),
  ])
  func aHeaderThatForgesFramingIsRefused(header: UpstreamHeader) async throws {
    let bench = try Bench()
    let request = UpstreamRequest(
      .get, "http://127.0.0.1:1/", headers: [header], timeout: .seconds(1))
    #expect(await bench.error(sending: request)?.code == .invalidRequest)
  }

  @Test func shutdownEndsWhatIsUnderWay() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.waitForClose()
    }
    let bench = try Bench()
    let held = Task { await bench.error(sending: .get(server.url)) }
    try await eventually { server.requests == 1 }
    await bench.client.shutdown()
    #expect(await held.value?.code == .closed)
    #expect(await bench.error(sending: .get(server.url))?.code == .closed)
  }
}
