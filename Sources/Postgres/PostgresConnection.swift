import CLibPQ
import Glibc
import Reactor

/// One libpq connection in pipeline mode, one transaction at a time.
///
/// | state | readable | writable | ends as |
/// | --- | --- | --- | --- |
/// | connecting | asks libpq | asks libpq | idle, closed |
/// | idle | closed: nobody asked for anything; or takes notifications | | busy, closed |
/// | busy | takes results | sends the rest | idle after Sync, closed in any doubt |
///
/// A transaction goes to libpq piece by piece, as the server takes it, and one that returns more
/// than it may is given up. After a large value the connection is closed in good order, because
/// libpq's buffers never shrink.
///
/// Confined to the reactor thread; the engine that made it is its only owner and calls nothing from
/// elsewhere. libpq sets `TCP_NODELAY` itself.
final class PostgresConnection {
  enum Happening {
    case opened
    /// A transaction ended and the connection is idle again.
    case finished(Result<[PostgresRows], PostgresError>)
    /// The statements so far of a transaction that stays open were answered.
    case stepped([PostgresRows])
    /// The connection is gone, and with it the transaction under way, if any.
    case closed(PostgresCloseReason, PostgresError)
    /// A transaction ended well or not, and the connection was closed after it.
    case retired(Result<[PostgresRows], PostgresError>)
  }

  /// What bounds a connection.
  struct Limits {
    /// Statements kept prepared; 0 for none.
    var statementsMax = 0
    /// Bytes that a transaction may return.
    var resultBytesMax = Int.max
  }

  private enum State { case connecting, idle, busy, closed }

  /// Handed to libpq and not yet taken by the kernel; it would keep what it is given.
  private static let unsentBytesMax = 131_072
  /// A value of this size makes libpq's buffers grow for good.
  private static let bufferBytesMax = 1_048_576

  let id: UInt64
  /// Told each happening, last of all what the call does.
  var tell: (Happening) -> Void = { _ in }
  /// Takes notifications; without it, what comes unasked closes the connection.
  var notify: ((PostgresNotification) -> Void)?
  private let reactor: Reactor
  private let limits: Limits
  private var state = State.connecting
  // Ours from PQconnectStartParams to PQfinish.
  private var handle: OpaquePointer?
  private var watch: Watch?
  private var interest: Readiness = []
  private var transaction = Transaction([], preamble: 0)
  private var unsentBytes = 0
  private var cache: StatementCache

