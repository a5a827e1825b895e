import CCurl
import Glibc
import Reactor

/// Runs transfers with one libcurl multi handle on one Reactor.
///
/// Confined to the reactor thread: `UpstreamClient`, an actor on that Reactor, is its only owner
/// and calls nothing from elsewhere. libcurl calls back only from within `perform`, `start`,
/// `finish`, `nextChunk` and `close`; messages are read, and idle sockets settled, after each.
final class TransferEngine {
  private let reactor: Reactor
  private let settings: UpstreamSettings
  private let observe: @Sendable (UpstreamEvent) -> Void
  private let sockets: SocketTable
  private var multi: UnsafeMutableRawPointer?
  private var timer: TimerToken?
  private var transfers: [UInt64: Transfer] = [:]
  private var idleHandles: [EasyHandle] = []
  private static let idleHandlesMax = 64
  // Thread-safe since libcurl 7.84, and done once for the process.
  private static let globalInitialisation = phx_curl_global_init()

  init(
    reactor: Reactor, settings: UpstreamSettings,
    observe: @escaping @Sendable (UpstreamEvent) -> Void
  ) {
    self.reactor = reactor
    self.settings = settings
    self.observe = observe
    sockets = SocketTable(reactor: reactor, observe: observe)
    guard Self.globalInitialisation == CURLE_OK, let multi = curl_multi_init() else { return }
    self.multi = multi
    phx_curl_multi_set_socket(multi, socketCallback)
    phx_curl_multi_set_pointer(
      multi, CURLMOPT_SOCKETDATA, Unmanaged.passUnretained(sockets).toOpaque())
    phx_curl_multi_set_timer(multi, timerCallback)
    phx_curl_multi_set_pointer(
      multi, CURLMOPT_TIMERDATA, Unmanaged.passUnretained(self).toOpaque())
    phx_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHostMax)
    phx_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, settings.connectionsMax)
    phx_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.connectionsMax)
    phx_curl_multi_set_long(multi, CURLMOPT_PIPELINING, 0)
    sockets.ready = { [weak self] descriptor, readiness in
      var mask: Int32 = 0
      if readiness.contains(.read) { mask |= CURL_CSELECT_IN }
      if readiness.contains(.write) { mask |= CURL_CSELECT_OUT }
      if !readiness.isDisjoint(with: [.error, .hangup]) { mask |= CURL_CSELECT_ERR }
      self?.perform(descriptor, mask)
    }
  }

  // MARK: Transfers

  /// Takes a request in. Its deadline runs from here; `start` it once the host has addresses.
  /// - Parameter askUpload: asks the source of a streamed body for a piece, for `supply`.
  func admit(
    _ request: UpstreamRequest, id: UInt64, isStreamed: Bool,
    askUpload: @escaping () -> Task<Void, Never>?
  ) throws(UpstreamError) -> UpstreamTarget {
    guard let target = UpstreamTarget(request.url), Self.areSendable(request.headers) else {
      throw Self.refusal(.invalidRequest, "")
    }
    if request.upload != nil {
      guard request.body.isEmpty, [.post, .put, .patch].contains(request.method) else {
        throw Self.refusal(.invalidRequest, target.authority)
      }
    }
    guard multi != nil else { throw Self.refusal(.closed, target.authority) }
    guard transfers.count < settings.transfersMax else {
      throw Self.refusal(.overloaded, target.authority)
    }
    let transfer = Transfer(
      id: id, request: request, target: target, isStreamed: isStreamed, sockets: sockets,
      streamBufferBytesMax: settings.streamBufferBytesMax)
    transfers[id] = transfer
    transfer.upload.ask = askUpload
    reactor.workStarted()
    transfer.deadlineTimer = reactor.schedule(at: request.deadline) { [weak self] in
      self?.fail(id, .timeout)
    }
    // A name is asked for outside libcurl, which then keeps the connect timeout.
    if !NameResolver.isLiteral(target.host) { setPhaseTimer(transfer, request.connectTimeout) }
    return target
  }

  /// Hands the request to libcurl.
  func start(_ id: UInt64, addresses: [String]?) {
    guard let transfer = transfers[id], let multi, transfer.easy == nil else { return }
    setPhaseTimer(transfer, transfer.request.firstByteTimeout)
    guard let easy = idleHandles.popLast() ?? EasyHandle(sockets: sockets, settings: settings)
    else {
      finish(transfer, .failure(transfer.error(.internalFailure)))
      return
    }
    transfer.easy = easy
    easy.configure(for: transfer, addresses: addresses)
    guard curl_multi_add_handle(multi, easy.handle) == CURLM_OK else {
      finish(transfer, .failure(transfer.error(.internalFailure)))
      return
    }
    perform(CURL_SOCKET_BAD, 0)
  }

  /// Ends a transfer early; harmless when it has ended.
  func fail(_ id: UInt64, _ code: UpstreamError.Code) {
    guard let transfer = transfers[id], transfer.ending == nil else { return }
    finish(transfer, .failure(transfer.error(code)))
    readMessages()
  }

  /// Forgets a stream whose reader has gone.
  func abandon(_ id: UInt64) {
    guard let transfer = transfers[id] else { return }
    if transfer.ending == nil {
      transfer.buffer = []
      fail(id, .cancelled)
    }
    if case .none = transfer.waiter { transfers[id] = nil }
  }

  /// Says who waits for the transfer. One reader at a time.
  func await(_ id: UInt64, _ waiter: Transfer.Waiter) {
    guard let transfer = transfers[id] else {
      Self.resume(waiter, Self.refusal(.cancelled, ""))
      return
    }
    switch waiter {
    case .chunk(let continuation): nextChunk(transfer, continuation)
    case .head(let continuation) where transfer.headIsWhole && transfer.ending == nil:
      continuation.resume(returning: .success(transfer.head))
    default:
      transfer.waiter = waiter
      if let ending = transfer.ending { deliver(transfer, ending) }
    }
  }

  private func nextChunk(_ transfer: Transfer, _ continuation: Transfer.ChunkWaiter) {
    guard case .none = transfer.waiter else {
      continuation.resume(returning: .failure(transfer.error(.invalidRequest, "two readers")))
      return
    }
    if !transfer.buffer.isEmpty {
      let chunk = transfer.buffer
      transfer.buffer = []
      if transfer.isPaused, let easy = transfer.easy {
        transfer.isPaused = false
        // Calls the write callback at once with the bytes held back.
        curl_easy_pause(easy.handle, transfer.pauseMask)
        readMessages()
      }
      continuation.resume(returning: .success(chunk))
    } else if let ending = transfer.ending {
      transfers[transfer.id] = nil
      continuation.resume(returning: ending.map { nil })
    } else {
      transfer.waiter = .chunk(continuation)
    }
  }

  /// A piece of a streamed request body is here, or its end, or its failure.
  func supply(_ id: UInt64, _ piece: Result<[UInt8]?, any Error>) {
    guard let transfer = transfers[id], transfer.ending == nil, let easy = transfer.easy else {
      return
    }
    guard transfer.upload.supply(piece) else { return }
    // Calls the read callback at once.
    curl_easy_pause(easy.handle, transfer.pauseMask)
    perform(CURL_SOCKET_BAD, 0)
  }

  /// Requests under way, and sockets open, idle ones included.
  var load: UpstreamLoad { UpstreamLoad(transfers: transfers.count, sockets: sockets.count) }

  /// Ends all transfers as `closed` and frees libcurl's handles. Idempotent.
  func close() {
    guard let multi else { return }
    for transfer in Array(transfers.values) where transfer.ending == nil {
      finish(transfer, .failure(transfer.error(.closed)))
    }
    transfers = [:]
    idleHandles = []
    self.multi = nil
    curl_multi_cleanup(multi)
    if let timer { reactor.cancel(timer) }
    timer = nil
    sockets.forgetAll()
  }

  // MARK: libcurl

  func setTimer(milliseconds: Int) {
    if let timer { reactor.cancel(timer) }
    timer = nil
    guard milliseconds >= 0 else { return }
    timer = reactor.schedule(after: .milliseconds(milliseconds)) { [weak self] in
      self?.timer = nil
      self?.perform(CURL_SOCKET_BAD, 0)
    }
  }

  private func perform(_ descriptor: Int32, _ mask: Int32) {
    guard let multi else { return }
    var running: Int32 = 0
    curl_multi_socket_action(multi, descriptor, mask, &running)
    readMessages()
  }

  private func readMessages() {
    while let multi {
      var left: Int32 = 0
      guard let message = curl_multi_info_read(multi, &left) else { break }
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else {
        continue
      }
      // The message dies with the next call into libcurl.
      let code = message.pointee.data.result
      var context: UnsafeMutableRawPointer?
      phx_curl_get_pointer(handle, CURLINFO_PRIVATE, &context)
      guard let context else { continue }
      complete(Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue(), code)
    }
    sockets.settle()
  }

  private func complete(_ transfer: Transfer, _ code: CURLcode) {
    guard transfer.ending == nil, let easy = transfer.easy else { return }
    if transfer.needsFreshConnection, transfer.sends == 0, transfer.freshConnectionTries == 0,
      let multi
    {
      transfer.freshConnectionTries += 1
      curl_multi_remove_handle(multi, easy.handle)
      phx_curl_set_long(easy.handle, CURLOPT_FRESH_CONNECT, 1)
      if curl_multi_add_handle(multi, easy.handle) == CURLM_OK { return }
    }
    if let error = transfer.failure(code, systemError: easy.systemError) {
      finish(transfer, .failure(error))
    } else {
      finish(transfer, .success(()))
    }
  }

  private func finish(_ transfer: Transfer, _ ending: Result<Void, UpstreamError>) {
    transfer.ending = ending
    transfer.endedAt = Reactor.now()
    transfer.upload.cancel()
    if let token = transfer.deadlineTimer { reactor.cancel(token) }
    if let token = transfer.phaseTimer { reactor.cancel(token) }
    if let easy = transfer.easy {
      // An unfinished transfer's connection is closed by this, which tells the server.
      if let multi { curl_multi_remove_handle(multi, easy.handle) }
      transfer.easy = nil
      easy.clear()
      if idleHandles.count < Self.idleHandlesMax { idleHandles.append(easy) }
    }
    if let descriptor = transfer.descriptor { sockets.release(descriptor, by: transfer.id) }
    reactor.workEnded()
    // Told before the caller goes on, so that whoever has the answer finds the event told.
    observe(.transferFinished(Self.record(transfer, ending)))
    deliver(transfer, ending)
  }

  private func deliver(_ transfer: Transfer, _ ending: Result<Void, UpstreamError>) {
    let waiter = transfer.waiter
    transfer.waiter = .none
    switch waiter {
    case .none: return  // A stream's reader comes back for the rest.
    case .whole(let continuation):
      let body = transfer.buffer
      let firstByteAt = transfer.firstByteAt ?? transfer.endedAt
      continuation.resume(
        returning: ending.map {
          UpstreamResponse(
            status: transfer.status, headers: transfer.headers, body: body,
            isDelimited: transfer.isDelimited, timeToFirstByte: transfer.elapsed(firstByteAt),
            duration: transfer.elapsed(transfer.endedAt))
        })
    case .head(let continuation):
      continuation.resume(returning: ending.map { transfer.head })
      if case .success = ending { return }
    case .chunk(let continuation):
      continuation.resume(returning: ending.map { nil })
    }
    transfers[transfer.id] = nil
  }

  private func setPhaseTimer(_ transfer: Transfer, _ delay: Duration?) {
    if let token = transfer.phaseTimer { reactor.cancel(token) }
    let id = transfer.id
    transfer.phaseTimer = delay.map { delay in
      reactor.schedule(after: delay) { [weak self] in
        guard let transfer = self?.transfers[id], transfer.firstByteAt == nil else { return }
        self?.fail(id, .timeout)
      }
    }
  }

  // MARK: Values

  private static func record(
    _ transfer: Transfer, _ ending: Result<Void, UpstreamError>
  ) -> UpstreamTransferRecord {
    let error: UpstreamError.Code? =
      if case .failure(let error) = ending { error.code } else { nil }
    return UpstreamTransferRecord(
      authority: transfer.target.authority, method: transfer.request.method,
      status: transfer.headIsWhole ? transfer.status : nil, error: error,
      timeToFirstByte: transfer.firstByteAt.map { transfer.elapsed($0) },
      duration: transfer.elapsed(transfer.endedAt),
      bytesSent: transfer.bytesSent,
      bytesReceived: transfer.bytesReceived, reusedConnection: transfer.usedReusedConnection)
  }

  private static func refusal(_ code: UpstreamError.Code, _ authority: String) -> UpstreamError {
    UpstreamError(code: code, authority: authority, sentNothing: true, beforeFirstByte: true)
  }

  private static func resume(_ waiter: Transfer.Waiter, _ error: UpstreamError) {
    switch waiter {
    case .none: break
    case .whole(let continuation): continuation.resume(returning: .failure(error))
    case .head(let continuation): continuation.resume(returning: .failure(error))
    case .chunk(let continuation): continuation.resume(returning: .failure(error))
    }
  }

  /// No name or value can end a line or forge the framing that libcurl makes.
  private static func areSendable(_ headers: [UpstreamHeader]) -> Bool {
    let isTokenByte: (UInt8) -> Bool = { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
      default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }
    return headers.allSatisfy { header in
      !header.name.isEmpty && header.name.utf8.allSatisfy(isTokenByte)
        && header.value.utf8.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7f }
        && !["content-length", "transfer-encoding"].contains(header.name.lowercased())
    }
  }
}
