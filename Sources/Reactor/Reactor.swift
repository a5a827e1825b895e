import CLinux
import Glibc
import Synchronization

/// One thread with an epoll loop that is also a Swift serial executor.
///
/// C libraries such as libcurl and libpq own their sockets and want to be called when these turn
/// ready, always from one thread. An actor bound to a Reactor gets exactly that: its code, the
/// readiness of its sockets and its timers all run on the Reactor's one thread, so C handles need
/// no lock and are never shared.
///
/// ```swift
/// actor Connection {
///   let reactor: Reactor
///   nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
///   func start(_ socket: Int32) throws {
///     watch = try reactor.watch(fd: socket, events: .read) { [weak self] _ in
///       self?.assumeIsolated { $0.readSome() }
///     }
///   }
/// }
/// ```
///
/// Invariants:
/// - Jobs, handlers and timers run one at a time, on this thread, and none may block.
/// - Other threads touch only the inbox, under its lock; an eventfd wakes the thread, and is
///   written only when the thread sleeps.
/// - While work is in flight (`workStarted`) and answers have lately come within `spin`, the thread
///   polls for that long before it sleeps: waking a halted core costs more than such a wait.
/// - A job is never dropped: one enqueued after `shutdown` runs on a short-lived thread.
///
/// `@unchecked Sendable`: `inbox`, `phase`, `thread` and `isAsleep` are touched under `lock` alone;
/// `loop` is touched by the reactor thread alone; everything else is immutable or atomic.
package final class Reactor: SerialExecutor, @unchecked Sendable {
  private enum Phase {
    case running
    /// The loop has been told to end and has not yet.
    case stopping
    case stopped
    /// Stopped, and a short-lived thread runs the jobs that came late.
    case draining
  }

  /// The name of the thread.
  package let name: String
  private let spinNanoseconds: UInt64
  private let epoll: Int32
  private let wakeup: Int32
  private let lock = SystemLock()
  private var inbox: [UnownedJob] = []
  private var phase = Phase.running
  private var isAsleep = false
  private var thread: SystemThread?
  private let threadID = Atomic<UInt>(0)
  private var loop = Loop()

  /// What only the reactor thread touches.
  private struct Loop {
    var watches: [Int32: (generation: UInt32, handler: (Readiness) -> Void)] = [:]
    var generation: UInt32 = 0
    var timers = TimerHeap()
    var workInFlight = 0
  }

  /// Starts the thread.
  /// - Parameters:
  ///   - name: shown by `ps -L`; 15 bytes are kept.
  ///   - spin: how long the thread polls before it sleeps while work is in flight.
  /// - Throws: `ReactorError` where the kernel refuses a descriptor or the thread.
  package init(name: String, spin: Duration = .microseconds(60)) throws(ReactorError) {
    self.name = name
    spinNanoseconds = Self.nanoseconds(spin)
    epoll = epoll_create1(phx_epoll_cloexec)
    guard epoll >= 0 else { throw ReactorError(operation: "epoll_create1", errno: errno) }
    wakeup = eventfd(0, phx_eventfd_flags)
    // Everything is initialised from here on, so a throw runs `deinit`, which closes both.
    guard wakeup >= 0 else { throw ReactorError(operation: "eventfd", errno: errno) }
    var event = epoll_event()
    event.events = phx_epollin
    event.data.u64 = Self.wakeupTag
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event) == 0 else {
      throw ReactorError(operation: "epoll_ctl", errno: errno)
    }
    // The thread keeps the Reactor alive until `shutdown`.
    let thread = try SystemThread(name: name) { [self] in run() }
    lock.withLock { self.thread = thread }
  }

  deinit {
    close(wakeup)
    close(epoll)
  }

  /// Ends the loop after the jobs already enqueued, and waits for the thread. Idempotent. Watches
  /// and timers are dropped, so end what uses them first. On the reactor thread itself it only
  /// asks.
  package func shutdown() {
    let (ending, wake): (SystemThread?, Bool) = lock.withLock {
      if phase == .running { phase = .stopping }
      let ending = thread
      thread = nil
      return (ending, takeSleep())
    }
    if wake { ring() }
    ending?.join()
  }

  // MARK: Executor

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let (wake, late): (Bool, Bool) = lock.withLock {
      inbox.append(job)
      let late = phase == .stopped
      if late { phase = .draining }
      return (takeSleep(), late)
    }
    if wake { ring() }
    if late { startDraining() }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Whether the caller runs on the reactor thread.
  package var isCurrent: Bool {
    threadID.load(ordering: .relaxed) == Self.currentThreadID()
  }

  package func checkIsolated() {
    precondition(isCurrent, "called off the thread of reactor \(name)")
  }

  package func isIsolatingCurrentContext() -> Bool? {
    isCurrent
  }

  // MARK: Descriptors; call only on the reactor thread

  /// Watches a descriptor, level-triggered, until `unwatch`. Call only on the reactor thread.
  ///
  /// `hangup` and `error` are told whatever `events` says, again and again until the handler acts.
  /// The descriptor stays its owner's: unwatch it before closing it.
  package func watch(
    fd: Int32, events: Readiness, handler: @escaping (Readiness) -> Void
  ) throws(ReactorError) -> Watch {
    loop.generation &+= 1
    let watch = Watch(descriptor: fd, generation: loop.generation)
    var code = control(EPOLL_CTL_ADD, watch, events)
    // A number closed without unwatch and opened again can still be known.
    if code == EEXIST { code = control(EPOLL_CTL_MOD, watch, events) }
    guard code == 0 else { throw ReactorError(operation: "epoll_ctl", errno: code) }
    loop.watches[fd] = (watch.generation, handler)
    return watch
  }

  /// Changes what a watch waits for. Call only on the reactor thread.
  package func modify(_ watch: Watch, events: Readiness) throws(ReactorError) {
    guard loop.watches[watch.descriptor]?.generation == watch.generation else { return }
    let code = control(EPOLL_CTL_MOD, watch, events)
    guard code == 0 else { throw ReactorError(operation: "epoll_ctl", errno: code) }
  }

  /// Ends a watch; its handler is not called again, even for readiness already reported by the
  /// kernel. Harmless when it has ended. Call only on the reactor thread.
  package func unwatch(_ watch: Watch) {
    guard loop.watches[watch.descriptor]?.generation == watch.generation else { return }
    loop.watches[watch.descriptor] = nil
    _ = control(EPOLL_CTL_DEL, watch, [])
  }

  // MARK: Timers; call only on the reactor thread

  /// Calls `handler` once, not before `deadline` on the clock of `now()` and about a millisecond
  /// after it at most when idle. Call only on the reactor thread.
  package func schedule(
    at deadlineNanoseconds: UInt64, _ handler: @escaping () -> Void
  ) -> TimerToken {
    TimerToken(id: loop.timers.insert(deadline: deadlineNanoseconds, handler))
  }

  /// Calls `handler` once, at `instant`. Call only on the reactor thread.
  package func schedule(
    at instant: ContinuousClock.Instant, _ handler: @escaping () -> Void
  ) -> TimerToken {
    schedule(at: Self.nanoseconds(at: instant), handler)
  }

  /// Calls `handler` once, after `delay`. Call only on the reactor thread.
  package func schedule(after delay: Duration, _ handler: @escaping () -> Void) -> TimerToken {
    schedule(at: Self.now() + Self.nanoseconds(delay), handler)
  }

  /// Forgets a timer; harmless when it has fired. Call only on the reactor thread.
  package func cancel(_ token: TimerToken) {
    loop.timers.remove(token.id)
  }

  // MARK: Work in flight; call only on the reactor thread

  /// Says that an answer is awaited soon, so that the thread polls before it sleeps. Balance with
  /// `workEnded`. Call only on the reactor thread.
  package func workStarted() {
    loop.workInFlight += 1
  }

  /// Ends what `workStarted` began. Call only on the reactor thread.
  package func workEnded() {
    loop.workInFlight = max(0, loop.workInFlight - 1)
  }

  // MARK: Clock

  /// Nanoseconds of the monotonic clock, the time base of `schedule(at:)`.
  package static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Nanoseconds of a duration; a negative one is zero, a huge one is cut to a century.
  package static func nanoseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let century: Int64 = 100 * 365 * 86_400
    return UInt64(min(seconds, century)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }

  /// An instant of Swift's clock on the clock of `now()`.
  package static func nanoseconds(at instant: ContinuousClock.Instant) -> UInt64 {
    now() + nanoseconds(ContinuousClock.now.duration(to: instant))
  }
}

