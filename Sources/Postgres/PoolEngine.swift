import Reactor

/// Acts on what `PoolStateMachine` decides: opens and closes connections, sends runs, keeps timers.
///
/// Confined to the reactor thread: `PostgresPool`, an actor on that Reactor, is its only owner.
final class PoolEngine {
  typealias Waiter = CheckedContinuation<Result<[PostgresRows], PostgresError>, Never>

  /// A transaction on its way.
  private final class Run {
    let transaction: Transaction
    var deadline: UInt64
    /// Whom to tell; nobody between the steps of a transaction.
    var waiter: Waiter?
    /// How long a transaction may rest between two steps; `nil` for one without.
    let restMax: Duration?
    let requestedAt: UInt64
    var startedAt: UInt64?
    var hasWaited = false
    var timer: TimerToken?

    init(_ transaction: Transaction, deadline: UInt64, restMax: Duration?, waiter: Waiter) {
      self.transaction = transaction
      self.restMax = restMax
      self.deadline = deadline
      self.waiter = waiter
      requestedAt = Reactor.now()
    }
  }

  private let reactor: Reactor
  private let settings: PostgresSettings
  private let parameters: ConnectionParameters
  private let limits: PostgresConnection.Limits
  private let observe: @Sendable (PostgresEvent) -> Void
  /// Asks for addresses; the answer is `connect`.
  var resolve: (_ hosts: [String], _ connection: UInt64) -> Void = { _, _ in }
  private var machine: PoolStateMachine
  private var connections: [UInt64: PostgresConnection] = [:]
  private var connectTimers: [UInt64: TimerToken] = [:]
  private var runs: [UInt64: Run] = [:]
  private var runOfConnection: [UInt64: UInt64] = [:]
  private var drainWaiters: [CheckedContinuation<Void, Never>] = []
  private var lastTold: PostgresPoolStatus?

  init(
    settings: PostgresSettings, reactor: Reactor,
    observe: @escaping @Sendable (PostgresEvent) -> Void
  ) throws(PostgresError) {
    parameters = try ConnectionParameters(
      url: settings.url, applicationName: settings.applicationName)
    limits = PostgresConnection.Limits(
      statementsMax: parameters.isBehindTransactionPooler ? 0 : settings.statementsMax,
      resultBytesMax: settings.resultBytesMax)
    self.settings = settings
    self.reactor = reactor
    self.observe = observe
    machine = PoolStateMachine(
      poolSize: settings.poolSize, waitMax: settings.waitMax, firstPause: settings.backoff.first,
      longestPause: settings.backoff.longest)
  }

  var status: PostgresPoolStatus { machine.status }

  // MARK: Runs

  /// Takes a run in; `waiter` is resumed exactly once.
  /// - Parameter restMax: where the transaction stays open, how long it may rest between steps.
  func begin(
    _ id: UInt64, _ transaction: Transaction, deadline: UInt64, restMax: Duration? = nil,
    _ waiter: Waiter
  ) {
    let run = Run(transaction, deadline: deadline, restMax: restMax, waiter: waiter)
    runs[id] = run
    request(id, run)
    tellStatus()
  }

  /// Goes on with an open transaction; `waiter` is resumed exactly once.
  func resume(
    _ id: UInt64, _ statements: [EncodedStatement], isLast: Bool, deadline: UInt64,
    _ waiter: Waiter
  ) {
    guard let run = runs[id], run.waiter == nil,
      let connection = runOfConnection.first(where: { $0.value == id })?.key
    else {
      let error = PostgresError(code: .connectionLost, detail: "the transaction has ended")
      return waiter.resume(returning: .failure(error))
    }
    if let timer = run.timer { reactor.cancel(timer) }
    run.waiter = waiter
    run.deadline = deadline
    run.startedAt = Reactor.now()
    run.timer = reactor.schedule(at: deadline) { [weak self] in self?.giveUp(id, .timeout) }
    reactor.workStarted()
    connections[connection]?.resume(statements, isLast: isLast)
  }

