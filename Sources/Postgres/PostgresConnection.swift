import CLibPQ
import Reactor

/// One libpq connection in pipeline mode. Touched only on the reactor thread, by the pool's actor.
///
/// | state | on readable | on writable | ends |
/// | --- | --- | --- | --- |
/// | connecting | poll | poll | idle, or closed |
/// | idle | closed, where the server hung up | – | busy, closed |
/// | busy | results | flush | idle after Sync, closed in any doubt |
///
/// A transaction is `set_config(role, claims, timeout)`, the statements, Sync: PostgreSQL runs it
/// as one implicit transaction, and all three settings end with it, so that nothing of one user
/// is left for the next.
final class PostgresConnection {
  /// What the pool is told.
  enum Outcome {
    case connected
    case finished(Result<[PostgresRows], PostgresError>)
    /// The connection is of no more use; a transaction in flight failed with this error.
    case closed(PostgresError)
  }

  private enum State { case connecting, idle, busy, closed }

  private let reactor: Reactor
  private let tell: (PostgresConnection, Outcome) -> Void
  // libpq's own; from `PQconnectStartParams` to `PQfinish`, both on the reactor thread.
  private var connection: OpaquePointer?
  private var watch: Watch?
  private var events: Readiness = []
  private var state = State.connecting
  private var results: [PostgresRows] = []
  private var failure: PostgresError?
  private var resultIndex = 0

  init(
    parameters: [(String, String)], reactor: Reactor,
    tell: @escaping (PostgresConnection, Outcome) -> Void
  ) {
    self.reactor = reactor
    self.tell = tell
    let names = parameters.map { $0.0 }
    let values = parameters.map { $0.1 }
    connection = Self.withCStrings(names) { names in
      Self.withCStrings(values) { values in PQconnectStartParams(names, values, 0) }
    }
  }

  /// Goes on with connecting; call once after `init`.
  func start() {
    guard let connection, PQstatus(connection) != CONNECTION_BAD else {
      close(PostgresError(code: .connectionFailed, detail: message))
      return
    }
    PQsetNoticeProcessor(connection, { _, _ in }, nil)
    wait(for: .write)
  }

  var isIdle: Bool { state == .idle }

  // MARK: Transactions

  /// Sends a transaction; the pool calls this on an idle connection only.
  func send(_ statements: [EncodedStatement]) {
    state = .busy
    results.removeAll()
    failure = nil
    resultIndex = -1  // The first result is that of set_config.
    for statement in statements where !statement.send(on: connection) {
      close(PostgresError(code: .connectionLost, detail: message))
      return
    }
    guard PQpipelineSync(connection) == 1 else {
      close(PostgresError(code: .connectionLost, detail: message))
      return
    }
    flush()
  }

  private func flush() {
    switch PQflush(connection) {
    case 0: wait(for: .read)
    case 1: wait(for: [.read, .write])
    default: close(PostgresError(code: .connectionLost, detail: message))
    }
  }

  private func ready(_ readiness: Readiness) {
    switch state {
    case .connecting: poll()
    case .idle:
      // Nothing is awaited: either a notice, or the server hangs up.
      if PQconsumeInput(connection) == 0 || PQstatus(connection) == CONNECTION_BAD
        || readiness.contains(.hangup)
      {
        close(PostgresError(code: .connectionLost, detail: message))
      }
    case .busy:
      if PQconsumeInput(connection) == 0 {
        close(failure ?? PostgresError(code: .connectionLost, detail: message))
        return
      }
      if readiness.contains(.write) { flush() }
      if state == .busy { readResults() }
    case .closed: break
    }
  }