// MARK: - The loop

extension Reactor {
  private static let wakeupTag = UInt64.max
  private static let batchMax: Int32 = 256

  private func run() {
    threadID.store(Self.currentThreadID(), ordering: .relaxed)
    let batch = UnsafeMutablePointer<epoll_event>.allocate(capacity: Int(Self.batchMax))
    defer { batch.deallocate() }
    var lastActive = Self.now()
    var gaps = IdleGaps(worthSpinning: spinNanoseconds)
    while true {
      var active = runJobs()
      active = fireTimers() || active
      let now = Self.now()
      if active {
        gaps.ended(after: now &- lastActive)
        lastActive = now
      }
      let spinning =
        loop.workInFlight > 0 && gaps.areShort && now &- lastActive < spinNanoseconds
      let timeout = active || spinning ? 0 : timeoutMilliseconds(now)
      switch prepareToWait(sleeping: timeout != 0) {
      case .end:
        end()
        return
      case .jobs:
        continue
      case .wait:
        let count = epoll_wait(epoll, batch, Self.batchMax, timeout)
        if timeout != 0 { lock.withLock { isAsleep = false } }
        if count > 0 {
          gaps.ended(after: Self.now() &- lastActive)
          for index in 0..<Int(count) { dispatch(batch[index]) }
          lastActive = Self.now()
        }
      }
    }
  }

