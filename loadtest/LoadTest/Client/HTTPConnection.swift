import NIOCore

/// One keep-alive connection with at most one request on it, on one event loop.
final class HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let lane: Int
  /// The pool's, to find it among the busy ones.
  var busyIndex = -1
  var idleSince: UInt64 = 0
  /// The pool no longer counts it.
  var isRetired = false

  private let pool: ConnectionPool
  private var isNew = true
  private var context: ChannelHandlerContext?
  private(set) var exchange: Exchange?
  private var parser = ResponseParser()
  private var transportFailure: FailureKind?

  init(pool: ConnectionPool, lane: Int) {
    self.pool = pool
    self.lane = lane
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    pool.opened(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func send(_ exchange: Exchange, now: UInt64) {
    exchange.sent = now
    exchange.isFirst = isNew
    isNew = false
    self.exchange = exchange
    parser = ResponseParser()
    context?.writeAndFlush(wrapOutboundOut(exchange.request), promise: nil)
    guard exchange.leavesAfter > 0 else { return }
    let due = NIODeadline.uptimeNanoseconds(now + exchange.leavesAfter)
    context?.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
      guard self.exchange === exchange else { return }
      cut(.left, now: NIODeadline.now().uptimeNanoseconds)
    }
  }

  func close() { context?.close(promise: nil) }

  /// Ends the request under way, and the connection with it: its answer may still come.
  func cut(_ kind: FailureKind, now: UInt64) {
    guard let exchange = exchange else { return }
    fail(exchange, kind, now: now)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    let now = NIODeadline.now().uptimeNanoseconds
    guard let exchange else {
      // Nobody asked: what follows could pass for the next answer.
      pool.strayBytes()
      close()
      return
    }
    if exchange.firstByte == 0 { exchange.firstByte = now }
    exchange.bytesReceived += buffer.readableBytes
    let outcome: Result<Bool, MalformedResponse> = buffer.withUnsafeReadableBytes { bytes in
      do throws(MalformedResponse) { return .success(try consume(bytes, exchange, now)) } catch {
        return .failure(error)
      }
    }
    switch outcome {
    case .success(true): complete(exchange, now: now)
    case .success(false): break
    case .failure: fail(exchange, .malformed, now: now)
    }
  }

  /// Whether the response has ended.
  private func consume(
    _ bytes: UnsafeRawBufferPointer, _ exchange: Exchange, _ now: UInt64
  ) throws(MalformedResponse) -> Bool {
    var offset = 0
    while true {
      switch try parser.next(bytes, &offset) {
      case .needsMore: return false
      case .head:
        exchange.head = parser.head
        if parser.head.isEventStream { exchange.stream = EventStreamScanner() }
      case .body(let range):
        if exchange.keepsBody {
          exchange.keep(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        guard exchange.stream != nil else { continue }
        exchange.stream?.scan(UnsafeRawBufferPointer(rebasing: bytes[range]))
        if exchange.firstDelta == 0, exchange.stream?.hasDelta == true { exchange.firstDelta = now }
      case .ended:
        guard offset == bytes.count else { throw MalformedResponse("goes on after its end") }
        return true
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    transportFailure = FailureKind(transport: error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    let now = NIODeadline.now().uptimeNanoseconds
    pool.retire(self)
    guard let exchange else { return }
    if transportFailure == nil, parser.closed() {
      complete(exchange, now: now)
    } else {
      fail(exchange, transportFailure ?? .closed, now: now)
    }
  }

  private func complete(_ exchange: Exchange, now: UInt64) {
    self.exchange = nil
    exchange.finished = now
    if parser.head.keepsAlive, !isRetired {
      pool.release(self, now: now)
    } else {
      pool.retire(self)
      close()
    }
    pool.finished(exchange)
  }

  private func fail(_ exchange: Exchange, _ kind: FailureKind, now: UInt64) {
    self.exchange = nil
    exchange.failure = kind
    exchange.finished = now
    pool.retire(self)
    close()
    pool.finished(exchange)
  }
}
