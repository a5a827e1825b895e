import Resilience

/// Decides which worker is asked, from what requests and probes have found. A pure value: events
/// go in with their instant, decisions and happenings come out.
///
/// | worker | by | is asked |
/// | --- | --- | --- |
/// | unknown | the start | yes |
/// | up | one good probe | yes, while its breaker admits |
/// | down | `probeFailuresMax` failed probes in a row, a refused connection, draining | no |
struct WorkerPoolStateMachine: Sendable {
  enum ProbeResult: Sendable {
    case healthy
    case failed
    /// Nobody listens, or it says that it is about to end.
    case gone
  }

  /// What the end of an attempt says about its worker.
  enum Verdict: Sendable {
    case good
    case bad
    case gone
    /// Nothing: the client left, or the request itself was at fault.
    case none
  }

  private enum Health: Sendable {
    case unknown
    case up
    case down
  }

  private struct Worker: Sendable {
    let name: String
    var health = Health.unknown
    var probeFailures = 0
    var inFlight = 0
    /// Requests in hand beside the first of their key: they wait for the answer of that one.
    var followers = 0
    var breaker: CircuitBreaker
  }

  private struct Company: Sendable {
    var worker: Int
    var count: Int
  }

  private let settings: WorkerPoolSettings
  private var workers: [Worker]
  /// Where the requests in hand with a key are, and how many.
  private var companies: [[UInt8]: Company] = [:]
  private var budget: RetryBudget
  private var isShutDown = false
  private var happenings: [WorkerPoolEvent] = []

  init(names: [String], settings: WorkerPoolSettings) {
    self.settings = settings
    workers = names.map {
      Worker(
        name: $0,
        breaker: CircuitBreaker(failures: settings.breakerFailures, openFor: settings.breakerPause))
    }
    budget = RetryBudget(
      share: settings.retryShare, floorPerSecond: settings.retryFloorPerSecond)
  }

  /// What has happened since the last call.
  mutating func takeHappenings() -> [WorkerPoolEvent] {
    defer { happenings.removeAll(keepingCapacity: true) }
    return happenings
  }

  var status: WorkerPoolStatus {
    WorkerPoolStatus(
      workers: workers.map {
        WorkerPoolStatus.Worker(
          name: $0.name, isUp: $0.health == .up, inFlight: $0.inFlight, circuit: $0.breaker.state)
      })
  }

  // MARK: Requests

  /// The worker for the first try, which then has one more request in hand.
  mutating func choose(key: [UInt8], at now: UInt64) -> Int? {
    budget.requested(at: now)
    if let index = pick(key: key, failed: [], at: now) { return index }
    // Somebody has to answer for the request in the counts: the owner, if all were well.
    let names = workers.map { RendezvousHashing.Candidate(name: $0.name, load: 0) }
    if let owner = RendezvousHashing.order(key: key, candidates: names).first {
      happenings.append(
        .attemptFinished(worker: workers[owner].name, outcome: .rejected, duration: .zero))
    }
    return nil
  }

  /// The worker for another try after `failed`, within the budget: another one, or the last one
  /// again where it is the only one and not down.
  mutating func chooseAgain(key: [UInt8], failed: [Int], at now: UInt64) -> Int? {
    guard failed.count < settings.triesMax, let last = failed.last else { return nil }
    let others = workers.indices.filter { !failed.contains($0) && workers[$0].health != .down }
    guard !others.isEmpty || workers[last].health != .down, budget.takeRetry(at: now) else {
      return nil
    }
    var index = pick(key: key, failed: failed, at: now)
    if index == nil { index = pick(key: key, failed: [], at: now) }
    if index != nil { happenings.append(.retried(worker: workers[last].name)) }
    return index
  }

  /// An attempt ended.
  mutating func finished(
    _ index: Int, key: [UInt8], outcome: WorkerPoolEvent.Outcome, verdict: Verdict,
    duration: Duration,
    at now: UInt64
  ) {
    changeInFlight(index, by: -1)
    leave(index, key: key)
    happenings.append(
      .attemptFinished(worker: workers[index].name, outcome: outcome, duration: duration))
    changeBreaker(index) { breaker in
      switch verdict {
      case .good: breaker.succeeded()
      case .bad, .gone: breaker.failed(at: now)
      case .none: breaker.abandoned()
      }
    }
    if verdict == .gone { setHealth(index, .down) }
  }

  // MARK: Probes

  mutating func probed(_ index: Int, _ result: ProbeResult) {
    switch result {
    case .healthy:
      workers[index].probeFailures = 0
      // A worker that came back is not made to wait for its breaker.
      if workers[index].health == .down { changeBreaker(index) { $0.succeeded() } }
      setHealth(index, .up)
    case .failed:
      workers[index].probeFailures += 1
      if workers[index].probeFailures >= settings.probeFailuresMax { setHealth(index, .down) }
    case .gone:
      setHealth(index, .down)
    }
  }

  mutating func shutDown() {
    isShutDown = true
  }

  // MARK: Steps

  private mutating func pick(key: [UInt8], failed: [Int], at now: UInt64) -> Int? {
    guard !isShutDown else { return nil }
    // Equal questions meet in one worker, whatever it carries: there they cost one answer.
    if let company = companies[key], company.count < settings.companyMax,
      workers[company.worker].health != .down, !failed.contains(company.worker),
      admit(company.worker, key: key, at: now)
    {
      return company.worker
    }
    let eligible = workers.indices.filter {
      workers[$0].health != .down && !failed.contains($0)
    }
    let candidates = eligible.map {
      RendezvousHashing.Candidate(
        name: workers[$0].name,
        load: max(0, workers[$0].inFlight - workers[$0].followers - settings.loadSlack))
    }
    for position in RendezvousHashing.order(key: key, candidates: candidates) {
      let index = eligible[position]
      if admit(index, key: key, at: now) { return index }
    }
    return nil
  }

  private mutating func admit(_ index: Int, key: [UInt8], at now: UInt64) -> Bool {
    var admits = false
    changeBreaker(index) { admits = $0.admits(at: now) }
    guard admits else { return false }
    changeInFlight(index, by: 1)
    if let company = companies[key] {
      // One more than a company takes weighs like any other request.
      if company.worker == index, company.count < settings.companyMax {
        companies[key]?.count += 1
        workers[index].followers += 1
      }
    } else {
      companies[key] = Company(worker: index, count: 1)
    }
    return true
  }

  /// A request with this key is in this worker's hands no more.
  private mutating func leave(_ index: Int, key: [UInt8]) {
    guard let company = companies[key], company.worker == index else { return }
    if company.count == 1 {
      companies[key] = nil
    } else {
      companies[key]?.count -= 1
      workers[index].followers -= 1
    }
  }

  private mutating func changeInFlight(_ index: Int, by difference: Int) {
    workers[index].inFlight += difference
    happenings.append(
      .inFlightChanged(worker: workers[index].name, count: workers[index].inFlight))
  }

  private mutating func changeBreaker(_ index: Int, _ change: (inout CircuitBreaker) -> Void) {
    let before = workers[index].breaker.state
    change(&workers[index].breaker)
    let after = workers[index].breaker.state
    if before != after {
      happenings.append(
        .circuitChanged(worker: workers[index].name, from: before, to: after))
    }
  }

  private mutating func setHealth(_ index: Int, _ health: Health) {
    guard workers[index].health != health else { return }
    workers[index].health = health
    if health == .down { workers[index].probeFailures = settings.probeFailuresMax }
    happenings.append(.workerChanged(worker: workers[index].name, up: health == .up))
  }
}
