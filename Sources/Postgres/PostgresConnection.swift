import CLibPQ
import Glibc
import Reactor

/// One libpq connection in pipeline mode, one transaction at a time.
///
/// | state | readable | writable | ends as |
/// | --- | --- | --- | --- |
/// | connecting | asks libpq | asks libpq | idle, closed |
/// | idle | closed: nobody asked for anything | | busy, closed |
/// | busy | takes results | sends the rest | idle after Sync, closed in any doubt |
///
/// Confined to the reactor thread; `PoolEngine` is its only owner and calls nothing from elsewhere.
/// libpq sets `TCP_NODELAY` itself.
final class PostgresConnection {
  enum Happening {
    case opened
    /// A transaction ended and the connection is idle again.
    case finished(Result<[PostgresRows], PostgresError>)
    /// The connection is gone, and with it the transaction under way, if any.
    case closed(PostgresCloseReason, PostgresError)
  }

  private enum State { case connecting, idle, busy, closed }

  let id: UInt64
  /// Told each happening, last of all what the call does.
  var tell: (Happening) -> Void = { _ in }
  private let reactor: Reactor
  private var state = State.connecting
  // Ours from PQconnectStartParams to PQfinish.
  private var handle: OpaquePointer?
  private var watch: Watch?
  private var interest: Readiness = []
  private var results: [PostgresRows] = []
  private var failure: PostgresError?
  /// Results still to come before those of the caller's statements.
  private var preambleLeft = 0

  init(id: UInt64, reactor: Reactor) {
    self.id = id
    self.reactor = reactor
  }

  deinit {
    // The engine closes what it owns; this is for one dropped before it was told to start.
    if let handle { PQfinish(handle) }
  }

  // MARK: Opening

  /// Begins to connect.
  func open(_ keywords: [String: String]) {
    guard state == .connecting, handle == nil else { return }
    let pairs = keywords.sorted { $0.key < $1.key }
    handle = CStringArray.with(pairs.map(\.key)) { names in
      CStringArray.with(pairs.map(\.value)) { PQconnectStartParams(names, $0, 0) }
    }
    guard let handle, PQstatus(handle) != CONNECTION_BAD else {
      close(.lost, PostgresError(code: .connectionFailed, detail: message))
      return
    }
    // Notices would go to standard error.
    PQsetNoticeReceiver(handle, { _, _ in }, nil)
    wait(for: .write)
  }

  private func poll() {
    // libpq may close the socket and open another of the same number.
    unwatch()
    switch PQconnectPoll(handle) {
    case PGRES_POLLING_READING: wait(for: .read)
    case PGRES_POLLING_WRITING: wait(for: .write)
    case PGRES_POLLING_OK:
      guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
        return close(.lost, PostgresError(code: .connectionFailed, detail: message))
      }
      state = .idle
      wait(for: .read)
      if state == .idle { tell(.opened) }
    default: close(.lost, PostgresError(code: .connectionFailed, detail: message))
    }
  }

  // MARK: Transactions

  /// Whether an idle connection is still what it seems: open, and without a byte to read.
  var isSilent: Bool {
    guard state == .idle, let handle else { return false }
    var byte: UInt8 = 0
    let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
    let count = recv(PQsocket(handle), &byte, 1, flags)
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  /// Sends a transaction in one go; call only on an idle connection.
  /// - Parameter preamble: the statements at the front whose results nobody wants.
  func send(_ statements: [EncodedStatement], preamble: Int) {
    state = .busy
    results = []
    failure = nil
    preambleLeft = preamble
    let isQueued = statements.allSatisfy { $0.send(on: handle) } && PQpipelineSync(handle) == 1
    guard isQueued else {
      return close(.lost, PostgresError(code: .connectionLost, detail: message))
    }
    flush()
  }

  private func flush() {
    switch PQflush(handle) {
    case 0: wait(for: .read)
    case 1: wait(for: [.read, .write])
    default: close(.lost, PostgresError(code: .connectionLost, detail: message))
    }
  }

  private func receive() {
    // While the server sends and waits for us to read, it does not read what we send: both at once.
    guard PQconsumeInput(handle) == 1 else { return lose() }
    if interest.contains(.write) { flush() }
    var nulls = 0
    while state == .busy, PQisBusy(handle) == 0 {
      guard let pointer = PQgetResult(handle) else {
        // One ends each statement; two mean that nothing more is here.
        nulls += 1
        if nulls > 1 { break }
        continue
      }
      nulls = 0
      take(ResultHandle(pointer))
    }
    if state == .busy, PQstatus(handle) == CONNECTION_BAD { lose() }
  }

  private func take(_ result: ResultHandle) {
    switch PQresultStatus(result.pointer) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      if preambleLeft > 0 {
        preambleLeft -= 1
      } else {
        results.append(PostgresRows(result))
      }
    case PGRES_PIPELINE_ABORTED: break
    case PGRES_PIPELINE_SYNC: finish()
    case PGRES_FATAL_ERROR:
      // A deferred constraint fails only here, after all statements went well.
      if failure == nil { failure = PostgresError(result) }
    default:
      let refusal = PostgresError(
        code: .server(sqlState: "0A000"), detail: "COPY is not for the pool")
      close(.doubt, refusal)
    }
  }

  private func finish() {
    let refusal = failure
    let outcome = refusal.map { .failure($0) } ?? Result.success(results)
    results = []
    failure = nil
    guard PQtransactionStatus(handle) == PQTRANS_IDLE, PQstatus(handle) == CONNECTION_OK else {
      // A statement of the caller opened a transaction of its own.
      let error = PostgresError(code: .connectionLost, detail: "not idle after Sync")
      return close(.doubt, refusal ?? error)
    }
    state = .idle
    tell(.finished(outcome))
  }

  /// The server or the network ended it. What the server said last explains it, but whether the
  /// transaction was committed stays unknown.
  private func lose() {
    let error = PostgresError(
      code: .connectionLost, sqlState: failure?.sqlState,
      detail: failure?.debugDescription ?? message)
    close(.lost, error)
  }

  // MARK: Closing

  /// Closes it; the server ends a query under way within its `client_connection_check_interval`.
  func close(_ reason: PostgresCloseReason, _ error: PostgresError) {
    guard state != .closed else { return }
    state = .closed
    unwatch()
    results = []
    PQfinish(handle)
    handle = nil
    let tell = tell
    self.tell = { _ in }
    tell(.closed(reason, error))
  }

  // MARK: Readiness

  private func turnedReady() {
    switch state {
    case .connecting: poll()
    case .idle: close(.idleDoubt, PostgresError(code: .connectionLost, detail: "while idle"))
    case .busy: receive()
    case .closed: break
    }
  }

  private func wait(for wanted: Readiness) {
    guard state != .closed else { return }
    do throws(ReactorError) {
      if let watch {
        guard interest != wanted else { return }
        try reactor.modify(watch, events: wanted)
      } else {
        watch = try reactor.watch(fd: PQsocket(handle), events: wanted) { [weak self] _ in
          self?.turnedReady()
        }
      }
      interest = wanted
    } catch {
      let code: PostgresError.Code = state == .connecting ? .connectionFailed : .connectionLost
      close(.lost, PostgresError(code: code, detail: "\(error)"))
    }
  }

  private func unwatch() {
    if let watch { reactor.unwatch(watch) }
    watch = nil
  }

  private var message: String {
    // Without a connection libpq found no memory for one.
    guard let handle, let text = PQerrorMessage(handle) else { return "no connection" }
    return String(cString: text)
  }
}
