import NIOCore
import NIOPosix

/// One event loop's connections to the target.
///
/// Grows to need up to a bound: a request that finds none idle waits while one more opens, and
/// takes whichever comes first. A lane is a source address; its connections carry only its own
/// requests. At the bound a lane in need takes an idle connection's place from another.
///
/// Nothing is tried twice: a connection that cannot be made fails exactly one waiting request.
final class ConnectionPool {
  private struct Lane {
    var source: SocketAddress?
    var idle: [HTTPConnection] = []
    var waiting = CircularBuffer<Exchange>()
    var opening = 0
    var isHungry = false
  }

  /// Shorter than servers' keep-alive, so that no request meets a connection just closing.
  private static let idleNanosecondsMax: UInt64 = 30_000_000_000
  private static let connectTimeout = TimeAmount.seconds(5)
  /// Opening costs ten times a request. Without a limit a hiccup of the machine would be answered
  /// by a burst of connections, whose cost is the next hiccup.
  private static let openingsMax = 32

  private let eventLoop: any EventLoop
  private let target: SocketAddress
  private let bound: Int
  private let waitingMax: Int
  private let onFinish: (Exchange) -> Void
  private var lanes: [Lane]
  private var busy: [HTTPConnection] = []
  private var open = 0
  private var openings = 0
  private var hungry = CircularBuffer<Int>()
  private var idleCursor = 0
  private var waitingCount = 0
  private(set) var counts = ConnectionCounts()

  /// - Parameter sources: one lane each; nil lets the system choose.
  init(
    eventLoop: any EventLoop, target: SocketAddress, bound: Int, waitingMax: Int,
    sources: [SocketAddress?], onFinish: @escaping (Exchange) -> Void
  ) {
    self.eventLoop = eventLoop
    self.target = target
    self.bound = bound
    self.waitingMax = waitingMax
    self.onFinish = onFinish
    lanes = sources.map { Lane(source: $0) }
  }

  /// Sends now, or as soon as a connection is free.
  func send(_ exchange: Exchange, now: UInt64) {
    while let connection = lanes[exchange.lane].idle.popLast() {
      if now - connection.idleSince < Self.idleNanosecondsMax {
        return start(exchange, on: connection, now: now)
      }
      retire(connection)
      connection.close()
    }
    guard waitingCount < waitingMax else { return fail(exchange, .queueFull, now: now) }
    waitingCount += 1
    lanes[exchange.lane].waiting.append(exchange)
    openIfNeeded(exchange.lane)
  }

  private func start(_ exchange: Exchange, on connection: HTTPConnection, now: UInt64) {
    connection.busyIndex = busy.count
    busy.append(connection)
    connection.send(exchange, now: now)
  }

  private func takeWaiting(_ lane: Int) -> Exchange? {
    let exchange = lanes[lane].waiting.popFirst()
    if exchange != nil { waitingCount -= 1 }
    return exchange
  }

  private func needsConnection(_ lane: Int) -> Bool {
    lanes[lane].opening < lanes[lane].waiting.count
  }

