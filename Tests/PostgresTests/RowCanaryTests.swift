import Foundation
import Postgres
import Testing

/// Many users over few connections, with everything going wrong that can: no answer ever holds
/// what belongs to another, and nothing of a user stays on a connection.
@Suite(.serialized) struct RowCanaryTests {
  private let poolSize = 8

  /// What the storm saw.
  private struct Tally: Sendable {
    var answered = 0
    var cancelled = 0
    var late = 0
    var lost = 0
    var foreign: [String] = []
    var strange: [String] = []

    static func + (a: Tally, b: Tally) -> Tally {
      Tally(
        answered: a.answered + b.answered, cancelled: a.cancelled + b.cancelled,
        late: a.late + b.late, lost: a.lost + b.lost, foreign: a.foreign + b.foreign,
        strange: a.strange + b.strange)
    }
  }

  private static func canary(_ user: TestUser) -> String { "canary-\(user.id)" }

  /// A token lives for minutes and is another each time; who it is about stays.
  private static func freshIdentity(_ user: TestUser) -> PostgresIdentity {
    let serial = UUID().uuidString
    return .user(
      claims:
        #"{"sub":"\#(user.id)","role":"authenticated","jti":"\#(serial)","canary":"\#(canary(user))"}"#
    )
  }

  /// What a user does; every value of every answer names its owner.
  private static func statements(_ user: TestUser, _ kind: Int) -> [PostgresStatement] {
    let titles = PostgresStatement("select title from conversations")
    let claims = PostgresStatement(
      "select current_setting('request.jwt.claims')::jsonb ->> 'canary'")
    switch kind {
    case 0: return [titles]
    case 1: return [titles, claims, titles]
    // Slow enough to be cancelled, or killed, in the middle.
    case 2: return [titles, PostgresStatement("select pg_sleep(0.005)::text where false"), claims]
    case 3:
      return [
        PostgresStatement(
          "update conversations set updated_at = clock_timestamp() returning title"),
        titles,
      ]
    default:
      return [
        PostgresStatement("select $1::text", [.text(canary(user))]), titles,
        PostgresStatement(
          "select repeat($1, 200) from generate_series(1, 20)", [.text(canary(user))]),
      ]
    }
  }

  private static func storm(_ user: TestUser, _ pool: PostgresPool, rounds: Int) async -> Tally {
    var tally = Tally()
    for _ in 0..<rounds {
      let kind = Int.random(in: 0..<5)
      let deadline = Int.random(in: 0..<8) == 0 ? ContinuousClock.now + .milliseconds(2) : nil
      let task = Task { () throws(PostgresError) -> [PostgresRows] in
        try await pool.run(statements(user, kind), as: freshIdentity(user), deadline: deadline)
      }
      if Int.random(in: 0..<4) == 0 {
        try? await Task.sleep(for: .microseconds(Int64.random(in: 0...6_000)))
        task.cancel()
      }
      do {
        let results = try await task.value
        tally.answered += 1
        for row in results.joined() {
          let text = try row.string(0)
          let rest = text.replacingOccurrences(of: canary(user), with: "")
          if !rest.isEmpty { tally.foreign.append(text) }
        }
        // The second kind of leak: nothing where there should be something.
        if results[0].isEmpty { tally.strange.append("no row of one's own") }
      } catch let error as PostgresError {
        switch error.code {
        case .cancelled: tally.cancelled += 1
        case .timeout: tally.late += 1
        case .connectionLost: tally.lost += 1
        case _ where error.isUnavailable: tally.lost += 1
        default: tally.strange.append(error.debugDescription)
        }
      } catch {
        tally.strange.append("\(error)")
      }
    }
    return tally
  }

  @Test func noAnswerEverHoldsAnothersCanary() async throws {
    let name = "canary-" + UUID().uuidString.lowercased()
    let pool = try TestPool {
      $0.poolSize = poolSize
      $0.applicationName = name
      $0.backoff = (first: .milliseconds(1), longest: .milliseconds(10))
    }
    try await withPool(pool) { pool async throws in
      var users: [TestUser] = []
      for _ in 0..<200 {
        let user = try await TestUser.make(pool)
        _ = try await pool.pool.run(
          [
            PostgresStatement(
              "insert into conversations (id, user_id, title) values (gen_random_uuid(), $1, $2)",
              [.uuid(user.id), .text(Self.canary(user))])
          ], as: user.identity)
        users.append(user)
      }
      let killer = try Killer(name)
      let tally = await withTaskGroup(of: Tally.self) { group in
        for user in users { group.addTask { await Self.storm(user, pool.pool, rounds: 40) } }
        return await group.reduce(Tally(), +)
      }
      let kills = await killer.end()
      print(
        "canaries: \(tally.answered) answered, \(tally.cancelled) cancelled, \(tally.late) late,",
        "\(tally.lost) lost, \(kills) backends killed")
      #expect(tally.foreign == [])
      #expect(tally.strange == [])
      // The storm was one.
      #expect(tally.answered > 2_000 && tally.cancelled > 100 && tally.late > 20)
      #expect(kills > 20 && tally.lost > 5)
      try await nothingIsLeft(pool)
      // And each still has what is his own.
      for user in users.shuffled().prefix(20) {
        let seen = try await pool.text("select title from conversations", as: user.identity)
        #expect(seen == Self.canary(user))
      }
    }
  }

  /// Ends backends of a name, one after the other.
  private final class Killer {
    private let owner: TestPool
    private let task: Task<Int, Never>

    init(_ name: String) throws {
      let owner = try TestPool(url: TestDatabase.ownerURL())
      self.owner = owner
      task = Task {
        var count = 0
        while !Task.isCancelled {
          let rows = try? await owner.run(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = $1 order by random() limit 1
            """, [.text(name)])
          count += rows?.count ?? 0
          try? await Task.sleep(for: .milliseconds(5))
        }
        return count
      }
    }

    /// How many.
    func end() async -> Int {
      task.cancel()
      let count = await task.value
      await owner.end()
      return count
    }
  }

  /// Looks at every connection of the pool at once.
  private func nothingIsLeft(_ pool: TestPool) async throws {
    let question = """
      select pg_backend_pid(), current_user::text, session_user::text, current_setting('role'),
        coalesce(current_setting('request.jwt.claims', true), ''),
        array(select name from pg_settings where source = 'session' order by 1)::text,
        (select count(*) from pg_prepared_statements where statement like '%canary' || '-%')::int,
        (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory')::int,
        to_regnamespace('pg_temp')::text, pg_sleep(0.05)
      """
    // As many at once as there are connections, until all have been seen.
    var pids: Set<Int> = []
    for _ in 0..<20 where pids.count < poolSize {
      try await withThrowingTaskGroup(of: PostgresRow.self) { group in
        for _ in 0..<poolSize {
          group.addTask { try #require(try await pool.run(question).first) }
        }
        for try await row in group {
          pids.insert(try row.int(0))
          #expect(try (1...4).map { try row.string($0) } == ["gateway", "gateway", "none", ""])
          // The two that this very run has set.
          #expect(try row.string(5) == "{client_connection_check_interval,statement_timeout}")
          #expect(try row.int(6) == 0 && row.int(7) == 0)
          #expect(try row.optionalString(8) == nil)
        }
      }
    }
    #expect(pids.count == poolSize)
  }
}
