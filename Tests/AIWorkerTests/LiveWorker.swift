import AIWorker
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceHost
import ServiceLifecycle
import Telemetry
import Testing
import WorkerAPI

/// A worker on a port of the kernel's choice, for the time of a test.
struct LiveWorker {
  let port: Int
  let told: Observations
  let service: ChatService
  let readiness: Readiness

  /// Serves while `body` runs.
  static func with(
    _ generator: any AnswerGenerator = ScriptedGenerator(),
    analyzer: DocumentAnalyzer = DocumentAnalyzer(), token: String? = nil,
    _ body: (LiveWorker) async throws -> Void
  ) async throws {
    let told = Observations()
    let readiness = Readiness()
    let service = ChatService(
      generator: generator, cache: ResponseCache(capacity: 100, lifetime: .seconds(60)),
      corpus: { CorpusStamp(version: "v1", validityDate: "2026-04-01") },
      observe: { told.add($0) })
    let app = WorkerApplication(
      service: service, analyzer: analyzer, token: token, readiness: readiness,
      renderMetrics: { ("text/plain; version=0.0.4", Array("# \($0 ?? "")\n".utf8)) },
      observe: { told.add($0) })
    let ports = AsyncStream<Int>.makeStream()
    let host = HTTPService(
      app, host: "127.0.0.1", port: 0, group: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      listening: { ports.continuation.yield($0) })
    let group = ServiceGroup(
      services: [host], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = ports.stream.makeAsyncIterator()
      let port = try #require(await iterator.next())
      try await body(
        LiveWorker(port: port, told: told, service: service, readiness: readiness))
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  /// What came back.
  struct Reply: Sendable {
    var status = 0
    var headers = HTTPHeaders()
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  func post(
    _ path: String, _ body: String, headers: [(String, String)] = [], method: HTTPMethod = .POST
  ) async throws -> Reply {
    try await send(
      method, path, body: Array(body.utf8),
      headers: [("Content-Type", "application/json")] + headers)
  }

  func get(_ path: String, headers: [(String, String)] = []) async throws -> Reply {
    try await send(.GET, path, body: [], headers: headers)
  }

  func send(
    _ method: HTTPMethod, _ path: String, body: [UInt8], headers: [(String, String)]
  ) async throws -> Reply {
    let exchange = try await open(method, path, body: body, headers: headers)
    return try await exchange.reply()
  }

  /// A request under way: to be read, or left.
  struct Exchange: Sendable {
    let channel: any Channel
    let parts: AsyncThrowingStream<HTTPClientResponsePart, any Error>

    func reply() async throws -> Reply {
      var reply = Reply()
      for try await part in parts {
        switch part {
        case .head(let head):
          reply.status = Int(head.status.code)
          reply.headers = head.headers
        case .body(let buffer): reply.body += Array(buffer.readableBytesView)
        case .end:
          try? await channel.close().get()
          return reply
        }
      }
      throw ChannelError.eof
    }

    func leave() async { try? await channel.close().get() }
  }

  func open(
    _ method: HTTPMethod, _ path: String, body: [UInt8], headers: [(String, String)]
  ) async throws -> Exchange {
    let (stream, continuation) = AsyncThrowingStream<HTTPClientResponsePart, any Error>.makeStream()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    var fields = HTTPHeaders([("Host", "worker"), ("Content-Length", "\(body.count)")])
    fields.add(contentsOf: headers)
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: fields)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    if !body.isEmpty {
      channel.write(
        HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
    }
    // A server that refuses a head may be gone before the body is written.
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    return Exchange(channel: channel, parts: stream)
  }

  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPClientResponsePart
    private let parts: AsyncThrowingStream<HTTPClientResponsePart, any Error>.Continuation

    init(_ parts: AsyncThrowingStream<HTTPClientResponsePart, any Error>.Continuation) {
      self.parts = parts
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      parts.yield(unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      parts.finish(throwing: error)
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { parts.finish() }
  }
}
