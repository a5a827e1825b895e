import Glibc
import Synchronization
import Testing
import Upstream

@Suite struct UpstreamStreamTests {
  private static let head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test func chunksComeAsTheyAreSent() async throws {
    let mayEnd = Flag()
    let server = try StubServer { connection in
      _ = connection.read()
      connection.write(Self.head)
      connection.chunk("data: 1\n\n")
      // The first chunk is read while the answer is still open.
      while !mayEnd.isSet { sched_yield() }
      connection.chunk("data: 2\n\n")
      connection.write("0\r\n\r\n")
      connection.waitForClose()
    }
    let bench = try Bench()
    let stream = try await bench.client.open(.post(server.url))
    #expect(stream.status == 200 && stream.isDelimited)
    #expect(stream.headers.first("content-type") == "text/event-stream")
    #expect(try await stream.next() == Array("data: 1\n\n".utf8))
    mayEnd.set()
    #expect(try await stream.next() == Array("data: 2\n\n".utf8))
    #expect(try await stream.next() == nil)
    #expect(bench.records.map(\.error) == [nil])
    #expect(bench.records.first?.bytesReceived == 18)
  }

  @Test func aSlowReaderPausesTheServer() async throws {
    let total = 32 << 20
    let block = [UInt8](repeating: 7, count: 1 << 16)
    let counter = Counter()
    let server = try StubServer { connection in
      _ = connection.read()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
      for _ in 0..<(total / block.count) where connection.write(block) {
        counter.add(block.count)
      }
      connection.waitForClose()
    }
    let bench = try Bench(UpstreamSettings(streamBufferBytesMax: 1 << 16))
    var request = UpstreamRequest.get(server.url, within: .seconds(30))
    request.responseBytesMax = total
    let stream = try await bench.client.open(request)
    // The kernel's buffers fill, then the server stands still.
    try await eventually {
      let before = counter.value
      try await Task.sleep(for: .milliseconds(50))
      return before > 0 && counter.value == before
    }
    #expect(counter.value < total / 2)
    var received = 0
    var isRight = true
    while let bytes = try await stream.next() {
      received += bytes.count
      isRight = isRight && bytes.count <= 1 << 17 && bytes.first == 7 && bytes.last == 7
    }
    #expect(received == total && isRight)
  }

  @Test func aCutStreamThrowsAfterItsLastBytes() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.write(Self.head)
      connection.chunk("data: 1\n\n")
      connection.close()
    }
    let bench = try Bench()
    let stream = try await bench.client.open(.get(server.url))
    var received: [UInt8] = []
    let error = await #expect(throws: UpstreamError.self) {
      while let bytes = try await stream.next() { received += bytes }
    }
    #expect(error?.code == .cut)
    #expect(received == Array("data: 1\n\n".utf8))
  }

  @Test func theReaderCanLeave() async throws {
    for way in ["cancel", "task", "drop"] {
      let closed = Flag()
      let server = try StubServer { connection in
        _ = connection.read()
        connection.write(Self.head)
        connection.chunk("data: 1\n\n")
        connection.waitForClose()
        closed.set()
      }
      let bench = try Bench()
      do {
        let stream = try await bench.client.open(.get(server.url))
        #expect(try await stream.next() != nil)
        if way == "cancel" { stream.cancel() }
        if way == "task" {
          let task = Task { try await stream.next() }
          task.cancel()
          let error = await #expect(throws: UpstreamError.self) { try await task.value }
          #expect(error?.code == .cancelled)
        }
      }
      try await eventually { closed.isSet && bench.records.map(\.error) == [.cancelled] }
    }
  }

  @Test func theDeadlineCutsAStream() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.write(Self.head)
      connection.chunk("data: 1\n\n")
      connection.waitForClose()
    }
    let bench = try Bench()
    let stream = try await bench.client.open(.get(server.url, within: .milliseconds(60)))
    #expect(try await stream.next() != nil)
    let error = await #expect(throws: UpstreamError.self) { _ = try await stream.next() }
    #expect(error?.code == .timeout && error?.beforeFirstByte == false)
  }

  @Test func aFailureBeforeTheHeadIsThrownByOpen() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.close()
    }
    let bench = try Bench()
    let error = await #expect(throws: UpstreamError.self) {
      _ = try await bench.client.open(.post(server.url))
    }
    #expect(error?.code == .reset)
  }

  @Test func aFinishedStreamLeavesItsConnectionForReuse() async throws {
    let server = try StubServer { connection in
      while connection.read() != nil {
        connection.write(Self.head)
        connection.chunk(String(repeating: "x", count: 300_000))
        connection.write("0\r\n\r\n")
      }
    }
    let bench = try Bench(UpstreamSettings(streamBufferBytesMax: 1 << 14))
    for _ in 0..<10 {
      let stream = try await bench.client.open(.get(server.url))
      var count = 0
      while let bytes = try await stream.next() { count += bytes.count }
      #expect(count == 300_000)
    }
    #expect(server.connections == 1)
    #expect(bench.discardedBytes == [])
  }
}

/// A sum that a server thread keeps for a test.
private final class Counter: Sendable {
  private let sum = Atomic<Int>(0)
  var value: Int { sum.load(ordering: .acquiring) }
  func add(_ count: Int) { sum.add(count, ordering: .releasing) }
}
