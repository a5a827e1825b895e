import Foundation
import Glibc
import Postgres
import Reactor
import Synchronization
import Testing

/// Faults made for real on a real server.
@Suite(.serialized) struct PostgresPoolFailureTests {
  /// Waits until a query that holds `mark` is active; its backend.
  private func backend(of mark: String, _ owner: TestPool) async throws -> Int {
    try await TestDatabase.eventually("a query with \(mark) runs") {
      try await owner.run(
        """
        select pid from pg_stat_activity
        where state = 'active' and pid <> pg_backend_pid() and query like '%' || $1 || '%'
        """, [.text(mark)]
      ).first?.int(0)
    }
  }

  private func withOwner<Value>(_ body: (TestPool) async throws -> Value) async throws -> Value {
    try await withPool(try TestPool(url: TestDatabase.ownerURL()), body)
  }

  /// Runs `body` while the owner keeps a lock, for which a query of `gate` then waits; `open` lets
  /// it go.
  private func withGate(
    _ owner: TestPool,
    _ body: (_ query: String, _ open: () async throws -> Void) async throws -> Void
  ) async throws {
    let key = Int64.random(in: 1...(.max))
    _ = try await owner.run("select pg_advisory_lock($1)", [.int(key)])
    try await body("select pg_advisory_xact_lock(\(key))::text") {
      _ = try await owner.run("select pg_advisory_unlock($1)", [.int(key)])
    }
  }

  private func mark() -> String { "mark-" + UUID().uuidString }

  // MARK: Time

  @Test func aStatementThatLastsTooLongIsEndedByTheServer() async throws {
    try await withPool(try TestPool { $0.statementTimeout = .milliseconds(100) }) {
      pool async throws in
      let pid = try await pool.text("select pg_backend_pid()")
      let error = try await pool.failure("select pg_sleep(20)")
      #expect(error.code == .timeout)
      #expect(error.sqlState == "57014")
      #expect(try await pool.text("select pg_backend_pid()") == pid)
    }
  }

