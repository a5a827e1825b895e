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
  private let entrance: Int
  private let eventLoop: any EventLoop
  private let writer: RequestWriter
  /// Operations, then journeys.
  private let choice: WeightedChoice
  private let questionChoice: WeightedChoice
  private let users: [VirtualUser]
  private let timeout: UInt64
  private let lagMax: UInt64
  /// What is done instead where the user lacks what an operation works on.
  private let prerequisites: [Int?]

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
  private var number = 0
  private var asked = 0
  private var nextSweep: UInt64 = 0
  private var tally: LoopTally
  private var interval = IntervalTally()
  private var signUpFault: String?

  init(_ plan: LoopPlan, eventLoop: any EventLoop) {
    self.plan = plan
    scenario = plan.scenario
    self.eventLoop = eventLoop
    operations = plan.operations
    entrance = operations.count - 1
    writer = RequestWriter(operations: operations, scenario: scenario)
    choice = WeightedChoice(
      weights: scenario.operations.map(\.weight) + scenario.journeys.map(\.weight))
    prerequisites = operations.map { operation in
      operation.prerequisite.flatMap { name in plan.operations.firstIndex { $0.name == name } }
    }
    lagMax = scenario.generatorLagMax.nanoseconds
    questionChoice = .zipf(count: scenario.questions.count, exponent: scenario.zipfExponent)
    random = RandomSource(seed: scenario.seed &+ UInt64(plan.loop) &* 0x9e37_79b9)
    timeout = scenario.timeout.nanoseconds
    tally = LoopTally(operations: operations.count)
    let own = stride(from: plan.loop, to: plan.scenario.users, by: plan.loops)
    users = own.enumerated().map { lane, number in
      VirtualUser(
        number: number, run: plan.runID, lane: plan.scenario.sourceAddresses ? lane : 0,
        credentials: plan.scenario.credentials.isEmpty ? nil : plan.scenario.credentials[number])
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

  /// Signs this loop's users up, or those of a file in, so many at a time.
  func signUp(concurrency: Int) {
    guard !users.isEmpty else { return }
    phase = .signingUp
    for _ in 0..<min(concurrency, users.count) { signUpNext() }
  }

  private func signUpNext() {
    guard phase == .signingUp, signUpFault == nil, nextUser < users.count else { return }
    let user = users[nextUser]
    nextUser += 1
    issue(entrance, user: user, client: nil, intended: Self.now(), now: Self.now())
  }

  /// Starts the load at an instant of the monotonic clock, warm-up first.
  func begin(at start: UInt64) {
    phase = .running
    interval = IntervalTally()
    self.start = start
    measureStart = start + scenario.warmup.nanoseconds
    end = measureStart + scenario.duration.nanoseconds
    if let (profile, process) = scenario.openProfile {
      schedule = ArrivalSchedule(
        profile: scenario.warmed(profile), process: process, loop: plan.loop, of: plan.loops,
        seed: scenario.seed ^ (UInt64(plan.loop) << 32))
      planNext()
      if nextArrival < end { arm(at: nextArrival) }
    } else if case .closed(let clients) = scenario.arrival {
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
      planNext()
      if nextArrival <= now { now = Self.now() }
    }
    if nextArrival < end { arm(at: nextArrival) }
  }

  private func nextQuestion() -> Int {
    guard scenario.asksInTurn else { return questionChoice.draw(&random) }
    // Every loop has questions of its own.
    asked += 1
    return (plan.loop + (asked - 1) * plan.loops) % scenario.questions.count
  }

  private func planNext() {
    nextArrival = schedule?.next().map { start + $0 } ?? .max
  }

  private func issueForClient(_ client: Int) {
    let now = Self.now()
    guard phase == .running, now < end else { return }
    if now >= measureStart { tally.planned += 1 }
    issueAny(client: client, intended: now, now: now)
  }

  private func issueAny(client: Int?, intended: UInt64, now: UInt64) {
    let drawn = choice.draw(&random)
    let journey = drawn - scenario.operations.count
    let walk = journey >= 0 ? JourneyWalk(journey: journey, step: 0) : nil
    let operation = walk.map { scenario.journeys[$0.journey].steps[0] } ?? drawn
    var user: VirtualUser?
    if walk != nil || operations[operation].needsUser, !users.isEmpty {
      user = users[client.map { $0 / plan.loops % users.count } ?? random.below(users.count)]
    }
    issue(operation, user: user, client: client, walk: walk, intended: intended, now: now)
  }

  private func issue(
    _ wanted: Int, user: VirtualUser?, client: Int?, walk: JourneyWalk? = nil, intended: UInt64,
    now: UInt64
  ) {
    var operation = wanted
    if let user, let first = prerequisites[wanted], !user.isReady(for: operations[wanted]) {
      operation = first
    }
    let question = operations[operation].asksQuestion ? nextQuestion() : 0
    number += 1
    let exchange = Exchange(
      operation: operation, user: user, lane: user?.lane ?? anyLane, client: client,
      request: writer.request(operation, user: user, question: question, number: number),
      intended: intended, deadline: intended + timeout,
      leavesAfter: operations[operation].leavesAfter?.nanoseconds ?? 0,
      keepsBody: operations[operation].needsUser || operation == entrance)
    exchange.journey = walk
    inFlight += 1
    interval.sent += 1
    pool?.send(exchange, now: now)
  }

  /// Where a request without a session comes from: some family's address, which is not signed in.
  private var anyLane: Int {
    scenario.sourceAddresses && !users.isEmpty ? users[random.below(users.count)].lane : 0
  }

  // MARK: Endings

  private func finished(_ exchange: Exchange) {
    inFlight -= 1
    let operation = operations[exchange.operation]
    exchange.user?.learn(from: exchange, of: operation)
    let isMeasured =
      exchange.operation != entrance && exchange.intended >= measureStart
      && measureStart > 0
    let failure = tally.operations[exchange.operation].record(
      exchange, of: operation, isMeasured: isMeasured)
    interval.finished += 1
    if failure != nil { interval.failed += 1 }
    if exchange.head != nil { interval.answered += 1 }
    if exchange.failure == nil {
      interval.latency.record(exchange.finished - exchange.intended)
    }
    if exchange.sent > 0, operation.route != nil {
      interval.served[exchange.operation, default: ServedSketch()].record(exchange.served)
    }
    if exchange.operation != entrance { tally.recordOutside(exchange) }
    if isMeasured, exchange.sent > 0 {
      tally.scheduleDelay.record(exchange.sent - exchange.intended)
      if exchange.sent <= end + lagMax { tally.sentInTime += 1 }
    }
    if exchange.operation == entrance {
      if let failure, signUpFault == nil {
        let wanted = operation.expectedStatus.map { ", not \($0)" } ?? ""
        let what = exchange.head.map { "status \($0.status)\(wanted)" } ?? failure.explanation
        signUpFault = "\(operation.kind == .signUp ? "sign-up" : "log-in"): \(what)"
      }
      signUpNext()
    } else if let walk = exchange.journey, walks(on: walk, exchange) {
      return
    } else if let client = exchange.client {
      followUp(client, failed: exchange.failure != nil)
    }
  }

  /// Takes the journey's next step after a pause; false where it was the last.
  private func walks(on walk: JourneyWalk, _ exchange: Exchange) -> Bool {
    let journey = scenario.journeys[walk.journey]
    let next = walk.step + 1
    guard next < journey.steps.count, phase == .running else { return false }
    let due = exchange.finished + pause(journey.think)
    // What would come after the end is not done; a client goes on with something else, or ends.
    guard due < end else { return false }
    after(due) { [self] in
      guard phase == .running else { return }
      if due >= measureStart { tally.planned += 1 }
      issue(
        journey.steps[next], user: exchange.user, client: exchange.client,
        walk: JourneyWalk(journey: walk.journey, step: next), intended: due, now: Self.now())
    }
    return true
  }

  private func pause(_ range: ClosedRange<Duration>) -> UInt64 {
    let least = range.lowerBound.nanoseconds
    let width = range.upperBound.nanoseconds - least
    return width > 0 ? least + UInt64(random.unit() * Double(width)) : least
  }

  private func after(_ due: UInt64, _ act: @escaping () -> Void) {
    eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(due)) { act() }
  }

  /// The closed loop's next request: at once, or after a pause that doubles where the transport
  /// keeps failing, so that a dead target is not hammered.
  private func followUp(_ client: Int, failed: Bool) {
    guard failed else {
      if !backoffs.isEmpty { backoffs[client] = nil }
      let pause = pause(scenario.think)
      guard pause > 0 else { return issueForClient(client) }
      return after(Self.now() + pause) { [self] in issueForClient(client) }
    }
    let count = min((backoffs[client] ?? 0) + 1, 7)
    backoffs[client] = count
    eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5 << Int64(count))) {
      self.issueForClient(client)
    }
  }

  /// Every 50 ms: ends what is too late, and takes the loop's own pulse, in a closed loop too.
  private func scheduleSweep() {
    nextSweep = Self.now() + 50_000_000
    eventLoop.assumeIsolated().scheduleTask(
      deadline: .uptimeNanoseconds(nextSweep)
    ) { [weak self] in
      guard let self, phase != .done else { return }
      let now = Self.now()
      if phase == .running, nextSweep >= measureStart { tally.loopLag.record(now - nextSweep) }
      pool?.sweep(now: now)
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
  /// The scenario's operations and, last, what brings the users in.
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

extension Scenario {
  /// The profile with the warm-up before it, at the rate that it begins with.
  func warmed(_ profile: RateProfile) -> RateProfile {
    let seconds = warmup.inSeconds
    guard seconds > 0, let first = profile.stages.first, first.seconds.isFinite else {
      return profile
    }
    let rate = first.from > 0 ? first.from : first.to
    return RateProfile(
      stages: [.init(from: rate, to: rate, seconds: seconds)] + profile.stages)
  }
}

extension RandomSource {
  /// Evenly drawn from 0 up to but not including `bound`, which is above 0.
  mutating func below(_ bound: Int) -> Int { Int(unit() * Double(bound)) }
}
