import Foundation
import Glibc
import Postgres
import Testing

/// What a real server does under stress: deadlocks, silence, slow queries, no connection to be had.
@Suite(.serialized) struct ServerFaultTests {
  private func withOwner<Value>(_ body: (TestPool) async throws -> Value) async throws -> Value {
    try await withPool(try TestPool(url: TestDatabase.ownerURL()), body)
  }

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

  /// By closing the connection: the server looks every 100 ms whether its client is there.
  @Test func aCancelledQueryHasEndedOnTheServerWithinAQuarterOfASecond() async throws {
    try await withOwner { owner async throws in
      try await withPool { pool async throws in
        var times: [Duration] = []
        for _ in 0..<7 {
          let mark = "mark-" + UUID().uuidString
          let task = Task { try await pool.failure("select pg_sleep(15) /* \(mark) */") }
          let pid = try await backend(of: mark, owner)
          let start = ContinuousClock.now
          task.cancel()
          #expect(try await task.value.code == .cancelled)
          while access("/proc/\(pid)", F_OK) == 0 {
            guard ContinuousClock.now - start < .seconds(5) else { break }
            try await Task.sleep(for: .milliseconds(1))
          }
          times.append(ContinuousClock.now - start)
        }
        times.sort()
        print("cancelled queries ended after \(times)")
        // The median, since the machine may be busy with other things.
        #expect(times[3] < .milliseconds(250))
        #expect(times[6] < .seconds(5))
      }
    }
  }

  @Test func oneOfTwoInADeadlockFailsAndMayBeTriedAgain() async throws {
    try await withPool(try TestPool { $0.poolSize = 2 }) { pool async throws in
      let keys = [Int64.random(in: 1...(.max)), Int64.random(in: 1...(.max))]
      func lock(_ key: Int64) -> PostgresStatement {
        PostgresStatement("select pg_advisory_xact_lock($1)::text", [.int(key)])
      }
      let outcomes = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
        for order in [keys, keys.reversed()] {
          let statements = [
            lock(order[0]), PostgresStatement("select pg_sleep(0.3)::text"), lock(order[1]),
          ]
          group.addTask {
            do throws(PostgresError) {
              _ = try await pool.pool.run(statements, as: .login)
              return nil
            } catch { return error }
          }
        }
        var outcomes: [PostgresError?] = []
        for try await outcome in group { outcomes.append(outcome) }
        return outcomes
      }
      let errors = outcomes.compactMap { $0 }
      #expect(errors.map(\.code) == [.server(sqlState: "40P01")])
      #expect(!errors.contains { !$0.isUnavailable })
      #expect(!pool.events.words.contains { $0.hasPrefix("closed") })
    }
  }

  /// A backend that is stopped keeps its socket open and answers nothing.
  @Test func aBackendThatSaysNothingEndsWithTheDeadline() async throws {
    try await withPool { pool async throws in
      let pid = pid_t(try await pool.run("select pg_backend_pid()")[0].int(0))
      #expect(kill(pid, SIGSTOP) == 0)
      defer { kill(pid, SIGCONT) }
      let start = ContinuousClock.now
      let error = await #expect(throws: PostgresError.self) {
        try await pool.pool.run(
          [PostgresStatement("select 1")], as: .login, deadline: .now + .milliseconds(300))
      }
      #expect(error?.code == .timeout)
      #expect(ContinuousClock.now - start < .seconds(2))
      // Another backend serves.
      #expect(try await pool.text("select 1") == "1")
    }
  }

  @Test func anExhaustedPoolRefusesAfterItsPatienceAndRecovers() async throws {
    let pool = try TestPool {
      $0.poolSize = 2
      $0.acquireTimeout = .milliseconds(200)
    }
    try await withPool(pool) { pool async throws in
      let slow = (0..<2).map { _ in Task { try await pool.text("select pg_sleep(1)::text") } }
      _ = try await TestDatabase.eventually("both are taken") {
        await pool.pool.status.inUse == 2 ? true : nil
      }
      let start = ContinuousClock.now
      let errors = try await withThrowingTaskGroup(of: PostgresError.self) { group in
        for _ in 0..<50 { group.addTask { try await pool.failure("select 1") } }
        return try await group.reduce(into: [PostgresError]()) { $0.append($1) }
      }
      #expect(Set(errors.map(\.code)) == [.poolExhausted])
      #expect(!errors.contains { !$0.isUnavailable })
      #expect(ContinuousClock.now - start < .milliseconds(900))
      for task in slow { #expect(try await task.value == "") }
      #expect(try await pool.text("select 1") == "1")
      #expect(await pool.pool.status.waiting == 0)
    }
  }

  /// More connections than the server gives: refused ones are errors, those that there are serve.
  @Test func aServerWithoutAConnectionLeftIsUnavailable() async throws {
    let role = "narrow_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    try await withOwner { owner async throws in
      _ = try await owner.run("create role \(role) login connection limit 2")
      let base = try TestDatabase.ownerURL()
      let url = base.replacingOccurrences(of: "//phoenix_owner@", with: "//\(role)@")
      try #require(url != base)
      try await withPool(
        try TestPool(url: url) {
          $0.poolSize = 6
          $0.backoff = (first: .milliseconds(5), longest: .milliseconds(20))
        }
      ) { pool async throws in
        let pids = try await withThrowingTaskGroup(of: String?.self) { group in
          for _ in 0..<40 {
            group.addTask {
              try await pool.text("select pg_backend_pid()::text from pg_sleep(0.01)")
            }
          }
          return try await group.reduce(into: Set<String>()) { if let pid = $1 { $0.insert(pid) } }
        }
        #expect((1...2).contains(pids.count))
        #expect(pool.events.words.contains("connection failed"))
        #expect(!pool.events.words.contains { $0.hasPrefix("failed") })
      }
      _ = try await owner.run("drop role \(role)")
    }
  }
}
