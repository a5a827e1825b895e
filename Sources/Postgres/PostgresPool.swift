package import Reactor

/// A pool of connections to one PostgreSQL, driven from a Reactor.
///
/// Every `run` is one transaction in one round trip: role, claims and statement timeout are set,
/// the statements follow and one Sync ends them, all in one libpq pipeline. So rows are read under
/// the caller's row-level security, and nothing of the caller is left on the connection: role and
/// claims end with the transaction, committed or not.
///
/// ```swift
/// let pool = try PostgresPool(settings: PostgresSettings(url: url), reactor: reactor) { … }
/// let rows = try await pool.run(
///   [PostgresStatement("select title from conversations where user_id = $1", [.uuid(user)])],
///   as: .user(claims: #"{"sub":"…","role":"authenticated"}"#))
/// for row in rows[0] { try row.string("title") }
/// await pool.shutdown()
/// ```
///
/// Invariants:
/// - A connection serves one run at a time. One in any doubt (a cancelled or late run, a byte
///   nobody asked for, a transaction not ended) is closed, never used again and never told to
///   cancel: the server notices within 100 ms and ends the query.
/// - Connections, waiting runs and every wait are bounded.
/// - An answer begins with a word of its own run, so that what a server or a pooler says out of
///   turn is never taken for another user's answer.
/// - A run is sent at most once: after `connectionLost` only the caller knows whether to repeat it.
/// - Every setting is the transaction's, so a pooler in transaction mode may stand between; the URL
///   says so, and then no statement is prepared. Otherwise what comes again and again is, each
///   connection keeping a bounded number. A statement that the server no longer knows, or whose
///   tables have changed, costs one more round trip and no error.
/// - What a run sends and returns is bounded. COPY is refused, LISTEN is `PostgresListener`'s.
///
/// It is an actor on its Reactor: libpq is called on that thread alone, and never blocks it, since
/// names are resolved elsewhere.
package actor PostgresPool {
  private let reactor: Reactor
  private let settings: PostgresSettings
  private let resolver: NameResolver
  private let ownsResolver: Bool
  private let engine: PoolEngine
  private var nextID: UInt64 = 0
  private var isWired = false
  /// What an answer has to repeat is unlike any other pool's.
  private let mark = String(UInt64.random(in: 0...(.max)), radix: 36) + "-"

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    reactor.asUnownedSerialExecutor()
  }

  /// A pool that opens its first connection with its first run. `reactor` must outlive
  /// `shutdown()`.
  /// - Parameters:
  ///   - resolver: for a host given by name; without one the pool makes its own.
  ///   - observe: told each event once, on the reactor thread; it must not block.
  /// - Throws: `connectionFailed` where the settings' URL cannot be read.
  package init(
    settings: PostgresSettings, reactor: Reactor, resolver: NameResolver? = nil,
    observe: @escaping @Sendable (PostgresEvent) -> Void = { _ in }
  ) throws(PostgresError) {
    self.reactor = reactor
    self.settings = settings
    self.resolver = resolver ?? NameResolver()
    ownsResolver = resolver == nil
    engine = try PoolEngine(settings: settings, reactor: reactor, observe: observe)
  }

  isolated deinit {
    engine.close()
    if ownsResolver { resolver.shutdown() }
  }

  /// Runs statements as one transaction; their results, in order.
  /// - Parameter deadline: when to give up, the wait for a connection included; without one the
  ///   settings' `runTimeout` counts.
  /// - Throws: the first error; then nothing of the transaction is left, except perhaps after
  ///   `connectionLost`, `timeout` and `cancelled`, where it may have been committed.
  package func run(
    _ statements: [PostgresStatement], as identity: PostgresIdentity,
    deadline: ContinuousClock.Instant? = nil
  ) async throws(PostgresError) -> [PostgresRows] {
    let time = deadline.map { ContinuousClock.now.duration(to: $0) } ?? settings.runTimeout
    return try await begin(statements, as: identity, time: time, restMax: nil).rows
  }

  /// A transaction in steps, for what is too large for one `run`; nothing is sent before its first
  /// step. It holds a connection from then on: bound how many there are.
  /// - Parameter restMax: how long it may rest between two steps before it is given up.
  package nonisolated func transaction(
    as identity: PostgresIdentity, restMax: Duration
  ) -> PostgresTransaction {
    PostgresTransaction(pool: self, identity: identity, restMax: restMax)
  }

  /// Sends the first statements of a transaction, which stays open where `restMax` says how long.
  func begin(
    _ statements: [PostgresStatement], as identity: PostgresIdentity, time: Duration? = nil,
    restMax: Duration?
  ) async throws(PostgresError) -> (id: UInt64, rows: [PostgresRows]) {
    wire()
    let time = time ?? settings.runTimeout
    let limit = try limit(time)
    let timeout = Reactor.nanoseconds(min(time, settings.statementTimeout))
    nextID += 1
    let id = nextID
    let echo = "\(mark)\(id)"
    let preamble = identity.preamble(echo: echo, statementTimeoutNanoseconds: timeout)
    let encoded = [try EncodedStatement(preamble, role: "")] + (try encode(statements, identity))
    let isOpen = restMax != nil
    let transaction = Transaction(
      encoded, preamble: 1, echo: echo, isRepeated: isOpen, isOpen: isOpen)
    // The closure has to name `self`: without it, it would run outside of the actor.
    let rows = try await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        self.engine.begin(id, transaction, deadline: limit, restMax: restMax, waiter)
      }
    } onCancel: {
      Task { await abandon(id) }
    }.get()
    return (id, rows)
  }

  /// Sends further statements of an open transaction; with the last ones it is committed.
  func resume(
    _ id: UInt64, _ statements: [PostgresStatement], as identity: PostgresIdentity, isLast: Bool
  ) async throws(PostgresError) -> [PostgresRows] {
    do {
      let limit = try limit(settings.runTimeout)
      let encoded = try encode(statements, identity)
      return try await withTaskCancellationHandler {
        await withCheckedContinuation { waiter in
          self.engine.resume(id, encoded, isLast: isLast, deadline: limit, waiter)
        }
      } onCancel: {
        Task { await abandon(id) }
      }.get()
    } catch {
      engine.giveUp(id, .cancelled)
      throw error
    }
  }

  /// Ends an open transaction: nothing of it is left. Harmless when it has ended.
  func abandon(_ id: UInt64) {
    engine.giveUp(id, .cancelled)
  }

  private func limit(_ time: Duration) throws(PostgresError) -> UInt64 {
    guard !Task.isCancelled else {
      throw PostgresError(code: .cancelled, detail: "before it began")
    }
    guard time > .zero else { throw PostgresError(code: .timeout, detail: "before it began") }
    return Reactor.now() + Reactor.nanoseconds(time)
  }

  private func encode(
    _ statements: [PostgresStatement], _ identity: PostgresIdentity
  ) throws(PostgresError) -> [EncodedStatement] {
    var encoded: [EncodedStatement] = []
    var bytes = 0
    for statement in statements {
      let next = try EncodedStatement(statement, role: identity.roleName)
      bytes += next.sizeBytes
      guard bytes <= settings.sentBytesMax else {
        throw PostgresError(code: .tooLarge, detail: "over \(settings.sentBytesMax) bytes to send")
      }
      encoded.append(next)
    }
    return encoded
  }

  /// The pool's numbers.
  package var status: PostgresPoolStatus { engine.status }

  /// Asks the server for nothing, as the login role; how long that took, any wait included.
  package func ping(
    deadline: ContinuousClock.Instant? = nil
  ) async throws(PostgresError) -> Duration {
    let start = Reactor.now()
    _ = try await run([PostgresStatement("select 1")], as: .login, deadline: deadline)
    return .nanoseconds(Reactor.now() - start)
  }

  /// Refuses new runs, lets those under way and waiting end, and closes every connection. After
  /// `within` it ends them as `closed`. Idempotent.
  package func shutdown(within: Duration = .seconds(5)) async {
    await withCheckedContinuation { engine.drain(limit: within, $0) }
    if ownsResolver { resolver.shutdown() }
  }

  // Not in `init`, which is off the reactor thread.
  private func wire() {
    guard !isWired else { return }
    isWired = true
    engine.resolve = { [weak self] hosts, connection in
      Task { await self?.resolve(hosts, for: connection) }
    }
  }

  private func resolve(_ hosts: [String], for connection: UInt64) async {
    var addresses: [String: [String]] = [:]
    do throws(NameResolver.Failure) {
      for host in hosts { addresses[host] = try await resolver.resolve(host) }
    } catch {
      return engine.fail(connection, "\(error)")
    }
    engine.connect(connection, addresses: addresses)
  }
}

