import NIOCore

/// One event loop's share of a run: issues requests when they are due and weighs them when they
/// end. Everything here happens on that loop.
///
/// | phase | new requests | ends |
/// | --- | --- | --- |
/// | idle | none | with ``signUp(concurrency:)`` or ``begin(at:)`` |
/// | signing up | one sign-up for each user | when all have ended |
/// | running | by schedule or by client | at the end of the duration, or ``stop()`` |
/// | draining | none | when the last request has ended or is cut |
final class LoopDriver {
  private enum Phase { case idle, signingUp, running, draining, done }

  private let plan: LoopPlan
  private let scenario: Scenario
  private let operations: [Operation]
  private let signUpOperation: Int
  private let eventLoop: any EventLoop
  private let writer: RequestWriter
  private let operationChoice: WeightedChoice
  private let questionChoice: WeightedChoice
  private let users: [VirtualUser]
  private let timeout: UInt64

  private var phase = Phase.idle
  private var pool: ConnectionPool?
  private var random: RandomSource
  private var schedule: ArrivalSchedule?
  private var start: UInt64 = 0
  private var measureStart: UInt64 = 0
  private var end: UInt64 = 0
  private var nextArrival: UInt64 = 0
  private var nextUser = 0
  private var backoffs: [Int: Int] = [:]
  private var inFlight = 0
  private var tally: LoopTally
  private var interval = IntervalTally()
  private var signUpFault: String?

  init(_ plan: LoopPlan, eventLoop: any EventLoop) {
    self.plan = plan
    scenario = plan.scenario
    self.eventLoop = eventLoop
    operations = plan.operations
    signUpOperation = operations.count - 1
    writer = RequestWriter(operations: operations, scenario: scenario)
    operationChoice = WeightedChoice(weights: scenario.operations.map(\.weight))
    questionChoice = .zipf(count: scenario.questions.count, exponent: scenario.zipfExponent)
    random = RandomSource(seed: scenario.seed &+ UInt64(plan.loop) &* 0x9e37_79b9)
    timeout = scenario.timeout.nanoseconds
    tally = LoopTally(operations: operations.count)
    let own = stride(from: plan.loop, to: plan.scenario.users, by: plan.loops)
    users = own.enumerated().map { lane, number in
      VirtualUser(number: number, run: plan.runID, lane: plan.scenario.sourceAddresses ? lane : 0)
    }
    var sources: [SocketAddress?] = [nil]
    if scenario.sourceAddresses, !users.isEmpty {
      sources = users.map {
        try? SocketAddress(ipAddress: VirtualUser.sourceAddress($0.number), port: 0)
      }
    }
    pool = ConnectionPool(
      eventLoop: eventLoop, target: plan.target,
      bound: max(1, scenario.connections / plan.loops), waitingMax: plan.waitingMax,
      sources: sources
    ) { [weak self] in self?.finished($0) }
    scheduleSweep()
  }

  // MARK: Phases

  /// Signs this loop's users up, so many at a time.
  func signUp(concurrency: Int) {
    guard !users.isEmpty else { return }
    phase = .signingUp
    for _ in 0..<min(concurrency, users.count) { signUpNext() }
  }

  private func signUpNext() {
    guard phase == .signingUp, signUpFault == nil, nextUser < users.count else { return }
    let user = users[nextUser]
    nextUser += 1
    issue(signUpOperation, user: user, client: nil, intended: Self.now(), now: Self.now())
  }

