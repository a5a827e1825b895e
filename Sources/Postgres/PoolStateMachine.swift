/// Decides which run gets which connection, when to open one, and when to stop hoping.
///
/// Pure: ids in, decisions out; randomness is passed in, time is the engine's.
///
/// | connection | opened | failed | run given | run finished | lost |
/// | --- | --- | --- | --- | --- | --- |
/// | opening | idle, or busy with the first waiting run | gone, pause | | | |
/// | idle | | | busy | | gone |
/// | busy | | | | idle, or busy with the first waiting run | gone |
///
/// After a failed attempt nothing is opened until the pause has ended; it doubles from failure to
/// failure. While it lasts and no connection is left, runs are refused at once: they would only
/// pile up. Its end tries again even if nobody asks, so that the first run after an outage finds a
/// connection.
package struct PoolStateMachine {
  /// Names a connection, never again another.
  package typealias ConnectionID = UInt64
  /// Names a run.
  package typealias RunID = UInt64

  private enum Phase { case running, draining, closed }

  private let poolSize: Int
  private let waitMax: Int

  private var phase = Phase.running
  private var nextConnectionID: ConnectionID = 0
  private var opening: Set<ConnectionID> = []
  /// The one used last is used next: its backend's caches are warm.
  private var idle: [ConnectionID] = []
  private var busy: [ConnectionID: RunID] = [:]
  private var waiting = WaitQueue()
  private var backoff: Backoff
  private var isPausing = false
  private var lastFailure: PostgresError?

  /// A pool without a connection.
  package init(poolSize: Int, waitMax: Int, firstPause: Duration, longestPause: Duration) {
    self.poolSize = max(1, poolSize)
    self.waitMax = max(0, waitMax)
    backoff = Backoff(first: firstPause, longest: longestPause)
  }

  /// The pool's numbers.
  package var status: PostgresPoolStatus {
    PostgresPoolStatus(
      idle: idle.count, inUse: busy.count, connecting: opening.count, waiting: waiting.count)
  }

  /// Told to drain, and nothing is under way or waits any more.
  package var isDrained: Bool { phase != .running && busy.isEmpty && waiting.isEmpty }

  // MARK: Runs

  /// What to do with a run that asks.
  package enum Request: Equatable {
    case start(ConnectionID)
    case wait(opening: ConnectionID?)
    case refuse(PostgresError)
  }

  /// A run wants a connection.
  package mutating func request(_ run: RunID) -> Request {
    guard phase == .running else { return .refuse(PostgresError(code: .closed)) }
    if let connection = idle.popLast() {
      busy[connection] = run
      return .start(connection)
    }
    if isPausing, busy.isEmpty, opening.isEmpty {
      return .refuse(lastFailure ?? PostgresError(code: .connectionFailed))
    }
    guard waiting.count < waitMax else {
      return .refuse(PostgresError(code: .poolExhausted, detail: "\(waiting.count) runs wait"))
    }
    waiting.append(run)
    return .wait(opening: more())
  }

  /// Where a run was that gave up.
  package enum Place: Equatable {
    case waiting
    case running(ConnectionID)
    case nowhere
  }

  /// A run gives up. One that waited is forgotten; the connection of one under way is for the
  /// caller to close, and then to tell as lost.
  package mutating func giveUp(_ run: RunID) -> Place {
    if waiting.remove(run) { return .waiting }
    guard let connection = busy.first(where: { $0.value == run })?.key else { return .nowhere }
    return .running(connection)
  }

  // MARK: Connections

  /// What a free connection does.
  package enum Next: Equatable {
    case start(RunID)
    case rest
    /// Not needed: the pool drains.
    case close
  }

  /// A connection is open.
  package mutating func opened(_ connection: ConnectionID) -> Next {
    guard opening.remove(connection) != nil else { return .close }
    backoff.succeeded()
    lastFailure = nil
    return next(connection)
  }

  /// A run has ended and left its connection in order.
  package mutating func finished(_ connection: ConnectionID) -> Next {
    guard busy.removeValue(forKey: connection) != nil else { return .close }
    return next(connection)
  }

  /// A connection is gone; what to open in its place.
  package mutating func lost(_ connection: ConnectionID) -> ConnectionID? {
    opening.remove(connection)
    busy[connection] = nil
    idle.removeAll { $0 == connection }
    return more()
  }

  /// What follows from a failed attempt.
  package struct Failure: Equatable {
    /// How long to wait before `pauseEnded`; `nil` where a pause is under way.
    package var pause: Duration?
    /// Waiting runs that nothing will serve soon.
    package var refused: [RunID]

    package init(pause: Duration?, refused: [RunID]) {
      self.pause = pause
      self.refused = refused
    }
  }

  /// An attempt to open a connection failed.
  /// - Parameter jitter: at random, from 0 to 1; shortens the pause by up to a half.
  package mutating func openingFailed(
    _ connection: ConnectionID, _ error: PostgresError, jitter: Double
  ) -> Failure {
    guard opening.remove(connection) != nil else { return Failure(pause: nil, refused: []) }
    let pause = backoff.failed(jitter: jitter)
    lastFailure = error
    var failure = Failure(pause: nil, refused: [])
    if !isPausing, phase != .closed {
      isPausing = true
      failure.pause = pause
    }
    if opening.isEmpty, busy.isEmpty { failure.refused = waiting.removeAll() }
    return failure
  }

  /// The pause is over; what to open.
  package mutating func pauseEnded() -> ConnectionID? {
    isPausing = false
    if phase == .running, opening.isEmpty, busy.isEmpty, idle.isEmpty { return open() }
    return more()
  }

  // MARK: The end

  /// Takes no new run; what is idle is to be closed.
  package mutating func drain() -> [ConnectionID] {
    if phase == .running { phase = .draining }
    defer { idle = [] }
    return idle
  }

  /// Ends everything; the runs to refuse.
  package mutating func close() -> [RunID] {
    phase = .closed
    opening = []
    idle = []
    let runs = Array(busy.values) + waiting.removeAll()
    busy = [:]
    return runs
  }

  // MARK: Inside

  private mutating func next(_ connection: ConnectionID) -> Next {
    if phase == .closed { return .close }
    if let run = waiting.popFirst() {
      busy[connection] = run
      return .start(run)
    }
    guard phase == .running else { return .close }
    idle.append(connection)
    return .rest
  }

  /// What to open for runs that wait.
  package mutating func more() -> ConnectionID? {
    guard phase != .closed, !isPausing, opening.count < waiting.count,
      opening.count + idle.count + busy.count < poolSize
    else { return nil }
    // That the database is back is found out by one attempt, not by as many as wait.
    guard backoff.failuresInRow == 0 || opening.isEmpty else { return nil }
    return open()
  }

  private mutating func open() -> ConnectionID {
    nextConnectionID += 1
    opening.insert(nextConnectionID)
    return nextConnectionID
  }
}

/// First in, first out, with leaving from the middle.
struct WaitQueue {
  private var entries: [UInt64] = []
  private var head = 0

  var count: Int { entries.count - head }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ id: UInt64) { entries.append(id) }

  mutating func popFirst() -> UInt64? {
    guard head < entries.count else { return nil }
    defer {
      head += 1
      // Moving the rest once for as many as have left keeps it cheap.
      if head * 2 >= entries.count {
        entries.removeFirst(head)
        head = 0
      }
    }
    return entries[head]
  }

  /// Whether it was there.
  mutating func remove(_ id: UInt64) -> Bool {
    guard let index = entries[head...].firstIndex(of: id) else { return false }
    entries.remove(at: index)
    return true
  }

  mutating func removeAll() -> [UInt64] {
    defer {
      entries = []
      head = 0
    }
    return Array(entries[head...])
  }
}