  init(id: UInt64, reactor: Reactor, limits: Limits = Limits()) {
    self.id = id
    self.reactor = reactor
    self.limits = limits
    cache = StatementCache(entriesMax: limits.statementsMax)
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

  // MARK: Sending

  /// Whether an idle connection is still what it seems: open, and without a byte to read.
  var isSilent: Bool {
    guard state == .idle, let handle else { return false }
    var byte: UInt8 = 0
    let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
    let count = recv(PQsocket(handle), &byte, 1, flags)
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  /// Sends a transaction; call only on an idle connection.
  func send(_ transaction: Transaction) {
    begin(transaction)
  }

  /// Goes on with the open transaction, after `stepped`.
  func resume(_ statements: [EncodedStatement], isLast: Bool) {
    guard state == .busy else { return }
    transaction.resume(statements, isLast: isLast)
    advance()
  }

  private func begin(_ next: Transaction) {
    state = .busy
    transaction = next
    unsentBytes = 0
    if cache.isUntidy {
      cache.isUntidy = false
      transaction.expect(.deallocation)
      guard EncodedStatement.deallocateAll.send(on: handle) else { return lose() }
    }
    advance()
  }

  /// Hands to libpq what the server may take, to the end if it goes on taking.
  private func advance() {
    while !transaction.isSynced, !transaction.isFlushRequested {
      if unsentBytes > Self.unsentBytesMax {
        switch PQflush(handle) {
        case 0: unsentBytes = 0
        case 1: return wait(for: [.read, .write])
        default: return lose()
        }
      }
      guard queueNext() else { return lose() }
    }
    switch PQflush(handle) {
    case 0: wait(for: .read)
    case 1: wait(for: [.read, .write])
    default: lose()
    }
  }

  /// False where libpq refused.
  private func queueNext() -> Bool {
    let place = transaction.queuedCount
    guard place < transaction.statements.count else {
      if transaction.isOpen {
        transaction.isFlushRequested = true
        return PQsendFlushRequest(handle) == 1
      }
      transaction.isSynced = true
      return PQpipelineSync(handle) == 1
    }
    transaction.queuedCount += 1
    let statement = transaction.statements[place]
    unsentBytes += statement.block.count + statement.sql.utf8.count
    let isWanted = place >= transaction.preamble
    let key = statement.key
    switch cache.use(key) {
    case .unnamed:
      transaction.expect(.statement(isWanted: isWanted, isNamed: false))
      return statement.send(on: handle)
    case .execute(let name):
      transaction.expect(.statement(isWanted: isWanted, isNamed: true))
      return statement.execute(name, on: handle)
    case .prepare(let name, let old):
      if let old {
        transaction.expect(.deallocation)
        guard EncodedStatement.deallocate(old).send(on: handle) else { return false }
      }
      transaction.expect(.preparation(key))
      guard statement.prepare(name, on: handle) else { return false }
      transaction.expect(.statement(isWanted: isWanted, isNamed: true))
      return statement.execute(name, on: handle)
    }
  }

  // MARK: Receiving

  private func receive() {
    // What the kernel holds; the first read of a transaction is bounded by libpq's buffer.
    if transaction.receivedBytes > 0 { transaction.receivedBytes += Self.unreadBytes(handle) }
    guard PQconsumeInput(handle) == 1 else { return lose() }
    transaction.receivedBytes += 1
    if transaction.receivedBytes > limits.resultBytesMax { return refuseResult() }
    // While the server sends and waits for us to read, it does not read what we send: both at once.
    if interest.contains(.write) { advance() }
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
    takeNotifications()
    if state == .busy { endStep() }
    if state == .busy, PQstatus(handle) == CONNECTION_BAD { lose() }
  }

  /// Hands on the results of a step, or ends an open transaction of which one statement failed.
  private func endStep() {
    if transaction.isOpen, transaction.failure != nil {
      transaction.endEarly()
      advance()
    } else if transaction.isStepComplete {
      let results = transaction.results
      transaction.hasStepped = true
      transaction.results = []
      tell(.stepped(results))
    }
  }

  private func take(_ result: ResultHandle) {
    switch PQresultStatus(result.pointer) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: keep(result)
    case PGRES_PIPELINE_ABORTED: skip(transaction.nextAnswered())
    case PGRES_PIPELINE_SYNC: finish()
    case PGRES_FATAL_ERROR:
      // A deferred constraint fails only here, after all statements went well.
      let command = transaction.nextAnswered()
      transaction.failed(PostgresError(result), at: command)
      skip(command)
    default:
      let refusal = PostgresError(
        code: .server(sqlState: "0A000"), detail: "COPY is not for the pool")
      close(.doubt, refusal)
    }
  }

  private func keep(_ result: ResultHandle) {
    guard case .statement(let isWanted, _) = transaction.nextAnswered() else { return }
    guard isWanted else {
      if let echo = transaction.echo, !result.begins(with: echo) {
        let detail = "an answer to something else came"
        close(.doubt, PostgresError(code: .connectionLost, detail: detail))
      }
      return
    }
    let bytes = result.memoryBytes
    if bytes > Self.bufferBytesMax {
      transaction.receivedBytes += bytes
      transaction.largestBytes = max(transaction.largestBytes, result.largestRowBytes)
      if transaction.receivedBytes > limits.resultBytesMax { return refuseResult() }
    }
    transaction.results.append(PostgresRows(result))
  }

  /// A command that did not happen.
  private func skip(_ command: Transaction.Command?) {
    switch command {
    case .preparation(let key): cache.forget(key)
    case .deallocation: cache.isUntidy = true
    case .statement, nil: break
    }
  }

  private func finish() {
    let failure = transaction.failure
    guard PQtransactionStatus(handle) == PQTRANS_IDLE, PQstatus(handle) == CONNECTION_OK,
      transaction.isComplete || failure != nil
    else {
      // A statement of the caller opened a transaction of its own, or an answer is missing.
      let error = PostgresError(code: .connectionLost, detail: "not in order after Sync")
      return close(.doubt, failure ?? error)
    }
    if transaction.isStale {
      cache.startAnew()
      // Of a transaction in steps, the results of the first ones have been handed out.
      if !transaction.isRepeated { return begin(transaction.repeated()) }
    }
    if failure == nil, transaction.usesOldNamesOnly { cache.proved() }
    let outcome = failure.map { .failure($0) } ?? Result.success(transaction.results)
    let isGrown = transaction.largestBytes > Self.bufferBytesMax
    transaction = Transaction([], preamble: 0)
    if isGrown {
      end(.retired(outcome))
    } else {
      state = .idle
      tell(.finished(outcome))
    }
  }

  private func refuseResult() {
    let detail = "more than \(limits.resultBytesMax) bytes came"
    close(.grown, PostgresError(code: .tooLarge, detail: detail))
  }

  private func takeNotifications() {
    guard let notify else { return }
    while state != .closed, let next = PostgresNotification(next: handle) { notify(next) }
  }

  // MARK: The end

  /// The server or the network ended it. What the server said last explains it, but whether the
  /// transaction was committed stays unknown.
  private func lose() {
    let failure = transaction.failure
    let error = PostgresError(
      code: .connectionLost, sqlState: failure?.sqlState,
      detail: failure?.debugDescription ?? message)
    close(.lost, error)
  }

  /// Closes it; the server ends a query under way within its `client_connection_check_interval`.
  func close(_ reason: PostgresCloseReason, _ error: PostgresError) {
    end(.closed(reason, error))
  }

  private func end(_ happening: Happening) {
    guard state != .closed else { return }
    state = .closed
    unwatch()
    transaction = Transaction([], preamble: 0)
    PQfinish(handle)
    handle = nil
    let tell = tell
    self.tell = { _ in }
    notify = nil
    tell(happening)
  }

  // MARK: Readiness

  private func turnedReady() {
    switch state {
    case .connecting: poll()
    case .idle: turnedReadyWhileIdle()
    case .busy: receive()
    case .closed: break
    }
  }

  private func turnedReadyWhileIdle() {
    guard notify != nil else {
      return close(.idleDoubt, PostgresError(code: .connectionLost, detail: "while idle"))
    }
    guard PQconsumeInput(handle) == 1 else { return lose() }
    takeNotifications()
    if state == .idle, PQstatus(handle) == CONNECTION_BAD { lose() }
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
