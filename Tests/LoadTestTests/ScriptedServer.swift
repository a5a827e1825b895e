import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A small HTTP server on a port of its own that answers as a test scripts it and remembers what
/// it was asked.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
    let body: String
    /// The client's address, without the port.
    let source: String
    /// Nanoseconds of the monotonic clock at arrival.
    let instant: UInt64
  }

  enum Reply: Sendable {
    /// The whole response, after a while.
    case response(String, after: TimeAmount = .zero)
    /// Pieces, each after a pause.
    case pieces([String], pause: TimeAmount)
    /// Bytes, then the connection closes.
    case closing(String)
    /// Bytes, then the connection is reset.
    case resetting(String)
    case silence
  }

  typealias Script = @Sendable (Request) -> Reply

  let port: Int
  private let channel: any Channel
  private let log: Mutex<[Request]>
  private let opened: Atomic<Int>

  var requests: [Request] { log.withLock { $0 } }
  var connectionsOpened: Int { opened.load(ordering: .relaxed) }
  var base: String { "http://127.0.0.1:\(port)" }

  private init(channel: any Channel, port: Int, log: SharedLog) {
    self.channel = channel
    self.port = port
    self.log = Mutex([])
    opened = Atomic(0)
    log.server.withLock { $0 = self }
  }

  /// Serves while `body` runs.
  @discardableResult
  static func serving<R: Sendable>(
    _ script: @escaping Script, _ body: (ScriptedServer) async throws -> R
  ) async throws -> R {
    let shared = SharedLog()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { child in
        shared.server.withLock { $0 }?.opened.add(1, ordering: .relaxed)
        return child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(
            ScriptedHandler(script: script) { request in
              shared.server.withLock { $0 }?.log.withLock { $0.append(request) }
            })
        }
      }.bind(host: "127.0.0.1", port: 0).get()
    let server = ScriptedServer(
      channel: channel, port: channel.localAddress?.port ?? 0, log: shared)
    let outcome: Result<R, any Error>
    do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
    try await channel.close()
    shared.server.withLock { $0 = nil }
    return try outcome.get()
  }

  /// A whole response with its length.
  static func ok(_ body: String, status: Int = 200, fields: String = "") -> String {
    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
  }

  /// A chunked stream of server-sent events.
  static func events(_ events: String, fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
      + "\(fields)\r\n"
      + "\(String(events.utf8.count, radix: 16))\r\n\(events)\r\n0\r\n\r\n"
  }

  fileprivate final class SharedLog: Sendable {
    let server = Mutex<ScriptedServer?>(nil)
  }
}

private final class ScriptedHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let script: ScriptedServer.Script
  private let onRequest: (ScriptedServer.Request) -> Void
  private var bytes = ""

  init(
    script: @escaping ScriptedServer.Script, onRequest: @escaping (ScriptedServer.Request) -> Void
  ) {
    self.script = script
    self.onRequest = onRequest
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += String(buffer: unwrapInboundIn(data))
    while let request = takeRequest(context) {
      onRequest(request)
      reply(script(request), context)
    }
  }

  private func takeRequest(_ context: ChannelHandlerContext) -> ScriptedServer.Request? {
    let utf8 = Array(bytes.utf8)
    guard
      let end = utf8.indices.dropLast(3).first(where: {
        utf8[$0] == 13 && utf8[$0 + 1] == 10 && utf8[$0 + 2] == 13 && utf8[$0 + 3] == 10
      })
    else { return nil }
    let lines = String(decoding: utf8[..<end], as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      headers[line[..<colon].lowercased()] = String(line[colon...].dropFirst(2))
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    guard utf8.count >= end + 4 + length else { return nil }
    bytes = String(decoding: utf8[(end + 4 + length)...], as: UTF8.self)
    let start = lines[0].split(separator: " ")
    return ScriptedServer.Request(
      method: String(start[0]), path: String(start[1]), headers: headers,
      body: String(decoding: utf8[(end + 4)..<(end + 4 + length)], as: UTF8.self),
      source: context.remoteAddress?.ipAddress ?? "",
      instant: NIODeadline.now().uptimeNanoseconds)
  }

  private func reply(_ reply: ScriptedServer.Reply, _ context: ChannelHandlerContext) {
    switch reply {
    case .response(let text, after: .zero): write(text, context)
    case .response(let text, let pause): write([text], pause: pause, context)
    case .pieces(let pieces, let pause): write(pieces, pause: pause, context)
    case .closing(let text):
      let here = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)))
        .whenComplete { _ in here.value.close(promise: nil) }
    case .resetting(let text):
      let here = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
        // Closing with a linger time of zero sends a reset instead of an end.
        let socket = here.value.channel as? any SocketOptionProvider
        socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
          here.value.close(promise: nil)
        }
      }
    case .silence: break
    }
  }

  private func write(_ pieces: [String], pause: TimeAmount, _ context: ChannelHandlerContext) {
    guard let first = pieces.first else { return }
    let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: pause) {
      let (handler, context) = here.value
      handler.write(first, context)
      handler.write(Array(pieces.dropFirst()), pause: pause, context)
    }
  }

  private func write(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
  }
}