  private func openIfNeeded(_ lane: Int) {
    guard needsConnection(lane) else { return }
    if openings >= Self.openingsMax || (open >= bound && !retireIdleElsewhere()) {
      if !lanes[lane].isHungry {
        lanes[lane].isHungry = true
        hungry.append(lane)
      }
      return
    }
    open += 1
    openings += 1
    counts.opened += 1
    counts.openMax = max(counts.openMax, open)
    lanes[lane].opening += 1
    let here = NIOLoopBound(self, eventLoop: eventLoop)
    var bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(Self.connectTimeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16_384))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            HTTPConnection(pool: here.value, lane: lane))
        }
      }
    if let source = lanes[lane].source { bootstrap = bootstrap.bind(to: source) }
    bootstrap.connect(to: target).assumeIsolated().whenFailure { error in
      self.openingFailed(lane, FailureKind(connecting: error))
    }
  }

  /// Makes room by closing an idle connection of any lane.
  private func retireIdleElsewhere() -> Bool {
    for _ in lanes.indices {
      idleCursor = (idleCursor + 1) % lanes.count
      if let connection = lanes[idleCursor].idle.popLast() {
        retire(connection)
        connection.close()
        return true
      }
    }
    return false
  }

  private func openingFailed(_ lane: Int, _ kind: FailureKind) {
    open -= 1
    openings -= 1
    counts.failed += 1
    lanes[lane].opening -= 1
    let exchange = takeWaiting(lane)
    feedHungry()
    if let exchange { fail(exchange, kind, now: NIODeadline.now().uptimeNanoseconds) }
  }

  private func feedHungry() {
    while open < bound, openings < Self.openingsMax, let lane = firstHungry() {
      openIfNeeded(lane)
    }
  }

  /// The lane that has waited longest for a connection and still needs one.
  private func firstHungry() -> Int? {
    while let lane = hungry.first {
      if needsConnection(lane) { return lane }
      lanes[lane].isHungry = false
      hungry.removeFirst()
    }
    return nil
  }

  private func fail(_ exchange: Exchange, _ kind: FailureKind, now: UInt64) {
    exchange.failure = kind
    exchange.finished = now
    onFinish(exchange)
  }

  // MARK: Told by connections

  func opened(_ connection: HTTPConnection) {
    lanes[connection.lane].opening -= 1
    openings -= 1
    place(connection, now: NIODeadline.now().uptimeNanoseconds)
    feedHungry()
  }

  /// A request ended and the connection can carry another.
  func release(_ connection: HTTPConnection, now: UInt64) {
    removeBusy(connection)
    place(connection, now: now)
  }

  private func place(_ connection: HTTPConnection, now: UInt64) {
    if let next = takeWaiting(connection.lane) {
      start(next, on: connection, now: now)
    } else if open >= bound, firstHungry() != nil {
      retire(connection)
      connection.close()
    } else {
      connection.idleSince = now
      lanes[connection.lane].idle.append(connection)
    }
  }

  /// The connection is gone or about to go; safe to say twice.
  func retire(_ connection: HTTPConnection) {
    guard !connection.isRetired else { return }
    connection.isRetired = true
    open -= 1
    removeBusy(connection)
    lanes[connection.lane].idle.removeAll { $0 === connection }
    feedHungry()
    openIfNeeded(connection.lane)
  }

  private func removeBusy(_ connection: HTTPConnection) {
    let index = connection.busyIndex
    guard index >= 0 else { return }
    connection.busyIndex = -1
    let last = busy.removeLast()
    if last !== connection {
      busy[index] = last
      last.busyIndex = index
    }
  }

  func finished(_ exchange: Exchange) { onFinish(exchange) }

  func strayBytes() { counts.stray += 1 }

  // MARK: Told by the driver

  /// Cuts what has taken too long.
  func sweep(now: UInt64) {
    for connection in busy where (connection.exchange?.deadline ?? .max) <= now {
      connection.cut(.timeout, now: now)
    }
    for lane in lanes.indices {
      while let first = lanes[lane].waiting.first, first.deadline <= now {
        if let exchange = takeWaiting(lane) { fail(exchange, .queueTimeout, now: now) }
      }
    }
  }

  /// Cuts everything, sent or waiting.
  func cutAll(now: UInt64) {
    for lane in lanes.indices {
      while let exchange = takeWaiting(lane) { fail(exchange, .queueTimeout, now: now) }
    }
    for connection in busy { connection.cut(.interrupted, now: now) }
  }

  /// Closes every idle connection.
  func closeIdle() {
    for lane in lanes.indices {
      for connection in lanes[lane].idle {
        retire(connection)
        connection.close()
      }
    }
  }
}

/// What became of one run's connections.
package struct ConnectionCounts: Sendable, Equatable {
  package var opened = 0
  package var failed = 0
  /// The most that were open at once, summed over event loops.
  package var openMax = 0
  /// Bytes that came without a request.
  package var stray = 0

  mutating func add(_ other: ConnectionCounts) {
    opened += other.opened
    failed += other.failed
    openMax += other.openMax
    stray += other.stray
  }
}
