import CCurl
import Glibc
import Reactor

/// One request under way: what libcurl's callbacks fill and the caller waits for.
///
/// Confined to the reactor thread like its engine. The callbacks get an unretained pointer to it;
/// the engine holds it for as long as its easy handle is in the multi handle.
///
/// | state | head | ending |
/// | --- | --- | --- |
/// | asked | no | nil |
/// | answering | yes | nil |
/// | ended | yes, or failed | set; what is buffered is still to be read |
final class Transfer {
  typealias WholeWaiter = CheckedContinuation<Result<UpstreamResponse, UpstreamError>, Never>
  typealias HeadWaiter = CheckedContinuation<Result<UpstreamStream.Head, UpstreamError>, Never>
  typealias ChunkWaiter = CheckedContinuation<Result<[UInt8]?, UpstreamError>, Never>

  enum Waiter {
    case none
    case whole(WholeWaiter)
    case head(HeadWaiter)
    case chunk(ChunkWaiter)
  }

  let id: UInt64
  let request: UpstreamRequest
  let target: UpstreamTarget
  let isStreamed: Bool
  let startedAt = Reactor.now()
  let sockets: SocketTable
  let streamBufferBytesMax: Int

  var easy: EasyHandle?
  var waiter = Waiter.none
  var deadlineTimer: TimerToken?
  var phaseTimer: TimerToken?

  private(set) var status = 0
  private(set) var headers: [UpstreamHeader] = []
  private(set) var headIsWhole = false
  private(set) var firstByteAt: UInt64?
  private var headBytes = 0
  private(set) var bytesReceived = 0
  var buffer: [UInt8] = []
  var isPaused = false
  var upload: UploadBuffer
  /// The answer came as HTTP/2 frames: its connection cannot carry stray answers, and its end does
  /// not tell a whole body from a cut one.
  private(set) var isFramed = false
  var ending: Result<Void, UpstreamError>?
  var endedAt: UInt64 = 0

  /// Times a connection was ready and the request went out.
  private(set) var sends = 0
  private(set) var usedReusedConnection = false
  /// The socket last claimed.
  private(set) var descriptor: Int32?
  /// The chosen idle connection was not fit: nothing was sent, a fresh one is to be used.
  var needsFreshConnection = false
  var freshConnectionTries = 0
  /// Why a callback stopped the transfer.
  private(set) var abortCode: UpstreamError.Code?

  private static let headBytesMax = 64 << 10

  init(
    id: UInt64, request: UpstreamRequest, target: UpstreamTarget, isStreamed: Bool,
    sockets: SocketTable, streamBufferBytesMax: Int
  ) {
    self.id = id
    self.request = request
    self.target = target
    self.isStreamed = isStreamed
    self.sockets = sockets
    self.streamBufferBytesMax = streamBufferBytesMax
    upload = UploadBuffer(length: request.upload?.length)
  }

  /// What `curl_easy_pause` is told: libcurl takes both directions at once.
  var pauseMask: Int32 {
    (isPaused ? CURLPAUSE_RECV : 0) | (upload.isPaused ? CURLPAUSE_SEND : 0)
  }

  /// Bytes of the request body that went out.
  var bytesSent: Int {
    request.upload == nil ? (sends > 0 ? request.body.count : 0) : upload.bytesSent
  }

  // MARK: Callbacks

  /// A connection is ready and the request would go out now.
  /// - Returns: whether it may.
  func mayUse(_ connection: ConnectionKey) -> Bool {
    switch sockets.claim(connection, for: id) {
    case .unfit:
      needsFreshConnection = true
      return false
    case .fresh(let descriptor):
      self.descriptor = descriptor
      usedReusedConnection = false
      sockets.tell(.connectionOpened(authority: target.authority))
    case .reused(let descriptor):
      self.descriptor = descriptor
      usedReusedConnection = true
    case .unknown:
      usedReusedConnection = false
    }
    // libcurl sends again on its own where a reused connection dies; only a method without effect
    // may be repeated without the caller's knowledge.
    if sends > 0, request.method != .get, request.method != .head {
      abortCode = .reset
      sockets.tell(.resendRefused(authority: target.authority))
      return false
    }
    sends += 1
    return true
  }

