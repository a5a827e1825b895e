import CLibPQ
package import Reactor

/// A pool of PostgreSQL connections, each transaction one round trip under one identity.
///
/// ```swift
/// let rows = try await pool.run(
///   [PostgresStatement("select title from conversations where user_id = $1", [.uuid(id)])],
///   as: .user(claims: claims))
/// ```
///
/// libpq runs in pipeline mode on the reactor thread; nothing blocks. The statements of one `run`
/// and the identity they run under are one implicit transaction: all or nothing, and afterwards
/// role and claims are gone from the connection.
///
/// Invariants: at most `size` connections and `waitersMax` waiting callers; a connection in any
/// doubt is closed; a caller that is cancelled or too late has its connection closed, which ends its
/// query on the server within 250 ms. Refused here: named prepared statements (poolers in
/// transaction mode lose them), COPY and LISTEN (they want a connection of their own).
package actor PostgresPool {
  private struct Job {
    let id: UInt64
    let statements: [EncodedStatement]
    let queued: UInt64
    let deadline: UInt64
    let continuation: CheckedContinuation<Result<[PostgresRows], PostgresError>, Never>
  }

  private final class Slot {
    let connection: PostgresConnection
    var job: Job?
    var started: UInt64 = 0
    var timer: TimerToken?
    init(_ connection: PostgresConnection) { self.connection = connection }
  }

  private let reactor: Reactor
  private let settings: PostgresSettings
  private let resolver: NameResolver
  private let observe: @Sendable (PostgresEvent) -> Void
  private var slots: [ObjectIdentifier: Slot] = [:]
  private var idle: [Slot] = []
  private var waiting: [Job] = []
  private var opening = 0
  private var failuresInRow = 0
  private var backoffUntil: UInt64 = 0
  private var nextJobID: UInt64 = 0
  private var isClosed = false
  private var sweeper: TimerToken?

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    reactor.asUnownedSerialExecutor()
  }

  /// Opens nothing yet: connections come with demand.
  package init(
    settings: PostgresSettings, reactor: Reactor, resolver: NameResolver = NameResolver(),
    observe: @escaping @Sendable (PostgresEvent) -> Void = { _ in }
  ) {
    self.settings = settings
    self.reactor = reactor
    self.resolver = resolver
    self.observe = observe
  }

  // MARK: Running

  /// Runs statements as one transaction in one round trip.
  ///
  /// - Returns: the rows of each statement, in order.
  /// - Throws: the first statement's error; nothing of the transaction stayed then, unless the code
  ///   is `connectionLost`, `timeout` or `cancelled`, where a commit may have just happened.
  package func run(
    _ statements: [PostgresStatement], as identity: PostgresIdentity,
    deadline: ContinuousClock.Instant? = nil
  ) async throws(PostgresError) -> [PostgresRows] {
    guard !isClosed else { throw PostgresError(code: .closed, detail: "pool is shut down") }
    let now = Reactor.now()
    let limit =
      deadline.map { Reactor.nanoseconds(at: $0) }
      ?? now + Reactor.nanoseconds(settings.statementTimeout)
    guard limit > now else { throw PostgresError(code: .timeout, detail: "deadline passed") }
    var encoded = [try EncodedStatement(Self.preamble(identity, milliseconds: (limit - now) / 1_000_000 + 1))]
    for statement in statements { encoded.append(try EncodedStatement(statement)) }
    nextJobID += 1
    let id = nextJobID
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        enqueue(
          Job(
            id: id, statements: encoded, queued: now, deadline: limit, continuation: continuation))
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
    return try result.get()
  }

  private static func preamble(_ identity: PostgresIdentity, milliseconds: UInt64)
    -> PostgresStatement
  {
    let timeout = PostgresParameter.text(String(milliseconds))
    switch identity {
    case .user(let claims):
      return PostgresStatement(
        """
        select set_config('role', 'authenticated', true), \
        set_config('request.jwt.claims', $1, true), set_config('statement_timeout', $2, true)
        """, [.text(claims), timeout])
    case .role(let role):
      return PostgresStatement(
        "select set_config('role', $1, true), set_config('statement_timeout', $2, true)",
        [.text(role), timeout])
    case .login:
      return PostgresStatement("select set_config('statement_timeout', $1, true)", [timeout])
    }
  }

  private func enqueue(_ job: Job) {
    if Task.isCancelled {
      finish(job, .failure(PostgresError(code: .cancelled, detail: "before it was sent")))
      return
    }
    if let slot = idle.popLast() {
      start(job, on: slot)
      return
    }
    if slots.isEmpty, opening == 0, Reactor.now() < backoffUntil {
      finish(job, .failure(PostgresError(code: .connectionFailed, detail: "waiting before the next attempt")))
      return
    }
    guard waiting.count < settings.waitMax else {
      finish(job, .failure(PostgresError(code: .poolExhausted, detail: "\(waiting.count) wait already")))
      return
    }
    waiting.append(job)
    openMore()
    sweep()
    tellChanged()
  }

  private func start(_ job: Job, on slot: Slot) {
    let now = Reactor.now()
    slot.job = job
    slot.started = now
    observe(.poolWaited(duration: .nanoseconds(now - job.queued)))
    reactor.workStarted()
    slot.timer = reactor.schedule(at: job.deadline) { [weak self, weak slot] in
      guard let slot else { return }
      self?.assumeIsolated { $0.expire(slot, job.id) }
    }
    slot.connection.send(job.statements)
    tellChanged()
  }

  private func expire(_ slot: Slot, _ id: UInt64) {
    guard slot.job?.id == id else { return }
    slot.connection.close(PostgresError(code: .timeout, detail: "deadline passed"))
  }

  private func cancel(_ id: UInt64) {
    if let index = waiting.firstIndex(where: { $0.id == id }) {
      let job = waiting.remove(at: index)
      finish(job, .failure(PostgresError(code: .cancelled, detail: "while waiting")))
      return
    }
    for slot in slots.values where slot.job?.id == id {
      slot.connection.close(PostgresError(code: .cancelled, detail: "while running"))
    }
  }

  // MARK: Connections

  private func openMore() {
    guard !isClosed, Reactor.now() >= backoffUntil else { return }
    // A first failure is found out by one attempt, not by as many as wait.
    let wanted = failuresInRow > 0 ? 1 : min(waiting.count, 4)
    while opening < wanted, slots.count + opening < settings.poolSize {
      opening += 1
      Task { await open() }
    }
  }

  private func open() async {
    let parameters: [(String, String)]
    do {
      parameters = try await connectionParameters()
    } catch {
      opening -= 1
      failed(error)
      return
    }
    let connection = PostgresConnection(parameters: parameters, reactor: reactor) {
      [weak self] connection, outcome in
      self?.assumeIsolated { $0.told(connection, outcome) }
    }
    let slot = Slot(connection)
    slots[ObjectIdentifier(connection)] = slot
    opening -= 1
    slot.timer = reactor.schedule(after: settings.connectTimeout) { [weak connection] in
      connection?.close(PostgresError(code: .connectionFailed, detail: "connecting took too long"))
    }
    connection.start()
  }

  /// The URL as libpq's keywords, its host resolved elsewhere: libpq would block on it.
  private func connectionParameters() async throws(PostgresError) -> [(String, String)] {
    var parameters: [(String, String)] = []
    var problem: UnsafeMutablePointer<CChar>?
    guard let parsed = PQconninfoParse(settings.url, &problem) else {
      // The message quotes the URL, password and all: it is not kept.
      PQfreemem(problem)
      throw PostgresError(code: .connectionFailed, detail: "DATABASE_URL cannot be parsed")
    }
    var option = parsed
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        parameters.append((String(cString: keyword), String(cString: value)))
      }
      option += 1
    }
    PQconninfoFree(parsed)
    func value(_ name: String) -> String? { parameters.first { $0.0 == name }?.1 }
    if let host = value("host"), !host.hasPrefix("/"), !host.contains(","), value("hostaddr") == nil
    {
      do {
        let addresses = try await resolver.resolve(host)
        if let address = addresses.first { parameters.append(("hostaddr", address)) }
      } catch { throw PostgresError(code: .connectionFailed, detail: "\(error)") }
    }
    if value("application_name") == nil {
      parameters.append(("application_name", settings.applicationName))
    }
    if value("options") == nil {
      parameters.append(("options", "-c client_connection_check_interval=250"))
    }
    parameters.append(("client_encoding", "UTF8"))
    return parameters
  }

  private func told(_ connection: PostgresConnection, _ outcome: PostgresConnection.Outcome) {
    guard let slot = slots[ObjectIdentifier(connection)] else { return }
    switch outcome {
    case .connected:
      clearTimer(slot)
      failuresInRow = 0
      backoffUntil = 0
      observe(.connectionOpened)
      free(slot)
    case .finished(let result):
      end(slot, result)
      if connection.isIdle { free(slot) }
    case .closed(let error):
      clearTimer(slot)
      slots[ObjectIdentifier(connection)] = nil
      idle.removeAll { $0 === slot }
      if slot.job != nil {
        end(slot, .failure(error))
      }
      if error.code == .connectionFailed {
        failed(error)
      } else {
        observe(.connectionClosed(reason: Self.reason(error)))
        openMore()
      }
    }
    tellChanged()
  }

  private func free(_ slot: Slot) {
    guard !isClosed else {
      slot.connection.close(PostgresError(code: .closed, detail: "pool is shut down"))
      return
    }
    if waiting.isEmpty {
      idle.append(slot)
    } else {
      start(waiting.removeFirst(), on: slot)
    }
  }

  private func end(_ slot: Slot, _ result: Result<[PostgresRows], PostgresError>) {
    guard let job = slot.job else { return }
    slot.job = nil
    clearTimer(slot)
    reactor.workEnded()
    observe(
      .queryFinished(
        duration: .nanoseconds(Reactor.now() - slot.started), outcome: Self.outcome(result)))
    finish(job, result)
  }

  private func finish(_ job: Job, _ result: Result<[PostgresRows], PostgresError>) {
    job.continuation.resume(returning: result)
  }

  private func clearTimer(_ slot: Slot) {
    if let timer = slot.timer { reactor.cancel(timer) }
    slot.timer = nil
  }

  /// An attempt to connect failed: the next one waits, longer each time, with jitter.
  private func failed(_ error: PostgresError) {
    failuresInRow += 1
    observe(.connectionFailed(error))
    let base = min(2_000, 50 << min(failuresInRow - 1, 6))
    let pause = Double(base) * Double.random(in: 0.8...1.2)
    backoffUntil = Reactor.now() + UInt64(pause * 1_000_000)
    if slots.isEmpty, opening == 0 {
      let failing = waiting
      waiting.removeAll()
      for job in failing { finish(job, .failure(error)) }
    } else {
      _ = reactor.schedule(at: backoffUntil) { [weak self] in
        self?.assumeIsolated { $0.openMore() }
      }
    }
    tellChanged()
  }

  /// Ends waits that lasted too long; one timer for all of them.
  private func sweep() {
    guard sweeper == nil, !waiting.isEmpty else { return }
    sweeper = reactor.schedule(after: .milliseconds(100)) { [weak self] in
      self?.assumeIsolated {
        $0.sweeper = nil
        $0.expireWaiting()
        $0.openMore()
        $0.sweep()
      }
    }
  }

  private func expireWaiting() {
    let now = Reactor.now()
    let longest = Reactor.nanoseconds(settings.acquireTimeout)
    let late = waiting.filter { $0.queued + longest < now || $0.deadline < now }
    guard !late.isEmpty else { return }
    waiting.removeAll { job in late.contains { $0.id == job.id } }
    for job in late {
      finish(job, .failure(PostgresError(code: .poolExhausted, detail: "no connection in time")))
    }
  }

  // MARK: State

  /// Connections and callers of now.
  package var status: PostgresPoolStatus {
    PostgresPoolStatus(
      idle: idle.count, inUse: slots.values.count { $0.job != nil }, connecting: opening,
      waiting: waiting.count)
  }

  /// Asks the server for nothing, as the login role; how long that took, any wait included.
  package func ping(
    deadline: ContinuousClock.Instant? = nil
  ) async throws(PostgresError) -> Duration {
    let start = ContinuousClock.now
    _ = try await run([PostgresStatement("select 1")], as: .login, deadline: deadline)
    return ContinuousClock.now - start
  }

  /// Refuses new work, lets what runs end within `grace`, closes everything.
  package func shutdown(grace: Duration = .seconds(5)) async {
    guard !isClosed else { return }
    isClosed = true
    let limit = Reactor.now() + Reactor.nanoseconds(grace)
    while slots.values.contains(where: { $0.job != nil }) || !waiting.isEmpty,
      Reactor.now() < limit
    {
      try? await Task.sleep(for: .milliseconds(5))
    }
    for job in waiting { finish(job, .failure(PostgresError(code: .closed, detail: "pool is shut down"))) }
    waiting.removeAll()
    for slot in slots.values { slot.connection.close(PostgresError(code: .closed, detail: "pool is shut down")) }
    resolver.shutdown()
  }

  private func tellChanged() {
    let status = status
    observe(.poolChanged(idle: status.idle, inUse: status.inUse, waiting: status.waiting))
  }

  private static func reason(_ error: PostgresError) -> PostgresCloseReason {
    switch error.code {
    case .closed: .shutdown
    case .timeout: .deadline
    case .cancelled: .cancelled
    case .connectionLost, .server: .lost
    default: .doubt
    }
  }

  private static func outcome(_ result: Result<[PostgresRows], PostgresError>) -> PostgresOutcome {
    switch result {
    case .success: .succeeded
    case .failure(let error): .failed(error.code)
    }
  }
}
