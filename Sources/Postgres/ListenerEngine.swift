import Reactor

/// Keeps one connection that listens, and one reader supplied.
///
/// | state | its timer | next |
/// | --- | --- | --- |
/// | pausing | the pause | connecting |
/// | connecting | `connectTimeout` | subscribing; pausing |
/// | subscribing | `answerTimeout` | listening; pausing |
/// | listening | `pingInterval` | asking; pausing |
/// | asking | `answerTimeout` | listening; pausing |
/// | closed | | |
///
/// Confined to the reactor thread: `PostgresListener`, an actor on that Reactor, is its only owner.
final class ListenerEngine {
  typealias Reader = CheckedContinuation<PostgresSignal?, Never>

  private enum State { case pausing, connecting, subscribing, listening, asking, closed }

  private let reactor: Reactor
  private let settings: PostgresListenerSettings
  private let parameters: ConnectionParameters
  private let subscription: [EncodedStatement]
  private let question: EncodedStatement
  private let channelCount: Int
  private let observe: @Sendable (PostgresListenerEvent) -> Void
  /// Asks for addresses; the answer is `connect`.
  var resolve: (_ hosts: [String], _ connection: UInt64) -> Void = { _, _ in }

  private var state = State.pausing
  private var timer: TimerToken?
  private var connection: PostgresConnection?
  private var nextID: UInt64 = 0
  private var backoff: Backoff
  private var buffer: SignalBuffer
  private var reader: (id: UInt64, continuation: Reader)?
  private var hasListened = false

  init(
    settings: PostgresListenerSettings, channels: [String], reactor: Reactor,
    observe: @escaping @Sendable (PostgresListenerEvent) -> Void
  ) throws(PostgresError) {
    parameters = try ConnectionParameters(
      url: settings.url, applicationName: settings.applicationName)
    guard !parameters.isBehindTransactionPooler else {
      let detail = "LISTEN does not pass a pooler in transaction mode"
      throw PostgresError(code: .connectionFailed, detail: detail)
    }
    var subscription: [EncodedStatement] = []
    for channel in Set(channels).sorted() {
      // The server would cut a longer name without a word, at 63 bytes.
      guard !channel.isEmpty, channel.utf8.count <= 63 else {
        throw PostgresError(code: .invalidText, detail: "a channel's name has 1 to 63 bytes")
      }
      let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"")
      subscription.append(
        try EncodedStatement(PostgresStatement("listen \"\(quoted)\""), role: ""))
    }
    channelCount = subscription.count
    self.subscription = subscription
    question = EncodedStatement(command: "select count(*) from pg_listening_channels()")
    self.settings = settings
    self.reactor = reactor
    self.observe = observe
    backoff = Backoff(first: settings.backoff.first, longest: settings.backoff.longest)
    buffer = SignalBuffer(signalsMax: settings.signalsMax)
  }

  // MARK: The reader

  /// The next signal, when there is one. One reader at a time: a second gets `nil` at once.
  func read(_ id: UInt64, _ continuation: Reader) {
    if let signal = buffer.popFirst() {
      continuation.resume(returning: signal)
    } else if state == .closed || reader != nil {
      continuation.resume(returning: nil)
    } else {
      reader = (id, continuation)
    }
  }

  /// The reader leaves; harmless when it was served.
  func stopReading(_ id: UInt64) {
    guard let waiting = reader, waiting.id == id else { return }
    reader = nil
    waiting.continuation.resume(returning: nil)
  }

  private func give(_ signal: PostgresSignal) {
    buffer.append(signal)
    guard let waiting = reader, let first = buffer.popFirst() else { return }
    reader = nil
    waiting.continuation.resume(returning: first)
  }

  // MARK: The connection

  /// Begins; call once.
  func start() {
    if state == .pausing, connection == nil { open() }
  }

  private func enter(_ next: State, for time: Duration, _ late: @escaping (ListenerEngine) -> Void)
  {
    if let timer { reactor.cancel(timer) }
    state = next
    timer = reactor.schedule(after: time) { [weak self] in
      guard let self else { return }
      timer = nil
      late(self)
    }
  }

  private func open() {
    nextID += 1
    let id = nextID
    let connection = PostgresConnection(id: id, reactor: reactor)
    self.connection = connection
    connection.tell = { [weak self] in self?.told($0) }
    connection.notify = { [weak self] in self?.give(.notification($0)) }
    enter(.connecting, for: settings.connectTimeout) { $0.fail(id, "opening took too long") }
    let hosts = parameters.unresolvedHosts(isLiteral: NameResolver.isLiteral)
    if hosts.isEmpty { connect(id, addresses: [:]) } else { resolve(hosts, id) }
  }

  /// Goes on with opening once the hosts have addresses.
  func connect(_ id: UInt64, addresses: [String: [String]]) {
    guard connection?.id == id else { return }
    connection?.open(parameters.keywords(addresses: addresses))
  }

  /// Gives up opening.
  func fail(_ id: UInt64, _ detail: String) {
    guard connection?.id == id else { return }
    connection?.close(.lost, PostgresError(code: .connectionFailed, detail: detail))
  }

  private func told(_ happening: PostgresConnection.Happening) {
    switch happening {
    case .opened: send(subscription, as: .subscribing)
    case .stepped: break
    case .finished(.failure(let error)): connection?.close(.doubt, error)
    case .finished(.success(let results)): answered(results)
    case .closed(_, let error): closed(error)
    case .retired: closed(PostgresError(code: .connectionLost))
    }
  }

  private func send(_ statements: [EncodedStatement], as next: State) {
    enter(next, for: settings.answerTimeout) {
      let error = PostgresError(code: .connectionLost, detail: "the server does not answer")
      $0.connection?.close(.deadline, error)
    }
    connection?.send(Transaction(statements, preamble: 0))
  }

  private func answered(_ results: [PostgresRows]) {
    if state == .subscribing {
      backoff.succeeded()
      observe(.listening)
      give(.mayHaveMissed(hasListened ? .reconnected : .started))
      hasListened = true
    } else if (try? results.first?.first?.int(0)) != channelCount {
      // A pooler has handed us to another server, which was never told to listen.
      let error = PostgresError(code: .connectionLost, detail: "the server does not listen")
      connection?.close(.doubt, error)
      return
    }
    enter(.listening, for: settings.pingInterval) { $0.send([$0.question], as: .asking) }
  }

  private func closed(_ error: PostgresError) {
    connection = nil
    guard state != .closed else { return }
    observe(state == .connecting ? .connectionFailed(error) : .connectionLost(error))
    let pause = backoff.failed(jitter: Double.random(in: 0..<1))
    enter(.pausing, for: pause) { $0.open() }
  }

  /// Ends it; what has come can still be read. Idempotent.
  func close() {
    state = .closed
    if let timer { reactor.cancel(timer) }
    timer = nil
    connection?.close(.shutdown, PostgresError(code: .closed))
    if let waiting = reader { stopReading(waiting.id) }
  }
}