  @Test func aRunThatLastsTooLongIsEndedHere() async throws {
    try await withPool { pool async throws in
      let start = ContinuousClock.now
      let error = await #expect(throws: PostgresError.self) {
        // Each of them is in time for the server.
        try await pool.pool.run(
          Array(repeating: PostgresStatement("select pg_sleep(0.2)"), count: 50), as: .login,
          deadline: start + .milliseconds(500))
      }
      #expect(error?.code == .timeout && error?.sqlState == nil)
      #expect(ContinuousClock.now - start < .seconds(5))
      #expect(pool.events.words.contains("closed deadline"))
      #expect(try await pool.text("select 1") == "1")
    }
  }

  @Test func aDeadlinePassedIsToldWithoutAsking() async throws {
    try await withPool { pool async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.pool.run([], as: .login, deadline: .now - .seconds(1))
      }
      #expect(error?.code == .timeout)
      #expect(pool.events.words == [])
    }
  }

  // MARK: Cancellation

  @Test func aCancelledRunEndsItsQueryOnTheServer() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        let mark = mark()
        let task = Task { try await pool.failure("select pg_sleep(15) /* \(mark) */") }
        let pid = try await backend(of: mark, owner)
        task.cancel()
        #expect(try await task.value.code == .cancelled)
        // 250 ms and what a busy machine adds; left alone it would sleep for 15 s.
        _ = try await TestDatabase.eventually("the query has ended", within: .seconds(5)) {
          try await owner.run("select from pg_stat_activity where pid = $1", [.int(Int64(pid))])
            .isEmpty ? true : nil
        }
        #expect(pool.events.words.contains("closed cancelled"))
        #expect(try await pool.text("select 1") == "1")
      }
    }
  }

  @Test func aRunCancelledWhileItWaitsLeavesTheOthersAlone() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        try await withGate(owner) { query, open async throws in
          let first = Task { try await pool.text(query) }
          _ = try await backend(of: query, owner)
          let second = Task { try await pool.failure("select 2") }
          let third = Task { try await pool.text("select 3") }
          _ = try await TestDatabase.eventually("two wait") {
            await pool.pool.status.waiting == 2 ? true : nil
          }
          second.cancel()
          #expect(try await second.value.code == .cancelled)
          try await open()
          #expect(try await first.value == "")
          #expect(try await third.value == "3")
          #expect(!pool.events.words.contains { $0.hasPrefix("closed") })
        }
      }
    }
  }

  @Test func aTaskCancelledBeforeItBeganSendsNothing() async throws {
    try await withPool { pool async throws in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await pool.failure("select 1")
      }
      #expect(try await task.value.code == .cancelled)
      #expect(pool.events.words == [])
    }
  }

  // MARK: Connections that end

  @Test func aBackendKilledWithinARunIsAnErrorAndThePoolRecovers() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        let mark = mark()
        let task = Task { try await pool.failure("select pg_sleep(20) /* \(mark) */") }
        let pid = try await backend(of: mark, owner)
        _ = try await owner.run("select pg_terminate_backend($1::int)", [.int(Int64(pid))])
        let error = try await task.value
        #expect(error.code == .connectionLost)
        #expect(error.sqlState == "57P01")
        #expect(error.isUnavailable)
        #expect(try await pool.text("select 1") == "1")
        #expect(pool.events.words.contains("closed lost"))
      }
    }
  }

  @Test func aBackendKilledWhileIdleCostsNobodyAnError() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        for _ in 0..<20 {
          let pid = try #require(try await pool.text("select pg_backend_pid()"))
          // Waits until the backend is gone.
          let ended = try await owner.text(
            "select pg_terminate_backend($1::int, 10000)::text", [.text(pid)])
          #expect(ended == "true")
        }
        #expect(!pool.events.words.contains { $0.hasPrefix("failed") })
      }
    }
  }

  /// As above, but the pool's thread has no time to hear of it before the next run.
  @Test func aConnectionIsLookedAtBeforeItIsUsedAgain() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        let pid = try await pool.run("select pg_backend_pid()")[0].int(0)
        let hog = Hog(pool: pool)
        let next = Task { try await hog.runWhenGone(pid) }
        _ = try await TestDatabase.eventually("the thread is taken") {
          hog.hasThread.load(ordering: .acquiring) ? true : nil
        }
        _ = try await owner.run("select pg_terminate_backend($1::int)", [.int(Int64(pid))])
        #expect(try await next.value != "\(pid)")
        #expect(pool.events.words.contains("closed idleDoubt"))
        #expect(!pool.events.words.contains { $0.hasPrefix("failed") })
      }
    }
  }

  @Test func aTransactionLeftOpenClosesTheConnection() async throws {
    try await withPool { pool async throws in
      let error = try await pool.failure("begin")
      #expect(error.code == .connectionLost)
      #expect(pool.events.words.contains("closed doubt"))
      #expect(try await pool.text("select current_user") == "gateway")
    }
  }

  @Test(arguments: ["copy (select 1) to stdout", "copy nowhere from stdin"])
  func copyIsRefusedAndThePoolRecovers(sql: String) async throws {
    try await withOwner { owner async throws in
      _ = try await owner.failure(sql)
      #expect(try await owner.text("select 1") == "1")
    }
  }

  // MARK: Bounds

  @Test func moreRunsThanMayWaitAreRefusedAtOnce() async throws {
    try await withOwner { owner async throws in
      try await withPool(try TestPool { $0.waitMax = 1 }) { pool async throws in
        let mark = mark()
        let running = Task { try await pool.failure("select pg_sleep(20) /* \(mark) */") }
        _ = try await backend(of: mark, owner)
        let waiting = Task { try await pool.text("select 2") }
        _ = try await TestDatabase.eventually("one waits") {
          await pool.pool.status.waiting == 1 ? true : nil
        }
        let start = ContinuousClock.now
        let refused = try await pool.failure("select 3")
        #expect(refused.code == .poolExhausted)
        #expect(ContinuousClock.now - start < .seconds(2))
        running.cancel()
        #expect(try await running.value.code == .cancelled)
        #expect(try await waiting.value == "2")
      }
    }
  }

  @Test func aRunWaitsNoLongerThanItMay() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        let mark = mark()
        let running = Task { try await pool.failure("select pg_sleep(20) /* \(mark) */") }
        _ = try await backend(of: mark, owner)
        let error = await #expect(throws: PostgresError.self) {
          try await pool.pool.run([], as: .login, deadline: .now + .milliseconds(100))
        }
        #expect(error?.code == .timeout)
        #expect(await pool.pool.status.waiting == 0)
        running.cancel()
        _ = try await running.value
      }
    }
  }

  @Test func noMoreConnectionsAreOpenedThanAllowed() async throws {
    try await withPool(try TestPool { $0.poolSize = 3 }) { pool async throws in
      try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<30 {
          group.addTask {
            try await pool.text("select pg_backend_pid()::text from pg_sleep(0.01)")
          }
        }
        var pids: Set<String> = []
        for try await pid in group { if let pid { pids.insert(pid) } }
        #expect((1...3).contains(pids.count))
      }
      #expect(pool.events.words.filter { $0 == "opened" }.count <= 3)
    }
  }

  // MARK: A database that is away

  @Test func withoutADatabaseRunsFailAtOnceAndThePoolTriesAgain() async throws {
    let pool = try TestPool(url: "postgresql:///x?host=/nonexistent") {
      $0.backoff = (first: .seconds(20), longest: .seconds(20))
    }
    try await withPool(pool) { pool async throws in
      for _ in 0..<3 {
        let error = try await pool.failure("select 1")
        #expect(error.code == .connectionFailed)
        #expect(error.isUnavailable)
      }
      // The second and the third found the pause, and did not try.
      #expect(pool.events.words.filter { $0 == "connection failed" }.count == 1)
    }
    let hopeful = try TestPool(url: "postgresql:///x?host=/nonexistent") {
      $0.backoff = (first: .milliseconds(2), longest: .milliseconds(4))
    }
    try await withPool(hopeful) { pool async throws in
      _ = try await pool.failure("select 1")
      _ = try await TestDatabase.eventually("it tries again by itself") {
        pool.events.words.filter { $0 == "connection failed" }.count > 5 ? true : nil
      }
    }
  }

  @Test func namesAreResolvedOutsideLibpq() async throws {
    let resolver = NameResolver(lifetime: .seconds(5), waitersMax: 8) { host in
      host == "database.invalid"
        ? .success(["127.0.0.1"])
        : .failure(NameResolver.Failure(code: .notFound, host: host))
    }
    defer { resolver.shutdown() }
    // Nobody listens on port 1: refused at the address that only the resolver knows.
    let known = try TestPool(url: "postgresql://database.invalid:1/x", resolver: resolver)
    try await withPool(known) { pool async throws in
      let error = try await pool.failure("select 1")
      #expect(error.code == .connectionFailed)
      #expect(error.debugDescription.contains("127.0.0.1"))
      #expect(error.debugDescription.contains("refused"))
    }
    let unknown = try TestPool(url: "postgresql://nowhere.invalid:1/x", resolver: resolver)
    try await withPool(unknown) { pool async throws in
      let error = try await pool.failure("select 1")
      #expect(error.code == .connectionFailed)
      #expect(error.debugDescription.contains("cannot resolve nowhere.invalid"))
    }
  }

  @Test func aServerThatSaysNothingIsGivenUp() async throws {
    // Accepts by its backlog and never answers.
    let listener = try SilentListener()
    defer { listener.close() }
    let pool = try TestPool(url: "postgresql://127.0.0.1:\(listener.port)/x") {
      $0.connectTimeout = .milliseconds(100)
    }
    try await withPool(pool) { pool async throws in
      let start = ContinuousClock.now
      #expect(try await pool.failure("select 1").code == .connectionFailed)
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }

  // MARK: The end

  @Test func shutdownLetsRunsEnd() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        try await withGate(owner) { query, open async throws in
          let running = Task { try await pool.text(query) }
          _ = try await backend(of: query, owner)
          let waiting = Task { try await pool.text("select 2") }
          _ = try await TestDatabase.eventually("one waits") {
            await pool.pool.status.waiting == 1 ? true : nil
          }
          async let ended: Void = pool.pool.shutdown(within: .seconds(20))
          _ = try await TestDatabase.eventually("new runs are refused") {
            do throws(PostgresError) {
              _ = try await pool.pool.run([], as: .login, deadline: .now + .milliseconds(20))
            } catch { return error.code == .closed ? true : nil }
            return nil
          }
          try await open()
          await ended
          #expect(try await running.value == "")
          #expect(try await waiting.value == "2")
          #expect(pool.events.words.suffix(2) == ["closed shutdown", "0/0/0"])
        }
      }
    }
  }

  @Test func shutdownEndsWhatLastsTooLong() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        let mark = mark()
        let running = Task { try await pool.failure("select pg_sleep(20) /* \(mark) */") }
        _ = try await backend(of: mark, owner)
        await pool.pool.shutdown(within: .milliseconds(50))
        #expect(try await running.value.code == .closed)
      }
    }
  }
}

/// Keeps the pool's thread until a process has ended, and then asks the pool in the same breath.
private actor Hog {
  private let pool: TestPool
  nonisolated let hasThread = Atomic(false)
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    pool.reactor.asUnownedSerialExecutor()
  }

  init(pool: TestPool) { self.pool = pool }

  func runWhenGone(_ pid: Int) async throws -> String? {
    hasThread.store(true, ordering: .releasing)
    let limit = ContinuousClock.now + .seconds(10)
    while access("/proc/\(pid)", F_OK) == 0, ContinuousClock.now < limit { usleep(1000) }
    let rows = try await pool.pool.run(
      [PostgresStatement("select pg_backend_pid()::text")], as: .login)
    return try rows.first?.first?.string(0)
  }
}
