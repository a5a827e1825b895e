import Gateway
import Testing
import Upstream

@Suite struct PoolProbeTests {
  private static let quick = WorkerPoolSettings(
    probeInterval: .milliseconds(20), probeTimeout: .seconds(3))

  private func changes(_ bench: PoolBench) -> [Bool] {
    bench.events.compactMap { if case .workerChanged(_, let up) = $0 { up } else { nil } }
  }

  @Test func aWorkerIsAvailableOnceAProbeFoundIt() async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker()], settings: Self.quick)
    #expect(bench.pool.status.available == 0)
    // Requests need not wait for the probes.
    #expect(try await bench.send().status == 200)
    try await bench.whileProbing {
      try await poolEventually { bench.pool.status.available == 2 }
    }
    #expect(changes(bench) == [true, true])
  }

  @Test func twoFailedProbesMarkAWorkerDownAndOneGoodOneUp() async throws {
    let worker = try PoolStubWorker()
    let bench = try PoolBench([worker], settings: Self.quick)
    try await bench.whileProbing {
      try await poolEventually { bench.pool.status.available == 1 }
      let before = worker.probes
      worker.setHealth(500, "{}")
      try await poolEventually { bench.pool.status.available == 0 }
      #expect(worker.probes - before >= 2)
      #expect(await bench.code() == .noWorker)
      worker.setHealth(200, #"{"status":"ok","cache_hit_rate":0.5}"#)
      try await poolEventually { bench.pool.status.available == 1 }
      #expect(try await bench.send().status == 200)
    }
    #expect(changes(bench) == [true, false, true])
  }

  @Test func aDrainingWorkerIsNotAsked() async throws {
    let bench = try PoolBench([try PoolStubWorker()], settings: Self.quick)
    bench.workers[0].setHealth(200, #"{"status":"draining","cache_hit_rate":0}"#)
    try await bench.whileProbing {
      try await poolEventually { changes(bench) == [false] }
    }
    #expect(await bench.code() == .noWorker)
  }

  @Test func aRefusedConnectionMarksAWorkerDownAtOnce() async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker()])
    let (owner, _) = try await bench.owner()
    owner.kill()
    // The reused connection tells of its end, or the next connect does.
    try await poolEventually {
      _ = try await bench.send()
      return changes(bench) == [false]
    }
  }

  @Test func aProbeThatIsNotHealthIsAFailedOne() async throws {
    let bench = try PoolBench([try PoolStubWorker()], settings: Self.quick)
    bench.workers[0].setHealth(200, "not json")
    try await bench.whileProbing {
      try await poolEventually { changes(bench) == [false] }
    }
  }
}