  private func stepped(_ id: UInt64, _ results: [PostgresRows]) {
    guard let run = runs[id], let waiter = run.waiter else { return }
    if let timer = run.timer { reactor.cancel(timer) }
    run.waiter = nil
    told(run, .succeeded)
    // Whoever opened it may be waiting for somebody slow; the connection must not wait for ever.
    run.timer = reactor.schedule(after: run.restMax ?? .zero) { [weak self] in
      self?.giveUp(id, .timeout)
    }
    waiter.resume(returning: .success(results))
  }

  /// One round trip of a run ended.
  private func told(_ run: Run, _ outcome: PostgresOutcome) {
    guard let startedAt = run.startedAt else { return }
    run.startedAt = nil
    reactor.workEnded()
    observe(.queryFinished(duration: .nanoseconds(Reactor.now() - startedAt), outcome: outcome))
  }

  /// Ends a run early; harmless when it has ended.
  func giveUp(_ id: UInt64, _ code: PostgresError.Code) {
    switch machine.giveUp(id) {
    case .nowhere: break
    case .waiting: end(id, .failure(PostgresError(code: code, detail: "while waiting")))
    case .running(let connection):
      let reason: PostgresCloseReason = code == .cancelled ? .cancelled : .deadline
      connections[connection]?.close(reason, PostgresError(code: code, detail: "while running"))
    }
    tellStatus()
  }

  private func request(_ id: UInt64, _ run: Run) {
    while true {
      switch machine.request(id) {
      case .refuse(let error): return end(id, .failure(error))
      case .wait(let opening):
        run.hasWaited = true
        let patience = run.requestedAt + Reactor.nanoseconds(settings.acquireTimeout)
        let code: PostgresError.Code = patience < run.deadline ? .poolExhausted : .timeout
        run.timer = reactor.schedule(at: min(patience, run.deadline)) { [weak self] in
          self?.giveUp(id, code)
        }
        if let opening { open(opening) }
        return
      case .start(let connection):
        if connections[connection]?.isSilent == true { return start(id, on: connection) }
        let error = PostgresError(code: .connectionLost, detail: "while idle")
        connections[connection]?.close(.idleDoubt, error)
      }
    }
  }

  private func start(_ id: UInt64, on connectionID: UInt64) {
    guard let run = runs[id], let connection = connections[connectionID] else { return }
    if let timer = run.timer { reactor.cancel(timer) }
    let now = Reactor.now()
    run.startedAt = now
    runOfConnection[connectionID] = id
    if run.hasWaited { observe(.poolWaited(duration: .nanoseconds(now - run.requestedAt))) }
    run.timer = reactor.schedule(at: run.deadline) { [weak self] in self?.giveUp(id, .timeout) }
    reactor.workStarted()
    connection.send(run.transaction)
  }

  private func end(_ id: UInt64, _ result: Result<[PostgresRows], PostgresError>) {
    guard let run = runs.removeValue(forKey: id) else { return }
    if let timer = run.timer { reactor.cancel(timer) }
    if run.startedAt != nil {
      switch result {
      case .success: told(run, .succeeded)
      case .failure(let error): told(run, .failed(error.code))
      }
    } else if run.hasWaited, run.waiter != nil {
      observe(.poolWaited(duration: .nanoseconds(Reactor.now() - run.requestedAt)))
    }
    run.waiter?.resume(returning: result)
  }

  // MARK: Connections

  private func open(_ id: UInt64) {
    let connection = PostgresConnection(id: id, reactor: reactor, limits: limits)
    connections[id] = connection
    connection.tell = { [weak self] in self?.told($0, by: id) }
    connectTimers[id] = reactor.schedule(after: settings.connectTimeout) { [weak self] in
      self?.fail(id, "opening took too long")
    }
    let hosts = parameters.unresolvedHosts(isLiteral: NameResolver.isLiteral)
    if hosts.isEmpty { connect(id, addresses: [:]) } else { resolve(hosts, id) }
  }

