package import Reactor

/// Listens to channels of one PostgreSQL over a connection of its own, from `start` to `shutdown`,
/// whatever happens to the connection between.
///
/// ```swift
/// let listener = try PostgresListener(
///   settings: PostgresListenerSettings(url: url), channels: ["messages"], reactor: reactor)
/// await listener.start()
/// for await signal in listener.signals {
///   switch signal {
///   case .notification(let notification): apply(notification.payload)
///   case .mayHaveMissed: await readEverythingAnew()
///   }
/// }
/// ```
///
/// Invariants:
/// - The first signal is `mayHaveMissed(.started)`, told when the server listens: read the state
///   after it, and nothing between is lost. After each gap there is one more.
/// - Notifications come in the server's order, those of one transaction when it has been committed.
/// - The server is asked every `pingInterval`; one that does not answer is given up, however it
///   went. Attempts to connect again are spaced by a backoff with jitter, without end.
/// - What waits for the reader is bounded; there is one reader.
///
/// It refuses a URL that names a pooler in transaction mode, and closes a connection on which the
/// server turns out not to listen.
package actor PostgresListener {
  private let reactor: Reactor
  private let resolver: NameResolver
  private let ownsResolver: Bool
  private let engine: ListenerEngine
  private var nextReader: UInt64 = 0
  private var isStarted = false

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    reactor.asUnownedSerialExecutor()
  }

  /// `reactor` must outlive `shutdown()`.
  /// - Parameters:
  ///   - channels: names as `notify` says them, upper and lower case apart; 1 to 63 bytes each.
  ///   - resolver: for a host given by name; without one the listener makes its own.
  ///   - observe: told each event once, on the reactor thread; it must not block.
  /// - Throws: `connectionFailed` where the URL cannot be read or names a pooler in transaction
  ///   mode, `invalidText` for a channel that cannot be.
  package init(
    settings: PostgresListenerSettings, channels: [String], reactor: Reactor,
    resolver: NameResolver? = nil,
    observe: @escaping @Sendable (PostgresListenerEvent) -> Void = { _ in }
  ) throws(PostgresError) {
    self.reactor = reactor
    self.resolver = resolver ?? NameResolver()
    ownsResolver = resolver == nil
    engine = try ListenerEngine(
      settings: settings, channels: channels, reactor: reactor, observe: observe)
  }

  isolated deinit {
    engine.close()
    if ownsResolver { resolver.shutdown() }
  }

  /// Begins to listen. Idempotent.
  package func start() {
    guard !isStarted else { return }
    isStarted = true
    engine.resolve = { [weak self] hosts, connection in
      Task { await self?.resolve(hosts, for: connection) }
    }
    engine.start()
  }

  /// What happens on the channels, until `shutdown` or until the reading task is cancelled.
  package nonisolated var signals: PostgresSignals { PostgresSignals(listener: self) }

  /// Closes the connection and ends the sequence. Idempotent.
  package func shutdown() {
    isStarted = true
    engine.close()
    if ownsResolver { resolver.shutdown() }
  }

  /// The next signal; `nil` after `shutdown`, and where the task is cancelled.
  func next() async -> PostgresSignal? {
    guard !Task.isCancelled else { return nil }
    nextReader += 1
    let id = nextReader
    return await withTaskCancellationHandler {
      await withCheckedContinuation { engine.read(id, $0) }
    } onCancel: {
      Task { await stopReading(id) }
    }
  }

  private func stopReading(_ id: UInt64) {
    engine.stopReading(id)
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

/// The signals of a `PostgresListener`, for one reader at a time.
package struct PostgresSignals: AsyncSequence, Sendable {
  package typealias Failure = Never
  let listener: PostgresListener

  package func makeAsyncIterator() -> Iterator { Iterator(listener: listener) }

  /// Asks the listener for one signal after the other.
  package struct Iterator: AsyncIteratorProtocol {
    package typealias Failure = Never
    let listener: PostgresListener

    package func next() async -> PostgresSignal? { await listener.next() }
  }
}

/// What happened to a `PostgresListener`, each told once, in the past tense.
package enum PostgresListenerEvent: Sendable {
  /// The server listens on all channels.
  case listening
  /// An attempt to connect failed; another follows after a pause.
  case connectionFailed(PostgresError)
  /// The connection was lost, or the server stopped answering; another follows.
  case connectionLost(PostgresError)
}
