import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceHost
import ServiceLifecycle
import Synchronization
import Testing

/// A streamed request body over a real socket.
@Suite(.serialized) struct HTTPBodyStreamTests {
  /// Reads bodies as its test says, and remembers how exchanges ended.
  final class Reader: HTTPApplication {
    struct State {
      var bytes = 0
      var failures: [String] = []
      var completions: [Int] = []
      var bytesIn = 0
    }

    enum Manner {
      /// To the end.
      case whole
      /// Waits for the gate, then to the end.
      case late
      /// One piece, then answers.
      case onePiece
    }

    let manner: Manner
    let maxBytes: Int
    let state = Mutex(State())
    let gate = AsyncStream<Void>.makeStream()

    init(_ manner: Manner, maxBytes: Int = 64 << 20) {
      self.manner = manner
      self.maxBytes = maxBytes
    }

    func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (exchange: Int, plan: HTTPBodyPlan) {
      (0, .stream(maxBytes: maxBytes))
    }

    func respond(to request: Request, in exchange: Int) async -> Response {
      if manner == .late { for await _ in gate.stream { break } }
      do {
        for try await buffer in request.body {
          state.withLock { $0.bytes += buffer.readableBytes }
          if manner == .onePiece { break }
        }
      } catch let fault as HTTPFault {
        state.withLock { $0.failures.append("\(fault)") }
        return Response(status: .badRequest)
      } catch {
        state.withLock { $0.failures.append("cancelled") }
        return Response(status: .badRequest)
      }
      let count = state.withLock { $0.bytes }
      return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "\(count)")))
    }

    func reject(_ fault: HTTPFault, in exchange: Int) -> HTTPReply {
      HTTPReply(status: .badRequest, headers: [:], body: ByteBuffer(string: "\(fault)"))
    }

    func finished(_ exchange: Int, with completion: HTTPCompletion) {
      state.withLock {
        $0.completions.append(completion.status)
        $0.bytesIn = completion.bytesIn
      }
    }
  }

  private func with(
    _ reader: Reader, limits: HTTPLimits = HTTPLimits(),
    _ body: (any Channel, AsyncStream<String>) async throws -> Void
  ) async throws {
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let ports = AsyncStream<Int>.makeStream()
    let group = ServiceGroup(
      services: [
        HTTPService(
          reader, host: "127.0.0.1", port: 0, limits: limits,
          group: MultiThreadedEventLoopGroup.singleton, logger: quiet,
          listening: { ports.continuation.yield($0) })
      ], logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = ports.stream.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let (texts, continuation) = AsyncStream<String>.makeStream()
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Texts(continuation))
          }
        }
        .connect(host: "127.0.0.1", port: port).get()
      try await body(channel, texts)
      try? await channel.close().get()
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private final class Texts: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let told: AsyncStream<String>.Continuation

    init(_ told: AsyncStream<String>.Continuation) { self.told = told }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      told.yield(String(buffer: unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { told.finish() }
  }

  private func head(_ length: Int) -> ByteBuffer {
    ByteBuffer(string: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n")
  }

  private func response(_ texts: AsyncStream<String>) async -> String {
    var whole = ""
    for await text in texts {
      whole += text
      if whole.contains("\r\n\r\n") { break }
    }
    return whole
  }

  private func eventually(_ what: String, _ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
      try #require(ContinuousClock.now < deadline, "\(what)")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func handsOnEveryByteAndKeepsTheConnection() async throws {
    let reader = Reader(.whole)
    try await with(reader) { channel, texts in
      for _ in 0..<2 {
        channel.write(head(1 << 20), promise: nil)
        for _ in 0..<16 {
          try await channel.writeAndFlush(ByteBuffer(repeating: 0x41, count: 1 << 16)).get()
        }
        #expect(await response(texts).hasPrefix("HTTP/1.1 200"))
      }
    }
    reader.state.withLock {
      #expect($0.bytes == 2 << 20)
      #expect($0.completions == [200, 200])
      #expect($0.bytesIn > 1 << 20)
    }
  }

  @Test func readsNoMoreThanItsReaderTakes() async throws {
    let reader = Reader(.late)
    try await with(reader) { channel, texts in
      let size = 32 << 20
      channel.write(head(size), promise: nil)
      let sent = Mutex(0)
      for _ in 0..<(size >> 16) {
        channel.writeAndFlush(ByteBuffer(repeating: 0x41, count: 1 << 16)).whenSuccess {
          sent.withLock { $0 += 1 << 16 }
        }
      }
      // What the sockets' buffers and the stream hold goes; then nothing moves any more.
      var last = -1
      while sent.withLock({ $0 }) != last {
        last = sent.withLock { $0 }
        try await Task.sleep(for: .milliseconds(300))
      }
      #expect(last < size / 2)
      #expect(reader.state.withLock { $0.bytes } == 0)
      reader.gate.continuation.yield()
      #expect(await response(texts).hasPrefix("HTTP/1.1 200"))
      #expect(reader.state.withLock { $0.bytes } == size)
    }
  }

  @Test func refusesALargerBodyThanAllowedBeforeItIsWhole() async throws {
    let declared = Reader(.whole, maxBytes: 1000)
    try await with(declared) { channel, texts in
      try await channel.writeAndFlush(head(1001)).get()
      #expect(await response(texts).contains("Connection: close"))
    }
    #expect(declared.state.withLock { $0.completions } == [400])
    let chunked = Reader(.whole, maxBytes: 1000)
    try await with(chunked) { channel, texts in
      let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      let chunk = "258\r\n" + String(repeating: "a", count: 600) + "\r\n"
      try await channel.writeAndFlush(ByteBuffer(string: head + chunk + chunk)).get()
      #expect(await response(texts).contains("Connection: close"))
    }
    chunked.state.withLock {
      #expect($0.failures == ["bodyTooLarge(limit: 1000)"])
    }
  }

  @Test func tellsItsReaderWhyTheBodyEnds() async throws {
    var limits = HTTPLimits()
    limits.bodyIdleTimeout = .milliseconds(100)
    let slow = Reader(.whole)
    try await with(slow, limits: limits) { channel, texts in
      try await channel.writeAndFlush(head(100)).get()
      #expect(await response(texts).hasPrefix("HTTP/1.1 400"))
    }
    #expect(slow.state.withLock { $0.failures } == ["bodyTimeout"])

    let broken = Reader(.whole)
    try await with(broken) { channel, texts in
      let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
      try await channel.writeAndFlush(ByteBuffer(string: head)).get()
      #expect(await response(texts).hasPrefix("HTTP/1.1 400"))
    }
    #expect(broken.state.withLock { $0.failures } == ["malformedBody"])

    let gone = Reader(.whole)
    try await with(gone) { channel, _ in
      try await channel.writeAndFlush(head(100)).get()
      try await channel.writeAndFlush(ByteBuffer(string: "abc")).get()
      try await eventually("the piece came") { gone.state.withLock { $0.bytes } == 3 }
      try await channel.close().get()
      try await eventually("the exchange ended") { !gone.state.withLock { $0.completions.isEmpty } }
    }
    gone.state.withLock {
      #expect($0.failures == ["cancelled"])
      #expect($0.completions == [499])
    }
  }

  @Test func endsADripThatIsAlwaysInTime() async throws {
    var limits = HTTPLimits()
    limits.bodyTimeout = .milliseconds(400)
    limits.streamedBytesPerSecondMin = 1000
    let reader = Reader(.whole)
    try await with(reader, limits: limits) { channel, texts in
      channel.write(head(100_000), promise: nil)
      let drip = Task {
        while !Task.isCancelled {
          try await channel.writeAndFlush(ByteBuffer(string: "a")).get()
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      #expect(await response(texts).hasPrefix("HTTP/1.1 400"))
      drip.cancel()
    }
    #expect(reader.state.withLock { $0.failures } == ["bodyTimeout"])
  }

  @Test func anAnswerBeforeTheEndClosesTheConnection() async throws {
    let reader = Reader(.onePiece)
    try await with(reader) { channel, texts in
      channel.write(head(1 << 20), promise: nil)
      try await channel.writeAndFlush(ByteBuffer(repeating: 0x41, count: 1000)).get()
      let text = await response(texts)
      #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Connection: close"))
      // What follows is no request.
      try? await channel.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n")).get()
    }
    #expect(reader.state.withLock { $0.completions } == [200])
  }
}
