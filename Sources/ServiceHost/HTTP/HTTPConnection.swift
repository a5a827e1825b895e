import DequeModule
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection of ours, as a channel handler on its event loop.
///
/// It does what a stock server leaves out: a malformed head, a slow one, a body too large or too
/// slow are answered by the app as problems and counted; a client that leaves cancels its request;
/// `finished` is told after the last byte; a drain closes idle connections only after a grace.
///
/// | phase | on a head | on body | on end | on close |
/// | --- | --- | --- | --- | --- |
/// | idle | collecting, or refused | – | – | closed |
/// | collecting | – | kept, bounded | responding | closed, 499 |
/// | responding | kept, bounded | to its reader, else kept | as body | cancelled, 499 |
/// | lingering | dropped | dropped | dropped | closed |
final class HTTPConnection<App: HTTPApplication>: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let app: App
  let limits: HTTPLimits
  private let executor: EventLoopTaskExecutor
  private var peer = HTTPPeer(address: "")
  var phase = Phase.idle
  var context: ChannelHandlerContext?
  private var pending = Deque<HTTPServerRequestPart>()
  /// Why the parser gave up behind what is pending.
  private var pendingError: HTTPParserError?
  var readingPaused = false
  var quiescing = false
  private var inputClosed = false
  private var headBytes = 0
  var bytesIn = 0
  private var date = HTTPDate()
  var timer = HTTPConnectionTimer()

  init(app: App, limits: HTTPLimits, executor: EventLoopTaskExecutor) {
    self.app = app
    self.limits = limits
    self.executor = executor
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { opened(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    opened(context)
    context.fireChannelActive()
  }

  private func opened(_ context: ChannelHandlerContext) {
    peer = HTTPPeer(address: context.remoteAddress?.ipAddress ?? "")
    set(.keepAlive, after: limits.keepAliveTimeout)
  }

  func channelInactive(context: ChannelHandlerContext) {
    clientLeft()
    // A request that still runs tells its end itself, when its task has seen the cancellation.
    if case .responding = phase {} else { phase = .closed }
    timer.cancel()
    pending.removeAll()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      inputClosed = true
      switch phase {
      case .idle, .lingering, .closed, .collecting:
        clientLeft()
        context.close(promise: nil)
      case .responding(let responding):
        // Only a client that leaves closes its side before the answer came.
        if !responding.progress.snapshot.isEndWritten {
          clientLeft()
          context.close(promise: nil)
        }
      }
    case is ChannelShouldQuiesceEvent:
      quiescing = true
      if case .idle = phase { set(.quiesce, after: limits.quiesceGrace) }
      let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: limits.drainTimeout) {
        connection.value.clientLeft()
        connection.value.context?.close(promise: nil)
      }
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let parser = error as? HTTPParserError, parser != .invalidEOFState else {
      clientLeft()
      context.close(promise: nil)
      return
    }
    pendingError = parser
    if case .responding(let responding) = phase {
      responding.incoming?.stream.fail(.malformedBody)
      return  // What came before it is answered first.
    }
    refuseUnparsed()
  }

  /// Refuses what the parser could not read, once everything before it is answered.
  private func refuseUnparsed() {
    guard let parser = pendingError else { return }
    switch phase {
    case .idle:
      pendingError = nil
      refuseUnread(parser == .headerOverflow ? .headTooLarge : .malformedHead)
    case .collecting(let collecting):
      pendingError = nil
      reject(.malformedBody, in: collecting.exchange)
    case .responding, .lingering, .closed:
      break
    }
  }

  /// Bytes came from the socket; called before they are parsed.
  func received(bytes: Int) {
    bytesIn += bytes
    if case .idle = phase { headBytes += bytes }
  }

  /// What came is parsed: judges a head that is still not complete.
  func parsed() {
    guard case .idle = phase, headBytes > 0 else { return }
    if headBytes > limits.headBytesMax {
      refuseUnread(.headTooLarge)
    } else if timer.kind != .head {
      set(.head, after: limits.headTimeout)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    accept(unwrapInboundIn(data))
  }

  private func accept(_ part: HTTPServerRequestPart) {
    switch (phase, part) {
    case (.idle, .head(let head)):
      headBytes = 0
      begin(head)
    case (.collecting(var collecting), .body(var buffer)):
      phase = .idle  // Releases the enum's copy, so that the buffer grows in place.
      if collecting.body.readableBytes + buffer.readableBytes > collecting.maxBytes {
        reject(.bodyTooLarge(limit: collecting.maxBytes), in: collecting.exchange)
        return
      }
      collecting.body.writeBuffer(&buffer)
      let left = collecting.started + limits.bodyTimeout - .now()
      phase = .collecting(collecting)
      set(.bodyIdle, after: min(limits.bodyIdleTimeout, max(.milliseconds(1), left)))
    case (.collecting(let collecting), .end):
      respond(to: collecting)
    case (.responding(let responding), _) where responding.incoming != nil:
      acceptIncoming(part, responding)
    case (.responding, _):
      pending.append(part)
      if pending.count > limits.pipelinedPartsMax { pauseReading() }
    default:
      break
    }
  }

  // MARK: Requests

  private func begin(_ head: HTTPRequestHead) {
    guard let request = HTTPRequest(head), head.hasOneHost, head.isFramedPlainly else {
      refuseUnread(.malformedHead)
      return
    }
    let (exchange, plan) = app.begin(request, from: peer)
    if head.uri.utf8.count > limits.targetBytesMax {
      reject(.targetTooLong, in: exchange)
      return
    }
    var collecting = Collecting(
      request: request, exchange: exchange, version: head.version,
      keepAlive: head.isKeepAlive && !head.endsParsing, body: ByteBuffer(), maxBytes: 0,
      started: .now())
    switch plan {
    case .refuse(let fault):
      reject(fault, in: exchange)
      return
    case .answer(let reply):
      collecting.maxBytes = 64 * 1024
      collecting.reply = reply
    case .collect(let maxBytes), .stream(let maxBytes):
      collecting.maxBytes = maxBytes
    }
    let declared = head.declaredLength
    if declared > collecting.maxBytes {
      reject(.bodyTooLarge(limit: collecting.maxBytes), in: exchange)
      return
    }
    phase = .collecting(collecting)
    guard declared > 0 || request.headerFields[.transferEncoding] != nil else { return }
    if case .stream = plan { stream(collecting) }
    set(.bodyIdle, after: limits.bodyIdleTimeout)
    if head.version.minor > 0, request.headerFields[.expect]?.lowercased() == "100-continue" {
      context?.writeAndFlush(
        wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
    }
  }

  private func respond(to collecting: Collecting) {
    timer.clear()
    if let reply = collecting.reply {
      startResponding(collecting.exchange, keepAlive: collecting.keepAlive)
      write(reply, method: collecting.request.method, version: collecting.version, linger: false)
      return
    }
    run(collecting, RequestBody(buffer: collecting.body), incoming: nil)
  }

  func run(_ collecting: Collecting, _ body: RequestBody, incoming: Incoming?) {
    guard let context else { return }
    let progress = startResponding(
      collecting.exchange, keepAlive: collecting.keepAlive, incoming: incoming)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let request = Request(head: collecting.request, body: body)
    let (app, exchange, version) = (app, collecting.exchange, collecting.version)
    let channel = context.channel
    let task = Task(executorPreference: executor) {
      let response = await app.respond(to: request, in: exchange)
      let head = connection.value.head(
        status: response.status, headers: response.headers, length: response.body.contentLength,
        version: version)
      let writer = HTTPResponseWriter(
        channel: channel, head: head, declaredLength: response.body.contentLength,
        sendsBody: request.method != .head && response.status.hasBody, progress: progress)
      // A body that ends early leaves `isEndWritten` false: the connection is then cut, so that
      // the client cannot take a part for the whole.
      try? await response.body.write(writer)
      connection.value.responded()
    }
    if case .responding(var responding) = phase {
      responding.task = task
      phase = .responding(responding)
    }
  }

  @discardableResult
  private func startResponding(
    _ exchange: App.Exchange, keepAlive: Bool, incoming: Incoming? = nil
  ) -> HTTPResponseProgress {
    let progress = HTTPResponseProgress()
    phase = .responding(
      Responding(
        exchange: exchange, progress: progress, bytesIn: bytesIn, incoming: incoming,
        keepAlive: keepAlive))
    bytesIn = 0
    set(.response, after: limits.writeTimeout)
    return progress
  }

  /// Refuses what never became a request.
  func refuseUnread(_ fault: HTTPFault) {
    headBytes = 0
    let (exchange, _) = app.begin(nil, from: peer)
    reject(fault, in: exchange)
  }

  func reject(_ fault: HTTPFault, in exchange: App.Exchange) {
    let reply = app.reject(fault, in: exchange)
    startResponding(exchange, keepAlive: false)
    write(reply, method: .get, version: .http1_1, linger: true)
  }

  /// Writes a small answer without a task.
  private func write(
    _ reply: HTTPReply, method: HTTPRequest.Method, version: HTTPVersion, linger: Bool
  ) {
    guard let context, case .responding(let responding) = phase else { return }
    let length = reply.body.readableBytes
    let head = head(
      status: reply.status, headers: reply.headers, length: length, version: version)
    responding.progress.headWritten()
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if method != .head, length > 0 {
      responding.progress.add(bytes: length)
      context.write(wrapOutboundOut(.body(.byteBuffer(reply.body))), promise: nil)
    }
    responding.progress.endWritten()
    responding.progress.waitingForClient()
    let promise = context.eventLoop.makePromise(of: Void.self)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let progress = responding.progress
    promise.futureResult.whenComplete { result in
      if case .success = result { progress.completed() }
      connection.value.responded(linger: linger)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
  }

  private func head(
    status: HTTPResponse.Status, headers: HTTPFields, length: Int?, version: HTTPVersion
  ) -> HTTPResponseHead {
    var keepAlive = false
    if case .responding(let responding) = phase {
      // An answer before the end of the body leaves a rest that is not read as a request.
      keepAlive = responding.keepAlive && !quiescing && responding.incoming == nil
    }
    let head = HTTPResponseHead(
      status: status, headers: headers, length: length, version: version, date: date.now(),
      keepAlive: &keepAlive)
    if case .responding(var responding) = phase {
      responding.status = status.code
      responding.keepAlive = keepAlive
      phase = .responding(responding)
    }
    return head
  }

  /// The last byte left, or never will.
  private func responded(linger: Bool = false) {
    guard case .responding(let responding) = phase else { return }
    finish(responding)
    let state = responding.progress.snapshot
    guard state.isComplete, !responding.clientGone, let context, context.channel.isActive else {
      phase = .closed
      context?.close(promise: nil)
      return
    }
    if linger || responding.incoming != nil {
      phase = .lingering
      pending.removeAll()
      resumeReading()
      set(.linger, after: limits.lingerTimeout)
      context.close(mode: .output, promise: nil)
    } else if !responding.keepAlive || inputClosed {
      phase = .closed
      context.close(promise: nil)
    } else {
      phase = .idle
      set(.keepAlive, after: quiescing ? limits.quiesceGrace : limits.keepAliveTimeout)
      drainPending()
    }
  }

  private func drainPending() {
    while let part = pending.popFirst() {
      accept(part)
      if case .responding = phase { break }
    }
    guard pending.isEmpty else { return }
    refuseUnparsed()
    resumeReading()
  }

  private func finish(_ responding: Responding) {
    let state = responding.progress.snapshot
    app.finished(
      responding.exchange,
      with: HTTPCompletion(
        status: state.isComplete ? responding.status : 499,
        bytesIn: responding.bytesIn + (responding.incoming == nil ? 0 : bytesIn),
        bytesOut: state.bytesOut))
  }

  /// The client is gone: whatever runs for it is cancelled, whatever was open is told.
  func clientLeft() {
    switch phase {
    case .collecting(let collecting):
      phase = .closed
      app.finished(
        collecting.exchange, with: HTTPCompletion(status: 499, bytesIn: bytesIn, bytesOut: 0))
    case .responding(var responding):
      responding.clientGone = true
      phase = .responding(responding)
      responding.task?.cancel()
      responding.incoming?.stream.cancel()
    case .idle, .lingering, .closed:
      break
    }
  }
}
