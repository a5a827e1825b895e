import Gateway
import Reactor
import Synchronization
import Upstream

/// A pool over stub workers, and the events it told. Ends its workers with itself.
final class PoolBench: Sendable {
  let pool: WorkerPool
  let workers: [PoolStubWorker]
  private let reactor: Reactor
  private let log = PoolEventLog()

  init(
    _ workers: [PoolStubWorker], token: String? = nil,
    settings: WorkerPoolSettings = WorkerPoolSettings()
  ) throws {
    let reactor = try Reactor(name: "pool-test")
    self.reactor = reactor
    self.workers = workers
    pool = WorkerPool(
      workers: workers.map(\.url), token: token, client: UpstreamClient(reactor: reactor),
      settings: settings
    ) { [log] in log.append($0) }
  }

  deinit {
    for worker in workers { worker.kill() }
    reactor.shutdown()
  }

  var events: [WorkerPoolEvent] { log.events }

  var outcomes: [WorkerPoolEvent.Outcome] {
    events.compactMap { if case .attemptFinished(_, let outcome, _) = $0 { outcome } else { nil } }
  }

  var retried: [String] {
    events.compactMap { if case .retried(let worker) = $0 { worker } else { nil } }
  }

  func send(
    key: [UInt8] = PoolBench.key(0), within deadline: Duration = .seconds(5)
  ) async throws(WorkerPoolError) -> WorkerReply {
    try await pool.send(key: key, body: Array("{}".utf8), deadline: deadline, headers: [])
  }

  func stream() async throws(WorkerPoolError) -> WorkerStream {
    try await pool.stream(
      key: Self.key(0), body: Array("{}".utf8), deadline: .seconds(5), headers: [])
  }

  func code(within deadline: Duration = .seconds(5)) async -> WorkerPoolError.Code? {
    do throws(WorkerPoolError) {
      _ = try await send(within: deadline)
      return nil
    } catch {
      return error.code
    }
  }

  /// The worker that owns `key` while all is well, and the other one of two.
  func owner(of key: [UInt8] = PoolBench.key(0)) async throws -> (PoolStubWorker, PoolStubWorker) {
    let name = try await send(key: key).worker
    return workers[0].url == name ? (workers[0], workers[1]) : (workers[1], workers[0])
  }

  static func key(_ number: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: 28)
      + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// Runs `body` beside the probes.
  func whileProbing(_ body: () async throws -> Void) async throws {
    let probes = Task { await pool.run() }
    defer { probes.cancel() }
    try await body()
  }
}

private final class PoolEventLog: Sendable {
  private let list = Mutex<[WorkerPoolEvent]>([])
  var events: [WorkerPoolEvent] { list.withLock { $0 } }
  func append(_ event: WorkerPoolEvent) { list.withLock { $0.append(event) } }
}

struct PoolConditionTimedOut: Error {}

/// Waits until `condition` holds, for at most five seconds.
func poolEventually(_ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(5)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw PoolConditionTimedOut() }
    try await Task.sleep(for: .milliseconds(1))
  }
}