  /// A line of the head, or of trailers.
  /// - Returns: whether to go on.
  func receiveHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
    if headIsWhole { return true }
    if firstByteAt == nil { firstByteAt = Reactor.now() }
    headBytes += line.count
    guard headBytes <= Self.headBytesMax else {
      abortCode = .tooLarge
      return false
    }
    var text = line[...]
    while let last = text.last, last <= 0x20 { text.removeLast() }
    if text.isEmpty {
      // The end of an interim head (100, 103) is followed by another head.
      if status >= 200 { finishHead() }
      return abortCode == nil
    }
    if text.starts(with: "HTTP/".utf8) {
      headers = []
      if text.starts(with: "HTTP/2".utf8), target.isSecure { markFramed() }
      let digits = text.split(separator: 0x20, maxSplits: 2).dropFirst().first ?? []
      status = Int(String(decoding: digits, as: UTF8.self)) ?? 0
      return true
    }
    guard let colon = text.firstIndex(of: 0x3a) else { return true }
    var value = text[(colon + 1)...]
    while let first = value.first, first <= 0x20 { value.removeFirst() }
    headers.append(
      UpstreamHeader(
        String(decoding: text[..<colon], as: UTF8.self).lowercased(),
        String(decoding: value, as: UTF8.self)))
    return true
  }

  private func markFramed() {
    isFramed = true
    if let descriptor { sockets.markFramed(descriptor) }
  }

  /// Bytes of the body as declared, where it has one.
  private var declaredLength: Int? {
    guard request.method != .head, status != 204, status != 304 else { return nil }
    return headers.first("content-length").flatMap { Int($0) }
  }

  private func finishHead() {
    headIsWhole = true
    if let length = declaredLength {
      guard length <= request.responseBytesMax else {
        abortCode = .tooLarge
        return
      }
      if !isStreamed { buffer.reserveCapacity(length) }
    }
    if case .head(let waiter) = waiter {
      self.waiter = .none
      waiter.resume(returning: .success(head))
    }
  }

  enum BodyStep {
    case taken
    case pause
    case stop
  }

  /// Bytes of the body.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> BodyStep {
    if isStreamed, buffer.count >= streamBufferBytesMax {
      isPaused = true
      return .pause
    }
    guard bytesReceived + bytes.count <= request.responseBytesMax else {
      abortCode = .tooLarge
      return .stop
    }
    bytesReceived += bytes.count
    if case .chunk(let waiter) = waiter {
      self.waiter = .none
      waiter.resume(returning: .success(Array(bytes)))
    } else {
      buffer.append(contentsOf: bytes)
    }
    return .taken
  }

  // MARK: Results

  var head: UpstreamStream.Head {
    UpstreamStream.Head(status: status, headers: headers, isDelimited: isDelimited)
  }

  var isDelimited: Bool {
    request.method == .head || status == 204 || status == 304
      || headers.contains {
        $0.name == "content-length" || ($0.name == "transfer-encoding" && !isFramed)
      }
  }

  func elapsed(_ instant: UInt64) -> Duration {
    .nanoseconds(Int64(clamping: instant &- startedAt))
  }

  func error(_ code: UpstreamError.Code, _ detail: String = "") -> UpstreamError {
    UpstreamError(
      code: code, authority: target.authority, sentNothing: sends == 0,
      beforeFirstByte: firstByteAt == nil, detail: detail)
  }

  /// The meaning of libcurl's result for this transfer; `nil` where the answer is whole.
  func failure(_ code: CURLcode, systemError: Int) -> UpstreamError? {
    if let abortCode { return error(abortCode) }
    if upload.isFailed { return error(.uploadFailed) }
    let ended: UpstreamError.Code = firstByteAt == nil ? .reset : .cut
    let meaning: UpstreamError.Code
    switch code {
    case CURLE_OK:
      // An HTTP/2 stream can be cut with NO_ERROR.
      if headIsWhole, declaredLength.map({ $0 == bytesReceived }) ?? true { return nil }
      meaning = ended
    case CURLE_COULDNT_RESOLVE_HOST: meaning = .resolve
    case CURLE_COULDNT_CONNECT:
      meaning = systemError == Int(ECONNREFUSED) ? .refused : .connect
    case CURLE_OPERATION_TIMEDOUT: meaning = .timeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
      meaning = .tls
    case CURLE_ABORTED_BY_CALLBACK, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
      CURLE_PARTIAL_FILE:
      meaning = ended
    case CURLE_HTTP2_STREAM: meaning = ended
    case CURLE_SEND_FAIL_REWIND: meaning = .reset
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_HTTP2,
      CURLE_BAD_CONTENT_ENCODING:
      meaning = .protocolError
    case CURLE_URL_MALFORMAT: meaning = .invalidRequest
    default: meaning = .internalFailure
    }
    return error(meaning, String(cString: curl_easy_strerror(code)))
  }
}
