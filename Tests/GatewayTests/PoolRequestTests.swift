import Gateway
import Testing
import Upstream

@Suite struct PoolRequestTests {
  @Test func aRequestBearsTokenHeadersAndBody() async throws {
    let bench = try PoolBench([try PoolStubWorker()], token: "s3cret")
    let reply = try await bench.pool.send(
      key: PoolBench.key(1), body: Array(#"{"message":"é"}"#.utf8), deadline: .seconds(5),
      headers: [("x-request-id", "r1"), ("traceparent", "00-a-b-01")])
    #expect(reply.status == 200 && reply.worker == bench.workers[0].url)
    let request = try #require(bench.workers[0].requests.first)
    #expect(request.line == "POST /api/chat/send HTTP/1.1")
    #expect(request.headers["authorization"] == "Bearer s3cret")
    #expect(request.headers["content-type"] == "application/json")
    #expect(request.headers["x-request-id"] == "r1")
    #expect(request.headers["traceparent"] == "00-a-b-01")
    #expect(request.body == #"{"message":"é"}"#)
    #expect(bench.outcomes == [.ok])
  }

  @Test func aKeyHasOneOwnerAndKeysSpread() async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker(), try PoolStubWorker()])
    var owners: [Int: String] = [:]
    for round in 0..<2 {
      for number in 0..<60 {
        let worker = try await bench.send(key: PoolBench.key(number)).worker
        if round == 0 { owners[number] = worker }
        #expect(owners[number] == worker)
      }
    }
    let shares = Dictionary(grouping: owners.values) { $0 }.mapValues(\.count)
    #expect(shares.count == 3 && shares.values.allSatisfy { $0 >= 8 })
  }

  @Test func equalRequestsAtOnceMeetInOneWorker() async throws {
    let bench = try PoolBench([try PoolStubWorker(.hangs), try PoolStubWorker(.hangs)])
    // Far more than a worker's fair share: waiting for one answer is no load.
    let asking = (0..<150).map { _ in Task { await bench.code() } }
    try await poolEventually { bench.workers.reduce(0) { $0 + $1.requests.count } == 150 }
    #expect(bench.workers.map(\.requests.count).sorted() == [0, 150])
    for task in asking { task.cancel() }
    for task in asking { #expect(await task.value == .cancelled) }
  }

  @Test func aHotOwnerPassesKeysOn() async throws {
    let bench = try PoolBench(
      [try PoolStubWorker(.hangs), try PoolStubWorker(.hangs)],
      settings: WorkerPoolSettings(loadSlack: 4, companyMax: 8))
    let asking = (0..<40).map { _ in Task { await bench.code() } }
    try await poolEventually { bench.workers.reduce(0) { $0 + $1.requests.count } == 40 }
    #expect((bench.workers.map(\.requests.count).min() ?? 0) >= 10)
    for task in asking { task.cancel() }
    for task in asking { _ = await task.value }
  }

  @Test func whatAWorkerHasInHandIsCountedDownToZero() async throws {
    let bench = try PoolBench([try PoolStubWorker(.streams)])
    let stream = try await bench.stream()
    #expect(bench.pool.status.workers.map(\.inFlight) == [1])
    #expect(bench.outcomes == [])
    while try await stream.next() != nil {}
    #expect(bench.pool.status.workers.map(\.inFlight) == [0])
    #expect(bench.outcomes == [.ok])
    let counts = bench.events.compactMap {
      if case .inFlightChanged(_, let count) = $0 { count } else { nil }
    }
    #expect(counts == [1, 0])
  }

  @Test func aStreamBringsItsBytes() async throws {
    let bench = try PoolBench([try PoolStubWorker(.streams)])
    let stream = try await bench.stream()
    #expect(stream.status == 200 && stream.header("X-Cache") == "miss")
    var bytes: [UInt8] = []
    while let chunk = try await stream.next() { bytes += chunk }
    #expect(String(decoding: bytes, as: UTF8.self) == "data: 1\n\ndata: 2\n\n")
  }

  @Test func aClientThatLeavesCancelsTheWorkersRequest() async throws {
    let worker = try PoolStubWorker(.hangs)
    let bench = try PoolBench([worker])
    let asking = Task { await bench.code() }
    try await poolEventually { worker.requests.count == 1 }
    asking.cancel()
    #expect(await asking.value == .cancelled)
    try await poolEventually { worker.abandoned == 1 }
    #expect(bench.outcomes == [.cancelled])
    #expect(bench.retried == [])
  }

  @Test func aDroppedStreamIsCancelled() async throws {
    let bench = try PoolBench([try PoolStubWorker(.streams)])
    do { _ = try await bench.stream() }
    try await poolEventually { bench.outcomes == [.cancelled] }
    #expect(bench.pool.status.workers.map(\.inFlight) == [0])
  }

  @Test func theDeadlineIsATimeoutAndNotTriedAgain() async throws {
    let bench = try PoolBench([try PoolStubWorker(.hangs), try PoolStubWorker(.hangs)])
    #expect(await bench.code(within: .milliseconds(50)) == .timeout)
    #expect(bench.outcomes == [.timeout])
    #expect(bench.workers.reduce(0) { $0 + $1.requests.count } == 1)
  }

  @Test func aBroadcastReachesEveryWorker() async throws {
    let bench = try PoolBench([try PoolStubWorker(), try PoolStubWorker(.breaks)])
    let reached = await bench.pool.broadcast(
      path: "/api/chat/forget", body: Array("{}".utf8), deadline: .seconds(5))
    #expect(reached == 1)
    #expect(bench.workers.map { $0.requests.count } == [1, 1])
    #expect(bench.workers.first?.requests.first?.line == "POST /api/chat/forget HTTP/1.1")
  }

  @Test func aPoolShutDownRefuses() async throws {
    let bench = try PoolBench([try PoolStubWorker()])
    bench.pool.shutdown()
    #expect(await bench.code() == .noWorker)
    #expect(bench.workers[0].requests.isEmpty)
  }
}