  /// Goes on with opening once the hosts have addresses.
  func connect(_ id: UInt64, addresses: [String: [String]]) {
    connections[id]?.open(parameters.keywords(addresses: addresses))
  }

  /// Gives up opening.
  func fail(_ id: UInt64, _ detail: String) {
    connections[id]?.close(.lost, PostgresError(code: .connectionFailed, detail: detail))
  }

  private func told(_ happening: PostgresConnection.Happening, by id: UInt64) {
    switch happening {
    case .opened:
      endConnectTimer(id)
      observe(.connectionOpened)
      goOn(id, machine.opened(id))
      // Runs may have come while only one attempt was allowed.
      if let more = machine.more() { open(more) }
    case .finished(let result):
      // The machine first: who is woken by the result may ask at once for the connection.
      let next = machine.finished(id)
      if let run = runOfConnection.removeValue(forKey: id) { end(run, result) }
      goOn(id, next)
    case .stepped(let results):
      if let run = runOfConnection[id] { stepped(run, results) }
    case .closed(let reason, let error): closed(id, reason, error, .failure(error))
    case .retired(let result):
      closed(id, .grown, PostgresError(code: .closed, detail: "after a large value"), result)
    }
    tellStatus()
  }

  private func goOn(_ id: UInt64, _ next: PoolStateMachine.Next) {
    switch next {
    case .start(let run): start(run, on: id)
    case .rest: break
    case .close: connections[id]?.close(.shutdown, PostgresError(code: .closed))
    }
    endDrain()
  }

  private func closed(
    _ id: UInt64, _ reason: PostgresCloseReason, _ error: PostgresError,
    _ result: Result<[PostgresRows], PostgresError>
  ) {
    connections[id] = nil
    let wasOpening = connectTimers[id] != nil
    endConnectTimer(id)
    if wasOpening, reason != .shutdown {
      openingFailed(id, error)
    } else {
      if !wasOpening { observe(.connectionClosed(reason: reason)) }
      let replacement = machine.lost(id)
      if let run = runOfConnection.removeValue(forKey: id) { end(run, result) }
      if let replacement { open(replacement) }
    }
    endDrain()
  }

  private func openingFailed(_ id: UInt64, _ error: PostgresError) {
    let failure = machine.openingFailed(id, error, jitter: Double.random(in: 0..<1))
    observe(.connectionFailed(error))
    if let pause = failure.pause {
      _ = reactor.schedule(after: pause) { [weak self] in
        guard let self, let connection = machine.pauseEnded() else { return }
        open(connection)
        tellStatus()
      }
    }
    for run in failure.refused { end(run, .failure(error)) }
  }

  private func endConnectTimer(_ id: UInt64) {
    if let timer = connectTimers.removeValue(forKey: id) { reactor.cancel(timer) }
  }

  // MARK: The end

  /// Refuses new runs; `waiter` is resumed when the others have ended, or after `limit`.
  func drain(limit: Duration, _ waiter: CheckedContinuation<Void, Never>) {
    drainWaiters.append(waiter)
    for id in machine.drain() {
      connections[id]?.close(.shutdown, PostgresError(code: .closed))
    }
    _ = reactor.schedule(after: limit) { [weak self] in self?.close() }
    endDrain()
    tellStatus()
  }

  private func endDrain() {
    if machine.isDrained, !drainWaiters.isEmpty { close() }
  }

  /// Ends every run as `closed` and every connection. Idempotent.
  func close() {
    for run in machine.close() { end(run, .failure(PostgresError(code: .closed))) }
    runOfConnection = [:]
    for connection in Array(connections.values) {
      connection.close(.shutdown, PostgresError(code: .closed))
    }
    let waiters = drainWaiters
    drainWaiters = []
    for waiter in waiters { waiter.resume() }
    tellStatus()
  }

  private func tellStatus() {
    let status = machine.status
    guard status != lastTold else { return }
    lastTold = status
    observe(.poolChanged(idle: status.idle, inUse: status.inUse, waiting: status.waiting))
  }
}