extension PostgresIdentity {
  /// The role that statements run as; empty for the login's own.
  var roleName: String {
    switch self {
    case .user: "authenticated"
    case .role(let role): role
    case .login: ""
    }
  }

  /// The first statement of a transaction. Each setting ends with it; claims then read as `''`.
  /// - Parameter echo: comes back as the first value, which shows whose answer it is.
  func preamble(echo: String, statementTimeoutNanoseconds: UInt64) -> PostgresStatement {
    // 0 would mean no limit.
    let milliseconds = max(1, statementTimeoutNanoseconds / 1_000_000)
    let values: [PostgresParameter] = [.text(echo), .text(String(milliseconds))]
    // By default a server notices only at its next write that its client has gone.
    let limits = """
      $1::text, set_config('statement_timeout', $2, true), \
      set_config('client_connection_check_interval', '100', true)
      """
    switch self {
    case .user(let claims):
      return PostgresStatement(
        """
        select \(limits), set_config('request.jwt.claims', $3, true), \
        set_config('role', 'authenticated', true)
        """, values + [.text(claims)])
    case .role(let role):
      return PostgresStatement(
        "select \(limits), set_config('role', $3, true)", values + [.text(role)])
    case .login:
      return PostgresStatement("select \(limits)", values)
    }
  }
}
