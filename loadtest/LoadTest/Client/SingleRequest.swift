import NIOCore
import NIOPosix

/// One `GET` over a connection of its own: for probes and metrics, not for load.
enum SingleRequest {
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
  }

  static let bodyBytesMax = 64 << 20

  /// Addresses may be looked up on the calling thread, so this is for before and after a run.
  static func resolve(_ target: TargetURL) throws(LoadRunError) -> SocketAddress {
    do {
      return try SocketAddress.makeAddressResolvingHost(target.host, port: target.port)
    } catch { throw .unknownHost(target.host) }
  }

  /// Whether a connection can be made.
  static func probe(_ target: TargetURL, on group: any EventLoopGroup) async throws(LoadRunError) {
    let address = try resolve(target)
    do {
      let channel = try await ClientBootstrap(group: group).connectTimeout(.seconds(5))
        .connect(to: address).get()
      try? await channel.close()
    } catch { throw .unreachable("\(target)", FailureKind(connecting: error)) }
  }

  static func get(
    _ target: TargetURL, on group: any EventLoopGroup, timeout: TimeAmount = .seconds(10)
  ) async throws -> Answer {
    let address = try resolve(target)
    let eventLoop = group.next()
    let promise = eventLoop.makePromise(of: Answer.self)
    let request = ByteBuffer(
      string: "GET \(target.path) HTTP/1.1\r\nHost: \(target.authority)\r\n"
        + "User-Agent: phoenix-loadtest\r\nAccept: text/plain;version=0.0.4\r\n"
        + "Connection: close\r\n\r\n")
    do {
      _ = try await ClientBootstrap(group: eventLoop).connectTimeout(.seconds(5))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              SingleRequestHandler(request: request, timeout: timeout, promise: promise))
          }
        }.connect(to: address).get()
    } catch { promise.fail(error) }
    return try await promise.futureResult.get()
  }
}

/// Sends the request when connected and gathers the answer.
private final class SingleRequestHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let request: ByteBuffer
  private let timeout: TimeAmount
  private var promise: EventLoopPromise<SingleRequest.Answer>?
  private var parser = ResponseParser()
  private var body: [UInt8] = []
  private var deadline: Scheduled<Void>?

  init(request: ByteBuffer, timeout: TimeAmount, promise: EventLoopPromise<SingleRequest.Answer>) {
    self.request = request
    self.timeout = timeout
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) {
    let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: timeout) {
      here.value.0.end(.failure(ChannelError.connectTimeout(.zero)), here.value.1)
    }
    context.writeAndFlush(wrapOutboundOut(request), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let result = unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
      Result { try consume(bytes) }
    }
    switch result {
    case .success(true): end(.success(.init(status: parser.head.status, body: body)), context)
    case .success(false): break
    case .failure(let error): end(.failure(error), context)
    }
  }

  private func consume(_ bytes: UnsafeRawBufferPointer) throws -> Bool {
    var offset = 0
    while true {
      switch try parser.next(bytes, &offset) {
      case .needsMore: return false
      case .head: continue
      case .body(let range):
        body.append(contentsOf: bytes[range])
        guard body.count <= SingleRequest.bodyBytesMax else {
          throw MalformedResponse("has too long a body")
        }
      case .ended: return true
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(.failure(error), context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if parser.closed() {
      end(.success(.init(status: parser.head.status, body: body)), context)
    } else {
      end(.failure(MalformedResponse("was cut")), context)
    }
  }

  private func end(
    _ result: Result<SingleRequest.Answer, any Error>, _ context: ChannelHandlerContext
  ) {
    deadline?.cancel()
    promise?.completeWith(result)
    promise = nil
    context.close(promise: nil)
  }
}
