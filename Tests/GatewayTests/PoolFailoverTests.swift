import Gateway
import Testing
import Upstream

/// What a worker's failure does, each done for real.
@Suite struct PoolFailoverTests {
  enum Fault: CaseIterable {
    case breaks, says502, says503, isGone

    func strike(_ worker: PoolStubWorker) {
      switch self {
      case .breaks: worker.set(.breaks)
      case .says502: worker.set(.status(502))
      case .says503: worker.set(.status(503))
      case .isGone: worker.kill()
      }
    }

    var outcome: WorkerPoolEvent.Outcome { self == .says503 ? .rejected : .error }
  }

  @Test(arguments: Fault.allCases)
  func anotherWorkerAnswersBeforeTheFirstByte(fault: Fault) async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker()])
    let (owner, other) = try await bench.owner()
    fault.strike(owner)
    let reply = try await bench.send()
    #expect(reply.status == 200 && reply.worker == other.url)
    #expect(bench.retried == [owner.url])
    #expect(bench.outcomes == [.ok, fault.outcome, .ok])
  }

  @Test(arguments: Fault.allCases)
  func aStreamFailsOverBeforeTheFirstByte(fault: Fault) async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker()])
    let (owner, other) = try await bench.owner()
    other.set(.streams)
    fault.strike(owner)
    let stream = try await bench.stream()
    #expect(stream.worker == other.url)
    var count = 0
    while let bytes = try await stream.next() { count += bytes.count }
    #expect(count == 18)
    #expect(bench.retried == [owner.url])
  }

  @Test func nothingIsTriedAgainAfterTheFirstByte() async throws {
    let bench = try PoolBench([try PoolStubWorker(.cuts), try PoolStubWorker(.cuts)])
    #expect(await bench.code() == .cut)
    let stream = try await bench.stream()
    let error = await #expect(throws: WorkerPoolError.self) {
      while try await stream.next() != nil {}
    }
    #expect(error?.code == .cut)
    #expect(bench.retried == [])
    #expect(bench.outcomes == [.error, .error])
    #expect(bench.workers.reduce(0) { $0 + $1.requests.count } == 2)
  }

  @Test func aRefusalEverywhereIsTheAnswer() async throws {
    let bench = try PoolBench([try PoolStubWorker(.status(503)), try PoolStubWorker(.status(503))])
    #expect(try await bench.send().status == 503)
    #expect(bench.retried.count == 1)
    #expect(bench.outcomes == [.rejected, .rejected])
  }

  @Test func anErrorOfTheRequestIsNotTriedAgain() async throws {
    let bench = try PoolBench([try PoolStubWorker(.status(422)), try PoolStubWorker(.status(422))])
    #expect(try await bench.send().status == 422)
    #expect(bench.retried == [])
    #expect(bench.outcomes == [.error])
  }

  @Test func withoutBudgetNothingIsTriedAgain() async throws {
    let bench = try PoolBench(
      [try PoolStubWorker(.breaks), try PoolStubWorker(.breaks)],
      settings: WorkerPoolSettings(retryShare: 0, retryFloorPerSecond: 0))
    #expect(await bench.code() == .unavailable)
    #expect(bench.retried == [])
  }

  @Test func theOnlyWorkerIsTriedAgainAfterABrokenConnection() async throws {
    let bench = try PoolBench([try PoolStubWorker(.breaks)])
    #expect(await bench.code() == .unavailable)
    #expect(bench.workers[0].requests.count == 2)
  }

  @Test func aWorkerKilledUnderLoadIsSeenByNobody() async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker()])
    let errors = try await withThrowingTaskGroup(of: [WorkerPoolError].self) { group in
      group.addTask {
        try await poolEventually { bench.workers.reduce(0) { $0 + $1.requests.count } >= 500 }
        bench.workers[0].kill()
        return []
      }
      for client in 0..<8 {
        group.addTask {
          var errors: [WorkerPoolError] = []
          for number in 0..<250 {
            do throws(WorkerPoolError) {
              let reply = try await bench.send(key: PoolBench.key(client * 1000 + number))
              #expect(reply.status == 200)
            } catch {
              errors.append(error)
            }
          }
          return errors
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(errors == [])
    #expect(bench.workers.allSatisfy { $0.requests.count > 100 })
    #expect(!bench.retried.isEmpty)
    #expect(bench.pool.status.workers.map(\.inFlight) == [0, 0])
  }

  @Test func withoutAnyWorkerItFailsAtOnce() async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker()])
    for worker in bench.workers { worker.kill() }
    // The first one finds out.
    #expect(await bench.code() == .unavailable)
    let start = ContinuousClock.now
    for _ in 0..<50 { #expect(await bench.code() == .noWorker) }
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(bench.outcomes.suffix(50).allSatisfy { $0 == .rejected })
    #expect(bench.pool.status.available == 0 && bench.pool.status.total == 2)
  }

  @Test func theBreakerOpensAfterFailuresInARowAndClosesAgain() async throws {
    let worker = try PoolStubWorker(.status(502))
    let bench = try PoolBench(
      [worker],
      settings: WorkerPoolSettings(
        triesMax: 1, breakerFailures: 3, breakerPause: .milliseconds(30)))
    for _ in 0..<3 { #expect(try await bench.send().status == 502) }
    #expect(await bench.code() == .noWorker)
    #expect(worker.requests.count == 3)
    worker.set(.answers)
    try await poolEventually { await bench.code() == nil }
    let states = bench.events.compactMap {
      if case .circuitChanged(_, let from, let to) = $0 { "\(from) \(to)" } else { nil }
    }
    #expect(states == ["closed open", "open halfOpen", "halfOpen closed"])
  }
}