  private enum NextStep {
    case end
    case jobs
    case wait
  }

  private func prepareToWait(sleeping: Bool) -> NextStep {
    lock.withLock {
      guard inbox.isEmpty else { return .jobs }
      if phase == .stopping { return .end }
      isAsleep = sleeping
      return .wait
    }
  }

  private func end() {
    // Handlers can hold the last reference to something whose deinit calls back here.
    let dropped = loop
    loop = Loop()
    _ = consume dropped
    let late = lock.withLock {
      phase = inbox.isEmpty ? .stopped : .draining
      return phase == .draining
    }
    threadID.store(0, ordering: .relaxed)
    if late { startDraining() }
  }

  private func startDraining() {
    let drain: @Sendable () -> Void = { [self] in
      threadID.store(Self.currentThreadID(), ordering: .relaxed)
      while true {
        _ = runJobs()
        let ended = lock.withLock {
          guard inbox.isEmpty else { return false }
          threadID.store(0, ordering: .relaxed)
          phase = .stopped
          return true
        }
        if ended { return }
      }
    }
    do {
      try SystemThread(name: name, drain).detach()
    } catch {
      // No thread to be had: the caller's is better than a task that hangs.
      drain()
    }
  }

  private func runJobs() -> Bool {
    let jobs = lock.withLock {
      let jobs = inbox
      inbox = []
      return jobs
    }
    for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    return !jobs.isEmpty
  }

  private func fireTimers() -> Bool {
    guard loop.timers.count > 0 else { return false }
    let now = Self.now()
    var fired = false
    while let handler = loop.timers.popDue(now) {
      handler()
      fired = true
    }
    return fired
  }

  /// For `epoll_wait`, rounded up so that no timer fires early; -1 without timers.
  private func timeoutMilliseconds(_ now: UInt64) -> Int32 {
    guard let deadline = loop.timers.earliest() else { return -1 }
    guard deadline > now else { return 0 }
    return Int32(min((deadline - now + 999_999) / 1_000_000, 60_000))
  }

  private func dispatch(_ event: epoll_event) {
    let tag = event.data.u64
    if tag == Self.wakeupTag {
      var value: UInt64 = 0
      _ = read(wakeup, &value, 8)
      return
    }
    let descriptor = Int32(truncatingIfNeeded: tag & 0xffff_ffff)
    guard let watch = loop.watches[descriptor],
      watch.generation == UInt32(truncatingIfNeeded: tag >> 32)
    else { return }
    var readiness: Readiness = []
    if event.events & (phx_epollin | phx_epollrdhup) != 0 { readiness.insert(.read) }
    if event.events & phx_epollout != 0 { readiness.insert(.write) }
    if event.events & phx_epollhup != 0 { readiness.insert(.hangup) }
    if event.events & phx_epollerr != 0 { readiness.insert(.error) }
    watch.handler(readiness)
  }

  private func control(_ operation: Int32, _ watch: Watch, _ events: Readiness) -> Int32 {
    var event = epoll_event()
    if events.contains(.read) { event.events |= phx_epollin | phx_epollrdhup }
    if events.contains(.write) { event.events |= phx_epollout }
    event.data.u64 =
      UInt64(watch.generation) << 32 | UInt64(UInt32(bitPattern: watch.descriptor))
    return epoll_ctl(epoll, operation, watch.descriptor, &event) == 0 ? 0 : errno
  }

  /// With the lock held: whether the caller has to ring.
  private func takeSleep() -> Bool {
    defer { isAsleep = false }
    return isAsleep
  }

  private func ring() {
    var one: UInt64 = 1
    _ = write(wakeup, &one, 8)
  }

  private static func currentThreadID() -> UInt {
    UInt(pthread_self())
  }
}