  /// Starts the load at an instant of the monotonic clock, warm-up first.
  func begin(at start: UInt64) {
    phase = .running
    interval = IntervalTally()
    self.start = start
    measureStart = start + scenario.warmup.nanoseconds
    end = measureStart + scenario.duration.nanoseconds
    switch scenario.arrival {
    case .open(let rate, let process):
      var schedule = ArrivalSchedule(
        rate: rate, process: process, loop: plan.loop, of: plan.loops,
        seed: scenario.seed ^ (UInt64(plan.loop) << 32))
      nextArrival = start + schedule.next()
      self.schedule = schedule
      arm(at: nextArrival)
    case .closed(let clients):
      let own = Array(stride(from: plan.loop, to: clients, by: plan.loops))
      eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(start)) {
        for client in own { self.issueForClient(client) }
      }
    }
    eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(end)) {
      self.drain()
    }
  }

  /// Issues nothing more and shortens the measured time to what has passed.
  func stop() {
    if phase == .running { end = min(end, Self.now()) }
    phase = phase == .done ? .done : .draining
  }

  /// Ends what is still under way.
  func cut() {
    drain()
    pool?.cutAll(now: Self.now())
  }

  private func drain() {
    if phase == .running { phase = .draining }
  }

  /// Closes the connections; nothing may be asked afterwards.
  func close() {
    phase = .done
    pool?.cutAll(now: Self.now())
    pool?.closeIdle()
    pool = nil
  }

  // MARK: Arrivals

  private func arm(at instant: UInt64) {
    // Throws only on a loop that was shut down, where nothing can be due any more.
    _ = try? eventLoop.assumeIsolated().scheduleCallback(
      at: .uptimeNanoseconds(instant), handler: ArrivalAlarm(driver: self))
  }

  /// Issues everything that is due, however late it is: lateness shows in the latency.
  fileprivate func arrivalsAreDue() {
    guard phase == .running || phase == .draining else { return }
    var now = Self.now()
    if nextArrival >= measureStart, nextArrival < end { tally.loopLag.record(now - nextArrival) }
    while nextArrival <= now, nextArrival < end {
      if nextArrival >= measureStart { tally.planned += 1 }
      issueAny(client: nil, intended: nextArrival, now: now)
      nextArrival = start + (schedule?.next() ?? .max - start)
      if nextArrival <= now { now = Self.now() }
    }
    if nextArrival < end { arm(at: nextArrival) }
  }

  private func issueForClient(_ client: Int) {
    let now = Self.now()
    guard phase == .running, now < end else { return }
    if now >= measureStart { tally.planned += 1 }
    issueAny(client: client, intended: now, now: now)
  }

  private func issueAny(client: Int?, intended: UInt64, now: UInt64) {
    let operation = operationChoice.draw(&random)
    var user: VirtualUser?
    if operations[operation].needsUser {
      user = users[client.map { $0 / plan.loops % users.count } ?? random.below(users.count)]
    }
    issue(operation, user: user, client: client, intended: intended, now: now)
  }

  private func issue(
    _ operation: Int, user: VirtualUser?, client: Int?, intended: UInt64, now: UInt64
  ) {
    let question = operations[operation].asksQuestion ? questionChoice.draw(&random) : 0
    let exchange = Exchange(
      operation: operation, user: user, lane: user?.lane ?? 0, client: client,
      request: writer.request(operation, user: user, question: question), intended: intended,
      deadline: intended + timeout)
    inFlight += 1
    interval.sent += 1
    pool?.send(exchange, now: now)
  }

  // MARK: Endings

  private func finished(_ exchange: Exchange) {
    inFlight -= 1
    if let user = exchange.user, let cookies = exchange.head?.setCookies {
      for cookie in cookies { user.jar.set(cookie) }
    }
    let operation = operations[exchange.operation]
    let isMeasured =
      exchange.operation != signUpOperation && exchange.intended >= measureStart
      && measureStart > 0
    tally.operations[exchange.operation].record(exchange, of: operation, isMeasured: isMeasured)
    let failure = exchange.failure ?? operation.failure(of: exchange)
    interval.finished += 1
    if failure != nil { interval.failed += 1 }
    if exchange.head != nil { interval.answered += 1 }
    if exchange.failure == nil {
      interval.latency.record(exchange.finished - exchange.intended)
    }
    if isMeasured, exchange.sent > 0 {
      tally.scheduleDelay.record(exchange.sent - exchange.intended)
      if exchange.sent <= end { tally.sentInTime += 1 }
    }
    if exchange.operation == signUpOperation {
      if let failure, signUpFault == nil {
        let what = exchange.head.map { "status \($0.status), not 201" } ?? failure.rawValue
        signUpFault = "sign-up: \(what)"
      }
      signUpNext()
    } else if let client = exchange.client {
      followUp(client, failed: exchange.failure != nil)
    }
  }

  /// The closed loop's next request: at once, or after a pause that doubles where the transport
  /// keeps failing, so that a dead target is not hammered.
  private func followUp(_ client: Int, failed: Bool) {
    guard failed else {
      if !backoffs.isEmpty { backoffs[client] = nil }
      return issueForClient(client)
    }
    let count = min((backoffs[client] ?? 0) + 1, 7)
    backoffs[client] = count
    eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5 << Int64(count))) {
      self.issueForClient(client)
    }
  }

  private func scheduleSweep() {
    eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { [weak self] in
      guard let self, phase != .done else { return }
      pool?.sweep(now: Self.now())
      scheduleSweep()
    }
  }

  // MARK: Asked by the run

  var status: LoopStatus {
    LoopStatus(
      inFlight: inFlight,
      isDone: inFlight == 0
        && (phase == .idle || phase == .draining || phase == .done
          || (phase == .signingUp && (nextUser == users.count || signUpFault != nil))),
      signedUp: min(nextUser, users.count), signUpFault: signUpFault)
  }

  func takeInterval() -> IntervalTally {
    defer { interval = IntervalTally() }
    return interval
  }

  var result: LoopTally {
    var result = tally
    if let pool { result.connections = pool.counts }
    return result
  }

  private static func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }
}

/// Calls the driver when the next arrival is due.
private struct ArrivalAlarm: NIOScheduledCallbackHandler {
  let driver: LoopDriver

  func handleScheduledCallback(eventLoop: some EventLoop) { driver.arrivalsAreDue() }
}

/// What one loop is asked to do.
struct LoopPlan: Sendable {
  let scenario: Scenario
  /// The scenario's operations and, last, the sign-up.
  let operations: [Operation]
  let target: SocketAddress
  let loop: Int
  let loops: Int
  let runID: String
  let waitingMax: Int
}

/// How one loop is doing.
struct LoopStatus: Sendable {
  let inFlight: Int
  let isDone: Bool
  let signedUp: Int
  let signUpFault: String?
}

extension RandomSource {
  /// Evenly drawn from 0 up to but not including `bound`, which is above 0.
  mutating func below(_ bound: Int) -> Int { Int(unit() * Double(bound)) }
}