  private func poll() {
    switch PQconnectPoll(connection) {
    case PGRES_POLLING_READING: wait(for: .read)
    case PGRES_POLLING_WRITING: wait(for: .write)
    case PGRES_POLLING_OK:
      guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
        close(PostgresError(code: .connectionFailed, detail: message))
        return
      }
      state = .idle
      wait(for: .read)
      tell(self, .connected)
    default: close(PostgresError(code: .connectionFailed, detail: message))
    }
  }

  private func readResults() {
    var nulls = 0
    while state == .busy, PQisBusy(connection) == 0 {
      guard let result = PQgetResult(connection) else {
        // One null ends each statement; two mean that nothing more is here.
        nulls += 1
        if nulls > 1 { break }
        continue
      }
      nulls = 0
      let handle = ResultHandle(result)
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
        if resultIndex >= 0 { results.append(PostgresRows(handle)) }
        resultIndex += 1
      case PGRES_PIPELINE_ABORTED:
        break
      case PGRES_PIPELINE_SYNC:
        finish()
        return
      default:
        let sqlState = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map {
          String(cString: $0)
        }
        let text = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        if failure == nil {
          failure = PostgresError(code: .server(sqlState: sqlState ?? "XX000"), detail: text)
        }
        if PQstatus(connection) == CONNECTION_BAD {
          close(failure ?? PostgresError(code: .connectionLost, detail: message))
          return
        }
      }
    }
  }

  private func finish() {
    let outcome: Result<[PostgresRows], PostgresError> =
      failure.map { .failure($0) } ?? .success(results)
    results = []
    guard PQtransactionStatus(connection) == PQTRANS_IDLE else {
      // In doubt, so gone; the transaction itself has ended well or badly already.
      tell(self, .finished(outcome))
      close(PostgresError(code: .connectionLost, detail: "transaction left open"))
      return
    }
    state = .idle
    wait(for: .read)
    tell(self, .finished(outcome))
  }

  /// Ends the connection; with `client_connection_check_interval` its query ends too.
  func close(_ error: PostgresError) {
    guard state != .closed else { return }
    state = .closed
    if let watch { reactor.unwatch(watch) }
    watch = nil
    PQfinish(connection)
    connection = nil
    tell(self, .closed(error))
  }

  // MARK: libpq

  private var message: String {
    guard let connection else { return "out of memory" }
    return PQerrorMessage(connection).map { String(cString: $0) } ?? ""
  }

  private func wait(for wanted: Readiness) {
    let descriptor = PQsocket(connection)
    guard descriptor >= 0 else {
      close(PostgresError(code: .connectionLost, detail: message))
      return
    }
    do {
      // While connecting, libpq may have moved to another socket, of the same number even.
      if let watch, watch.descriptor == descriptor, state != .connecting {
        if events != wanted { try reactor.modify(watch, events: wanted) }
      } else {
        if let watch { reactor.unwatch(watch) }
        watch = try reactor.watch(fd: descriptor, events: wanted) { [weak self] in
          self?.ready($0)
        }
      }
      events = wanted
    } catch {
      close(PostgresError(code: .connectionFailed, detail: "\(error)"))
    }
  }

  /// Null-terminated list of C strings, alive during `body`.
  private static func withCStrings<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
  ) -> Value {
    let copies = strings.map { text -> UnsafeMutablePointer<CChar> in
      let bytes = Array(text.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      copy.initialize(from: bytes, count: bytes.count)
      return copy
    }
    defer { copies.forEach { $0.deallocate() } }
    let pointers = copies.map { UnsafePointer<CChar>($0) as UnsafePointer<CChar>? } + [nil]
    return pointers.withUnsafeBufferPointer { buffer in
      // Never nil: the array has at least its terminator.
      buffer.baseAddress.map(body) ?? body(UnsafePointer(bitPattern: 8).unsafelyUnwrapped)
    }
  }
}

extension EncodedStatement {
  /// Queues the statement on a connection in pipeline mode; false where libpq refused.
  func send(on connection: OpaquePointer?) -> Bool {
    // libpq copies the values before the call returns.
    block.withUnsafeBytes { block in
      // An empty `bytea` alone leaves the block without an address, which would mean NULL.
      let empty: [CChar] = [0]
      return empty.withUnsafeBufferPointer { empty in
        let base = block.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty.baseAddress
        let pointers = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
        return PQsendQueryParams(
          connection, sql, Int32(offsets.count), types, pointers, lengths, formats,
          format.rawValue) == 1
      }
    }
  }
}
