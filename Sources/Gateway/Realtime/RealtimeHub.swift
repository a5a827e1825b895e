import Postgres
import ServiceHost
import Synchronization
import Telemetry

/// Every live stream of this gateway: one connection that listens, and what it says to whom.
///
/// ```swift
/// let stream = try await hub.open(session, lastEventID: nil)
/// for await frame in stream.joined.frames { try await writer.write(frame) }
/// hub.close(stream.joined)
/// ```
///
/// Invariants:
/// - Before a stream begins, its user's row is committed: a change that is committed later is told.
///   One that a transaction made that was under way then is found by the resync that follows.
/// - After a gap of the listening connection every stream is told to resync.
/// - A stream ends within two beats of its session's end, wherever that was ended.
final class RealtimeHub: Sendable {
  /// A stream that was let in, and how it begins.
  struct Opened: Sendable {
    let joined: RealtimeBoard.Joined
    /// Sent first.
    let opening: [String]
  }

  private let settings: RealtimeSettings
  private let store: PresenceStore
  /// Nil where the database is behind a pooler that LISTEN does not pass.
  private let listener: PostgresListener?
  private let hasEnded: @Sendable (Session) -> Bool
  private let telemetry: GatewayTelemetry
  private let board: Mutex<RealtimeBoard>

  /// - Parameters:
  ///   - makeListener: makes the connection that listens on a channel; nil where there is none.
  ///   - hasEnded: whether a session was revoked, or its account is gone.
  init(
    settings: RealtimeSettings = RealtimeSettings(), database: PostgresPool, gatewayID: String,
    telemetry: GatewayTelemetry, hasEnded: @escaping @Sendable (Session) -> Bool,
    makeListener: (_ channel: String) -> PostgresListener?
  ) {
    self.settings = settings
    self.telemetry = telemetry
    self.hasEnded = hasEnded
    store = PresenceStore(database: database, gatewayID: gatewayID)
    listener = makeListener(store.channel)
    board = Mutex(
      RealtimeBoard(settings: settings, epoch: String(gatewayID.filter { $0 != "-" }.suffix(12))))
  }

  // MARK: Streams

  /// Lets a stream in, and returns when nothing that happens from now on is missed.
  func open(_ session: Session, lastEventID: String?) async throws -> Opened {
    guard listener != nil else { throw Problem.realtimeUnavailable }
    let joined: RealtimeBoard.Joined
    do {
      joined = try board.withLock { board throws(RealtimeBoard.Refusal) in
        try board.join(session, lastEventID: lastEventID)
      }
    } catch {
      switch error {
      case .ending: throw Problem.realtimeUnavailable
      case .tooMany: throw Problem.overloaded
      case .tooManyOfUser: throw Problem.tooManyStreams
      }
    }
    do {
      try await write(board.withLock { $0.takeOne(session.userID) })
      if joined.isNew { try await settle(joined) }
    } catch {
      close(joined)
      throw error
    }
    let connections = board.withLock { $0.connections(of: joined) } ?? 1
    let opening = RealtimeFrame.opening(
      id: joined.eventID, retryMilliseconds: Int.random(in: 2000...4000),
      connections: connections)
    return Opened(joined: joined, opening: [opening] + joined.missed)
  }

  /// A stream ended. Idempotent.
  func close(_ joined: RealtimeBoard.Joined) {
    board.withLock { $0.leave(joined.number, of: joined.user, now: MonotonicClock.now()) }
  }

  /// Transactions that looked for the user's row before it was there changed rows without a word.
  /// They end within milliseconds, or the stream is told to resync when they have.
  private func settle(_ joined: RealtimeBoard.Joined) async throws {
    var horizon = try await store.horizon()
    let next = horizon.next
    for _ in 0..<10 where horizon.oldest < next {
      try await Task.sleep(for: .milliseconds(20))
      horizon = try await store.horizon()
    }
    if horizon.oldest < next { board.withLock { $0.isUnsettled(joined, before: next) } }
  }

  // MARK: Life

  /// Listens and beats until cancelled.
  func run() async {
    guard let listener else { return }
    await listener.start()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.listen(to: listener) }
      group.addTask { await self.beat() }
    }
    await listener.shutdown()
  }

  /// Ends every stream, lets no other in, and tells the other gateways.
  func end() async {
    board.withLock { $0.end() }
    // Where the database is away, the rows expire.
    if listener != nil { try? await store.withdraw() }
  }

  private func listen(to listener: PostgresListener) async {
    for await signal in listener.signals {
      switch signal {
      case .notification(let notification):
        if let signal = RealtimeSignal(payload: notification.payload) {
          board.withLock { $0.told(signal) }
        }
      case .mayHaveMissed:
        // The rows first: until they are there again, changes are not told.
        let all = board.withLock { $0.takeAll() }
        do { try await write(all) } catch { board.withLock { $0.isStill(all) } }
        board.withLock { $0.mayHaveMissed() }
      }
      tellSlowClients()
    }
  }

  private func beat() async {
    var beats = 0
    while !Task.isCancelled {
      beats += 1
      board.withLock {
        $0.beat(
          now: MonotonicClock.now(), wallSeconds: BuiltInIdentity.wallSeconds(),
          hasEnded: hasEnded)
      }
      tellSlowClients()
      let changed = board.withLock { $0.takeChanged() }
      do { try await write(changed) } catch { board.withLock { $0.isStill(changed) } }
      await recount()
      if beats.isMultiple(of: settings.beatsPerRefresh) { await refresh() }
      if board.withLock({ $0.hasUnsettled }), let horizon = try? await store.horizon() {
        board.withLock { $0.settled(oldest: horizon.oldest) }
      }
      try? await Task.sleep(for: settings.beat)
    }
  }

  // MARK: The table

  /// Writes counts and tells the streams what came of it.
  private func write(_ counts: PresenceCounts) async throws(PostgresError) {
    do {
      tell(try await store.write(counts), counts)
    } catch {
      guard error.isForeignKeyViolation else { throw error }
      try await writeOneByOne(counts)
    }
  }

  /// Somebody's account is gone, and with it the whole write.
  private func writeOneByOne(_ counts: PresenceCounts) async throws(PostgresError) {
    for (user, streams) in counts.streams {
      let one = PresenceCounts(version: counts.version, streams: [user: streams])
      do {
        tell(try await store.write(one), one)
      } catch {
        guard error.isForeignKeyViolation else { throw error }
        board.withLock { $0.forget(user) }
      }
    }
  }

  private func tell(_ connections: [String: Int], _ counts: PresenceCounts) {
    board.withLock { board in
      for user in counts.streams.keys {
        board.counted(connections[user] ?? 0, of: user, version: counts.version)
      }
    }
  }

  /// Reads what other gateways wrote.
  private func recount() async {
    let stale = board.withLock { $0.takeStale() }
    // Where the database is away, the listener's next word makes good for it.
    guard let connections = try? await store.count(Array(stale.streams.keys)) else { return }
    tell(connections, stale)
  }

  private func refresh() async {
    let all = board.withLock { $0.takeAll() }
    do throws(PostgresError) {
      try await store.refresh(all)
    } catch {
      // The next beat writes them, one by one where an account is gone.
      board.withLock { $0.isStill(all) }
    }
  }

  private func tellSlowClients() {
    for _ in 0..<board.withLock({ $0.takeSlowClients() }) {
      telemetry.observe(.realtimeClientDropped)
    }
  }
}
