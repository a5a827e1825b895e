import Glibc
import Synchronization
import Testing
import Upstream

/// Request bodies that are made while they are sent.
@Suite(.serialized) struct UpstreamUploadTests {
  /// Pieces in turn, then the end.
  private static func upload(_ pieces: [String], length: Int? = nil) -> UpstreamUpload {
    let rest = Mutex(pieces[...])
    return UpstreamUpload(length: length) {
      await Task.yield()
      return rest.withLock { $0.popFirst() }.map { Array($0.utf8) }
    }
  }

  private static func request(
    _ url: String, _ upload: UpstreamUpload, within timeout: Duration = .seconds(5)
  ) -> UpstreamRequest {
    var request = UpstreamRequest(.post, url, timeout: timeout)
    request.upload = upload
    return request
  }

  /// Answers with the body as it was framed.
  private static func framingServer() throws -> StubServer {
    try StubServer { connection in
      while let head = connection.readHead() {
        if head.lowercased().contains("transfer-encoding: chunked") {
          var body = ""
          while true {
            var line = ""
            while !line.hasSuffix("\r\n") {
              line += String(decoding: connection.readBytes(1), as: UTF8.self)
            }
            let size = Int(line.dropLast(), radix: 16) ?? 0
            body += String(decoding: connection.readBytes(size), as: UTF8.self)
            _ = connection.readBytes(2)
            if size == 0 { break }
          }
          connection.answer("chunked " + body)
        } else {
          let length = head.lowercased().split(separator: "content-length: ").last
            .flatMap { Int($0.prefix { $0.isNumber }) }
          let body = String(decoding: connection.readBytes(length ?? 0), as: UTF8.self)
          connection.answer("length " + body)
        }
      }
    }
  }

  @Test func isSentInChunksOrByItsLength() async throws {
    let server = try Self.framingServer()
    let bench = try Bench()
    for _ in 0..<3 {
      let chunked = try await bench.client.send(
        Self.request(server.url, Self.upload(["ab", "", "cde", "f"])))
      #expect(String(decoding: chunked.body, as: UTF8.self) == "chunked abcdef")
      let declared = try await bench.client.send(
        Self.request(server.url, Self.upload(["ab", "cde", "f"], length: 6)))
      #expect(String(decoding: declared.body, as: UTF8.self) == "length abcdef")
      // The same easy handle sends a plain body next, and none after that.
      let plain = try await bench.client.send(.post(server.url, "plain"))
      #expect(String(decoding: plain.body, as: UTF8.self) == "length plain")
      let empty = try await bench.client.send(Self.request(server.url, Self.upload([])))
      #expect(String(decoding: empty.body, as: UTF8.self) == "chunked ")
    }
    #expect(server.connections == 1)
    #expect(bench.records.prefix(2).map(\.bytesSent) == [6, 6])
    await bench.client.shutdown()
  }

  @Test func aSlowServerSlowsItsSource() async throws {
    let mayRead = Flag()
    let total = 32 << 20
    let server = try StubServer { connection in
      _ = connection.readHead()
      while !mayRead.isSet { usleep(500) }
      let count = connection.readBytes(total).count
      connection.answer("\(count)")
    }
    let given = Atomic<Int>(0)
    let upload = UpstreamUpload(length: total) {
      let sum = given.load(ordering: .acquiring)
      guard sum < total else { return nil }
      given.store(sum + 1 << 16, ordering: .releasing)
      return [UInt8](repeating: 3, count: 1 << 16)
    }
    let bench = try Bench()
    let before = ProcessUsage.residentBytes
    async let answer = bench.client.send(Self.request(server.url, upload, within: .seconds(30)))
    try await eventually {
      let sum = given.load(ordering: .acquiring)
      try await Task.sleep(for: .milliseconds(50))
      return sum > 0 && given.load(ordering: .acquiring) == sum
    }
    #expect(given.load(ordering: .acquiring) < total / 2)
    #expect(ProcessUsage.residentBytes - before < 16 << 20)
    mayRead.set()
    #expect(String(decoding: try await answer.body, as: UTF8.self) == "\(total)")
    await bench.client.shutdown()
  }

  /// The server sees a cut request, never a part that passes for the whole.
  @Test(arguments: ["throws", "too few", "too many"])
  func aSourceThatFailsCutsTheRequest(way: String) async throws {
    let isWhole = Flag()
    let isClosed = Flag()
    let server = try StubServer { connection in
      _ = connection.readHead()
      let wanted = way == "throws" ? "4\r\nhalf\r\n0\r\n\r\n".utf8.count : 10
      if connection.readBytes(wanted).count == wanted, way != "too many" { isWhole.set() }
      isClosed.set()
    }
    let count = Atomic<Int>(0)
    let upload = UpstreamUpload(length: way == "throws" ? nil : 10) {
      switch (way, count.add(1, ordering: .relaxed).newValue) {
      case (_, 1): return Array("half".utf8)
      case ("throws", _): throw StubError(errno: 0)
      case ("too few", _): return nil
      default: return Array("far too much".utf8)
      }
    }
    let bench = try Bench()
    let error = await bench.error(sending: Self.request(server.url, upload))
    #expect(error?.code == .uploadFailed && error?.sentNothing == false)
    try await eventually { isClosed.isSet }
    #expect(!isWhole.isSet)
    await bench.client.shutdown()
  }

  @Test func aSourceThatHangsEndsWithTheDeadline() async throws {
    let server = try StubServer { connection in connection.waitForClose() }
    let wasCancelled = Flag()
    let upload = UpstreamUpload {
      do { try await Task.sleep(for: .seconds(60)) } catch { wasCancelled.set() }
      return nil
    }
    let bench = try Bench()
    let error = await bench.error(
      sending: Self.request(server.url, upload, within: .milliseconds(100)))
    #expect(error?.code == .timeout)
    try await eventually { wasCancelled.isSet }
    await bench.client.shutdown()
  }

  /// A server that refuses early is heard, though the source has not ended.
  @Test func anEarlyRefusalIsHeard() async throws {
    let server = try StubServer { connection in
      _ = connection.readHead()
      connection.answer("no", status: "413 Content Too Large", headers: "Connection: close\r\n")
      connection.waitForClose()
    }
    let upload = UpstreamUpload {
      try await Task.sleep(for: .milliseconds(5))
      return [UInt8](repeating: 1, count: 100)
    }
    let bench = try Bench()
    let answer = try await bench.client.send(Self.request(server.url, upload))
    #expect(answer.status == 413)
    await bench.client.shutdown()
  }

  @Test func onlyOneBodyAndOnlyWhereOneBelongs() async throws {
    let bench = try Bench()
    var both = UpstreamRequest.post("http://127.0.0.1:1/", "x")
    both.upload = Self.upload(["y"])
    var get = UpstreamRequest.get("http://127.0.0.1:1/")
    get.upload = Self.upload(["y"])
    for request in [both, get] {
      #expect(await bench.error(sending: request)?.code == .invalidRequest)
    }
    await bench.client.shutdown()
  }
}
