import Glibc
import Reactor
import Synchronization
import Testing
import Upstream

/// Servers that misbehave: each fault ends in its typed error, within its deadline, and leaves
/// nothing behind.
@Suite(.serialized) struct UpstreamConformanceTests {
  /// A way to misbehave and what the caller is told.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// More than one where it is the kernel's race.
    let codes: [UpstreamError.Code]
    let beforeFirstByte: Bool
    let serve: @Sendable (StubConnection) -> Void

    init(
      _ name: String, _ codes: UpstreamError.Code..., beforeFirstByte: Bool,
      _ serve: @escaping @Sendable (StubConnection) -> Void
    ) {
      testDescription = name
      self.codes = codes
      self.beforeFirstByte = beforeFirstByte
      self.serve = serve
    }
  }

  static let faults: [Fault] = [
    Fault("closed at once", .reset, beforeFirstByte: true) { $0.close() },
    Fault("reset at once", .reset, .connect, beforeFirstByte: true) { $0.reset() },
    Fault("closed after the request", .reset, beforeFirstByte: true) {
      _ = $0.read()
      $0.close()
    },
    Fault("half closed after the request", .reset, beforeFirstByte: true) {
      _ = $0.read()
      $0.halfClose()
      $0.waitForClose()
    },
    Fault("cut in the status line", .cut, beforeFirstByte: false) {
      _ = $0.read()
      $0.write("HTTP/1.1 200 OK\r\nContent-Le")
      $0.close()
    },
    Fault("length too long for the body", .cut, beforeFirstByte: false) {
      _ = $0.read()
      $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      $0.halfClose()
      $0.waitForClose()
    },
    Fault("chunks without end", .cut, beforeFirstByte: false) {
      _ = $0.read()
      $0.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
      $0.close()
    },
    Fault("garbage in place of chunks", .cut, beforeFirstByte: false) {
      _ = $0.read()
      $0.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n")
      $0.waitForClose()
    },
    Fault("garbage", .protocolError, beforeFirstByte: true) {
      _ = $0.read()
      $0.write([UInt8](repeating: 0x80, count: 100) + [13, 10])
      $0.waitForClose()
    },
    Fault("an endless head", .tooLarge, beforeFirstByte: false) {
      _ = $0.read()
      $0.write("HTTP/1.1 200 OK\r\n")
      while $0.write("X-Endless: \(String(repeating: "y", count: 1000))\r\n") {}
    },
    Fault("a body beyond the limit", .tooLarge, beforeFirstByte: false) {
      _ = $0.read()
      $0.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
      $0.waitForClose()
    },
  ]

  @Test(arguments: faults) func endsInItsTypedError(fault: Fault) async throws {
    let server = try StubServer(fault.serve)
    let bench = try Bench()
    for isStreamed in [false, true] {
      let start = ContinuousClock.now
      let error = await #expect(throws: UpstreamError.self) {
        guard isStreamed else {
          _ = try await bench.client.send(.post(server.url))
          return
        }
        let stream = try await bench.client.open(.post(server.url))
        while try await stream.next() != nil {}
      }
      let code = try #require(error?.code)
      #expect(fault.codes.contains(code), "\(String(reflecting: error))")
      #expect(error?.beforeFirstByte == fault.beforeFirstByte)
      #expect(ContinuousClock.now - start < .seconds(2))
    }
    #expect(server.connections == 2, "nothing is sent twice")
    try await eventually { await bench.client.load.transfers == 0 }
    // One that the server closed after an answer lies in libcurl's pool until the next request.
    #expect(await bench.client.load.sockets <= 1)
    await bench.client.shutdown()
    #expect(await bench.client.load == UpstreamLoad(transfers: 0, sockets: 0))
  }

  /// 10,000 faults of every cheap kind, in parallel: no descriptor, handle, transfer or memory
  /// stays.
  @Test func tenThousandFaultsLeaveNothingBehind() async throws {
    let cheap = Self.faults.filter { !$0.testDescription.hasPrefix("an endless") }
    let server = try StubServer { connection in
      cheap[connection.number % cheap.count].serve(connection)
    }
    let refusing = try StubServer { _ in }
    refusing.stop()
    let bench = try Bench(isRecording: false)
    let (url, refusingURL) = (server.url, refusing.url)
    func run(_ count: Int) async -> Int {
      await withTaskGroup(of: Int.self) { group in
        for worker in 0..<8 {
          group.addTask {
            var failures = 0
            for number in 0..<(count / 8) {
              let request: UpstreamRequest =
                number.isMultiple(of: 10) ? .post(refusingURL) : .post(url + "/\(worker)")
              if await bench.error(sending: request) != nil { failures += 1 }
            }
            return failures
          }
        }
        return await group.reduce(0, +)
      }
    }
    #expect(await run(2000) == 2000)
    try await eventually { await bench.client.load.transfers == 0 }
    try await eventually { ProcessUsage.descriptors < 200 }
    let (descriptors, memory) = (ProcessUsage.descriptors, ProcessUsage.residentBytes)
    #expect(await run(10_000) == 10_000)
    try await eventually { await bench.client.load.transfers == 0 }
    // Connections that the servers closed may wait in libcurl's pool for the next request.
    try await eventually { ProcessUsage.descriptors <= descriptors + 16 }
    let grown = ProcessUsage.residentBytes - memory
    #expect(grown < 8 << 20, "\(grown) bytes more after 10,000 faults")
    await bench.client.shutdown()
  }

  @Test func aDrippingAnswerEndsWithItsDeadline() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      for byte in "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8 {
        guard connection.write([byte]) else { return }
        usleep(1000)
      }
      while connection.write("x") { usleep(5000) }
    }
    let bench = try Bench()
    let start = ContinuousClock.now
    let error = await bench.error(sending: .get(server.url, within: .milliseconds(300)))
    #expect(error?.code == .timeout && error?.beforeFirstByte == false)
    #expect((.milliseconds(300) ... .milliseconds(550)).contains(ContinuousClock.now - start))
    await bench.client.shutdown()
  }

  /// A full listen queue: the SYN is not answered.
  @Test func aConnectThatHangsEndsWithItsTimeout() async throws {
    let listener = try FullListener()
    let bench = try Bench()
    var request = UpstreamRequest.get(listener.url, within: .seconds(30))
    request.connectTimeout = .milliseconds(200)
    let start = ContinuousClock.now
    let error = await bench.error(sending: request)
    #expect(error?.code == .timeout && error?.sentNothing == true)
    #expect(ContinuousClock.now - start < .seconds(2))
    await bench.client.shutdown()
  }

  /// A name server that does not answer holds up its own request and no other.
  @Test func aNameThatHangsBlocksNobody() async throws {
    let server = try StubServer { connection in
      while connection.read() != nil { connection.answer("quick") }
    }
    let mayEnd = Flag()
    let resolver = NameResolver(lifetime: .seconds(1), waitersMax: 10) { host in
      while !mayEnd.isSet { usleep(1000) }
      return .failure(NameResolver.Failure(code: .unavailable, host: host))
    }
    let bench = try Bench(resolver: resolver)
    let start = ContinuousClock.now
    async let hanging = bench.error(
      sending: .get("http://hangs.example/", within: .milliseconds(400)))
    let cancelled = Task { await bench.error(sending: .get("http://cancelled.example/")) }
    for _ in 0..<50 {
      #expect(try await bench.client.send(.get(server.url)).body == Array("quick".utf8))
    }
    #expect(ContinuousClock.now - start < .milliseconds(350))
    cancelled.cancel()
    #expect(await cancelled.value?.code == .cancelled)
    let error = await hanging
    #expect(error?.code == .timeout && error?.sentNothing == true)
    #expect(ContinuousClock.now - start < .seconds(1))
    mayEnd.set()
    await bench.client.shutdown()
  }

  /// Wherever a transfer is, its server sees the close within 250 ms of the cancellation.
  @Test(arguments: ["waiting for the head", "within the body", "paused", "uploading"])
  func cancellingClosesTheConnection(state: String) async throws {
    for _ in 0..<10 {
      let (isThere, isClosed) = (Flag(), Flag())
      let server = try StubServer { connection in
        _ = connection.readHead()
        switch state {
        case "within the body":
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        case "paused":
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
          connection.write([UInt8](repeating: 1, count: 1 << 20))
        default: break
        }
        isThere.set()
        connection.waitForClose()
        isClosed.set()
      }
      let bench = try Bench()
      let task = Task {
        var request = UpstreamRequest.post(server.url)
        request.responseBytesMax = .max
        if state == "uploading" {
          request.body = []
          request.upload = UpstreamUpload {
            try await Task.sleep(for: .milliseconds(1))
            return [UInt8](repeating: 2, count: 1000)
          }
        }
        let stream = try await bench.client.open(request)
        if state == "paused" { try await Task.sleep(for: .seconds(60)) }
        while try await stream.next() != nil {}
      }
      try await eventually { isThere.isSet }
      usleep(5000)
      let start = ContinuousClock.now
      task.cancel()
      while !isClosed.isSet, ContinuousClock.now - start < .seconds(5) { usleep(200) }
      #expect(ContinuousClock.now - start < .milliseconds(250))
      await #expect(throws: (any Error).self) { try await task.value }
      try await eventually { bench.records.map(\.error) == [.cancelled] }
      try await eventually { await bench.client.load == UpstreamLoad(transfers: 0, sockets: 0) }
      await bench.client.shutdown()
    }
  }

  /// A gigabyte goes through at the reader's pace, and never lies in memory.
  @Test func aGigabyteIsStreamedInBoundedMemory() async throws {
    let total = 1 << 30
    let server = try StubServer { connection in
      let block = [UInt8](repeating: 7, count: 1 << 18)
      while connection.read() != nil {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
        for _ in 0..<(total / block.count) where !connection.write(block) { return }
      }
    }
    let bench = try Bench()
    var request = UpstreamRequest.get(server.url, within: .seconds(60))
    request.responseBytesMax = total
    let before = ProcessUsage.residentBytes
    let stream = try await bench.client.open(request)
    var (received, peak, isBounded) = (0, 0, true)
    while let bytes = try await stream.next() {
      received += bytes.count
      isBounded = isBounded && bytes.count <= 128 << 10
      if received & 0x3f_ffff < bytes.count { peak = max(peak, ProcessUsage.residentBytes) }
    }
    #expect(received == total && isBounded)
    #expect(peak - before < 32 << 20, "\(peak - before) bytes more at the peak")

    request = .get(server.url)
    request.responseBytesMax = total - 1
    #expect(await bench.error(sending: request)?.code == .tooLarge)
    await bench.client.shutdown()
  }

  @Test func requestsBeyondTheConnectionsWaitForTheirDeadlineOnly() async throws {
    let server = try StubServer { connection in
      _ = connection.read()
      connection.waitForClose()
    }
    let bench = try Bench(UpstreamSettings(connectionsPerHostMax: 2))
    let start = ContinuousClock.now
    let codes = await withTaskGroup(of: UpstreamError?.self) { group in
      for _ in 0..<6 {
        group.addTask {
          await bench.error(sending: .post(server.url, within: .milliseconds(200)))
        }
      }
      return await group.reduce(into: [UpstreamError?]()) { $0.append($1) }
    }
    #expect(codes.allSatisfy { $0?.code == .timeout })
    #expect(codes.count { $0?.sentNothing == true } == 4)
    #expect(server.connections == 2)
    #expect(ContinuousClock.now - start < .seconds(1))
    await bench.client.shutdown()
  }
}

/// A listener whose queue is full, so that a further connect hangs.
private final class FullListener {
  let url: String
  private let listener: Int32
  private var clients: [Int32] = []

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        _ = bind(listener, raw, length)
        _ = listen(listener, 0)
        _ = getsockname(listener, raw, &length)
      }
    }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
    for _ in 0..<4 {
      let client = socket(
        AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
          _ = connect(client, raw, length)
        }
      }
      clients.append(client)
    }
  }

  deinit {
    for client in clients { close(client) }
    close(listener)
  }
}
