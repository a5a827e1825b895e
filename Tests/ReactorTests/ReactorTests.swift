import Glibc
import Reactor
import Testing

/// An actor whose code runs on a Reactor, as the drivers are.
private actor Bound {
  nonisolated let reactor: Reactor
  nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
  private(set) var seen: [Readiness] = []
  private(set) var fired: [Int] = []
  private(set) var count = 0
  private var watch: Watch?

  init(_ reactor: Reactor) { self.reactor = reactor }

  func isOnThread() -> Bool { reactor.isCurrent }
  func increment() { count += 1 }

  /// Waits for the first readiness of `descriptor`.
  func firstReadiness(_ descriptor: Int32, _ events: Readiness) async throws -> Readiness {
    try await withCheckedThrowingContinuation { continuation in
      do {
        watch = try reactor.watch(fd: descriptor, events: events) { [self] readiness in
          if let watch { reactor.unwatch(watch) }
          continuation.resume(returning: readiness)
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  func handlersCalled(forBytesIn descriptor: Int32, afterUnwatching: Bool) async throws -> Int {
    var calls = 0
    let watch = try reactor.watch(fd: descriptor, events: .read) { _ in calls += 1 }
    if afterUnwatching { reactor.unwatch(watch) }
    await sleepOnReactor(.milliseconds(5))
    reactor.unwatch(watch)
    return calls
  }

  func modifyToWrite(_ descriptor: Int32) async throws -> Readiness {
    try await withCheckedThrowingContinuation { continuation in
      do {
        let watch = try reactor.watch(fd: descriptor, events: .read) { [self] readiness in
          if let watch = self.watch { reactor.unwatch(watch) }
          continuation.resume(returning: readiness)
        }
        self.watch = watch
        try reactor.modify(watch, events: .write)
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  func sleepOnReactor(_ delay: Duration) async {
    await withCheckedContinuation { continuation in
      _ = reactor.schedule(after: delay) { continuation.resume() }
    }
  }

  func order(_ delays: [Duration], cancelling cancelled: Int) async -> [Int] {
    var tokens: [TimerToken] = []
    for (index, delay) in delays.enumerated() {
      tokens.append(reactor.schedule(after: delay) { [self] in fired.append(index) })
    }
    reactor.cancel(tokens[cancelled])
    await sleepOnReactor(.milliseconds(20))
    return fired
  }

  func tellWorkInFlight() { reactor.workStarted() }
}

@Suite struct ReactorTests {
  @Test func actorsRunOnTheReactorThread() async throws {
    let reactor = try Reactor(name: "test")
    defer { reactor.shutdown() }
    #expect(await Bound(reactor).isOnThread())
    #expect(!reactor.isCurrent)
    #expect(reactor.isIsolatingCurrentContext() == false)
  }

  @Test func jobsFromManyTasksAreAllRunOneAtATime() async throws {
    let reactor = try Reactor(name: "test")
    defer { reactor.shutdown() }
    let bound = Bound(reactor)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask { for _ in 0..<500 { await bound.increment() } }
      }
    }
    #expect(await bound.count == 10_000)
  }

  @Test(arguments: [Duration.zero, .milliseconds(1)])
  func jobsWakeASleepingOrSpinningThread(spin: Duration) async throws {
    let reactor = try Reactor(name: "test", spin: spin)
    defer { reactor.shutdown() }
    let bound = Bound(reactor)
    await bound.tellWorkInFlight()
    for _ in 0..<200 {
      await bound.increment()
      // Long enough for the thread to fall asleep now and then.
      await bound.sleepOnReactor(.microseconds(100))
    }
    #expect(await bound.count == 200)
  }

  @Test func tellsWhenBytesCanBeRead() async throws {
    let reactor = try Reactor(name: "test")
    let pair = try SocketPair()
    defer { reactor.shutdown() }
    let bound = Bound(reactor)
    async let readiness = bound.firstReadiness(pair.left, .read)
    pair.write(pair.right)
    #expect(try await readiness == .read)
  }

  @Test func tellsHangupWithoutBeingAsked() async throws {
    let reactor = try Reactor(name: "test")
    let pair = try SocketPair()
    defer { reactor.shutdown() }
    let bound = Bound(reactor)
    async let readiness = bound.firstReadiness(pair.left, [])
    pair.hangUp()
    #expect(try await readiness.contains(.hangup))
  }

  @Test func modifiedWatchWaitsForTheNewEvents() async throws {
    let reactor = try Reactor(name: "test")
    let pair = try SocketPair()
    defer { reactor.shutdown() }
    #expect(try await Bound(reactor).modifyToWrite(pair.left) == .write)
  }

  @Test func anEndedWatchIsNotCalled() async throws {
    let reactor = try Reactor(name: "test")
    let pair = try SocketPair()
    defer { reactor.shutdown() }
    pair.write(pair.right)
    let bound = Bound(reactor)
    #expect(
      try await bound.handlersCalled(forBytesIn: pair.left, afterUnwatching: true) == 0)
    #expect(
      try await bound.handlersCalled(forBytesIn: pair.left, afterUnwatching: false) > 0)
  }

  @Test func refusesABadDescriptor() async throws {
    let reactor = try Reactor(name: "test")
    defer { reactor.shutdown() }
    await #expect(throws: ReactorError(operation: "epoll_ctl", errno: EBADF)) {
      try await Bound(reactor).firstReadiness(-1, .read)
    }
  }

  @Test func timersFireInOrderAndCancelledOnesNever() async throws {
    let reactor = try Reactor(name: "test")
    defer { reactor.shutdown() }
    let order = await Bound(reactor).order(
      [.milliseconds(9), .milliseconds(1), .milliseconds(5), .milliseconds(3)], cancelling: 2)
    #expect(order == [1, 3, 0])
  }

  @Test func timersNeverFireEarly() async throws {
    let reactor = try Reactor(name: "test")
    defer { reactor.shutdown() }
    let bound = Bound(reactor)
    for microseconds in [300, 1_000, 2_500] {
      let start = Reactor.now()
      await bound.sleepOnReactor(.microseconds(microseconds))
      #expect(Reactor.now() - start >= UInt64(microseconds) * 1_000)
    }
  }

  @Test func shutdownIsIdempotentAndLateJobsStillRun() async throws {
    let reactor = try Reactor(name: "test")
    let bound = Bound(reactor)
    await bound.increment()
    reactor.shutdown()
    reactor.shutdown()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { await bound.increment() } }
    }
    #expect(await bound.count == 51)
    #expect(await bound.isOnThread())
  }

  @Test func shutdownEndsTheThread() async throws {
    weak var gone: Reactor?
    do {
      let reactor = try Reactor(name: "test")
      gone = reactor
      reactor.shutdown()
    }
    // The joined thread held the last other reference.
    #expect(gone == nil)
  }
}

/// Two connected sockets.
private final class SocketPair: Sendable {
  let left: Int32
  let right: Int32

  init() throws {
    var pair: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else {
      throw ReactorError(operation: "socketpair", errno: errno)
    }
    (left, right) = (pair[0], pair[1])
  }

  func write(_ descriptor: Int32) {
    _ = Glibc.write(descriptor, "x", 1)
  }

  func hangUp() {
    Glibc.shutdown(right, Int32(SHUT_RDWR))
  }

  deinit {
    close(left)
    close(right)
  }
}
