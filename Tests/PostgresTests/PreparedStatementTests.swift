import Foundation
import Glibc
import Postgres
import Testing

/// Statements that come again and again, on a real server.
@Suite(.serialized) struct PreparedStatementTests {
  private let names = """
    select count(*)::int, coalesce(string_agg(statement, ' '), '') from pg_prepared_statements
    """

  private func prepared(_ pool: TestPool) async throws -> Int {
    try await pool.run(names)[0].int(0)
  }

  @Test func whatComesAgainIsParsedOnce() async throws {
    try await withPool { pool async throws in
      for number in 1...5 {
        let sql = "select $1::int + 1 as sum, 'again'::text"
        #expect(try await pool.run(sql, [.int(Int64(number))])[0].int("sum") == number + 1)
      }
      let seen = try await pool.run(names)[0]
      #expect(try seen.string(1).contains("'again'"))
      #expect(try seen.string(1).contains("statement_timeout"))
    }
  }

  @Test(arguments: ["pgbouncer=true", "statements"])
  func behindATransactionPoolerNothingIsPrepared(how: String) async throws {
    let url = try TestDatabase.gatewayURL()
    let pooled = url + (url.contains("?") ? "&" : "?") + how
    let pool = try TestPool(url: how == "statements" ? url : pooled) {
      if how == "statements" { $0.statementsMax = 0 }
    }
    try await withPool(pool) { pool async throws in
      for _ in 0..<5 { _ = try await pool.run("select 'again'::text") }
      #expect(try await prepared(pool) == 0)
    }
  }

  /// The port by itself says so: the pool then sends nothing but unnamed statements.
  @Test(arguments: [("6543", "", 0), ("6543", "?pgbouncer=false", 2), ("5432", "", 2)])
  func thePortOfAPoolerIsKnown(port: String, query: String, namesMin: Int) async throws {
    let stub = try StubPostgres(.none)
    defer { stub.stop() }
    // The stub listens on the second port of the list; on the first nobody does.
    let url = "postgresql://127.0.0.1:\(port),127.0.0.1:\(stub.port)/x\(query)"
    let separator = query.isEmpty ? "?" : "&"
    let pool = try TestPool(url: url + separator + "sslmode=disable") { _ in }
    try await withPool(pool) { pool async throws in
      for _ in 0..<4 { _ = try await pool.run("select 'again'::text") }
      #expect(stub.preparedCount == namesMin)
    }
  }

  @Test func anUnknownWordAboutThePoolerIsRefused() {
    #expect(throws: PostgresError.self) {
      try TestPool(url: "postgresql://localhost/x?pgbouncer=perhaps")
    }
  }

  @Test func namesAreBoundedAndTheRestIsDeallocated() async throws {
    try await withPool(try TestPool { $0.statementsMax = 5 }) { pool async throws in
      for round in 0..<3 {
        for number in 0..<20 {
          for _ in 0..<3 {
            let seen = try await pool.run("select \(number)::int")[0].int(0)
            #expect(seen == number, "round \(round)")
          }
        }
      }
      let count = try await prepared(pool)
      #expect((1...10).contains(count))
    }
  }

  @Test func aStatementPreparedInAFailedTransactionCanBeUsed() async throws {
    try await withPool { pool async throws in
      let late = PostgresStatement("select 'late'::text")
      let failing = PostgresStatement("select 1 / $1::int", [.int(0)])
      for _ in 0..<3 {
        for order in [[late, failing], [failing, late], [late, failing, late]] {
          let error = await #expect(throws: PostgresError.self) {
            try await pool.pool.run(order, as: .login)
          }
          #expect(error?.sqlState == "22012")
        }
        #expect(try await pool.text("select 'late'::text") == "late")
      }
      #expect(pool.events.words.filter { $0 == "opened" }.count == 1)
    }
  }

  @Test func aStatementThatCannotBePreparedFailsEachTimeAlike() async throws {
    try await withPool { pool async throws in
      for _ in 0..<4 {
        #expect(try await pool.failure("select nothing from nowhere").sqlState == "42P01")
      }
      #expect(pool.events.words.filter { $0 == "opened" }.count == 1)
    }
  }

  @Test func aTableThatChangesCostsNoError() async throws {
    try await withPool(try TestPool(url: TestDatabase.ownerURL())) { pool async throws in
      let table = "changing_" + UUID().uuidString.lowercased().filter { $0 != "-" }
      _ = try await pool.run("create table public.\(table) (a int)")
      for column in ["b", "c", "d", "e", "f"] {
        for _ in 0..<3 { _ = try await pool.run("select * from public.\(table)") }
        _ = try await pool.run("alter table public.\(table) add \(column) int")
        let columns = try await pool.run("select * from public.\(table)").columns
        #expect(columns.last == column)
      }
      _ = try await pool.run("drop table public.\(table)")
      #expect(!pool.events.words.contains { $0.hasPrefix("failed") || $0.hasPrefix("closed") })
    }
  }

  @Test func aServerThatForgotItsNamesCostsNoErrorAndNoDoubleWork() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      for count in 1...8 {
        _ = try await pool.run("deallocate all")
        let insert = user.insertConversation()
        _ = try await pool.pool.run([insert], as: user.identity)
        let seen = try await pool.text("select count(*) from conversations", as: user.identity)
        #expect(seen == "\(count)")
      }
      #expect(!pool.events.words.contains { $0.hasPrefix("failed") || $0.hasPrefix("closed") })
    }
  }

  /// The same text for one user after the other, and with roles taking turns.
  @Test func aPlanOfOneUserIsRightForTheNext() async throws {
    try await withPool { pool async throws in
      var users: [TestUser] = []
      for _ in 0..<12 {
        let user = try await TestUser.make(pool)
        _ = try await pool.pool.run([user.insertConversation(user.id)], as: user.identity)
        users.append(user)
      }
      // Past the fifth execution the server may take to a generic plan.
      for _ in 0..<4 {
        for user in users {
          let sql = "select coalesce(string_agg(id::text, ','), '') from conversations"
          #expect(try await pool.text(sql, as: user.identity) == user.id)
          #expect(try await pool.text(sql, as: .role("authenticated")) == "")
          #expect(try await pool.failure(sql, as: .role("anon")).isInsufficientPrivilege)
        }
      }
    }
  }

  /// What it is for: it has to spare time of processors, ours and the server's together.
  @Test func preparedStatementsPay() async throws {
    let measured = try await withPool(try TestPool { $0.statementsMax = 0 }) {
      unnamed async throws in
      try await withPool { named async throws in
        var best: [(client: Double, server: Double)] = []
        for _ in 0..<3 {
          for (place, pool) in [unnamed, named].enumerated() {
            let cost = try await cost(of: 600, on: pool)
            if best.count <= place {
              best.append(cost)
            } else if cost.client + cost.server < best[place].client + best[place].server {
              best[place] = cost
            }
          }
        }
        return best
      }
    }
    let text = measured.map { cost in
      String(format: "client %.1f µs + server %.1f µs", cost.client, cost.server)
    }
    print("a question saved, CPU: unnamed \(text[0]); prepared \(text[1])")
    #expect(
      measured[1].client + measured[1].server < measured[0].client + measured[0].server, "\(text)")
  }

  /// Microseconds of CPU for each saving of a question.
  private func cost(of count: Int, on pool: TestPool) async throws -> (
    client: Double, server: Double
  ) {
    let user = try await TestUser.make(pool)
    let id = UUID().uuidString
    _ = try await pool.pool.run([user.insertConversation(id)], as: user.identity)
    let pid = try await pool.run("select pg_backend_pid()")[0].int(0)
    func save() async throws {
      _ = try await pool.pool.run(
        [
          PostgresStatement(
            """
            insert into messages (id, conversation_id, user_id, role, content)
            values ($1, $2, $3, 'user', $4)
            """,
            [.uuid(UUID().uuidString), .uuid(id), .uuid(user.id), .json(#"{"text":"x"}"#)]),
          PostgresStatement(
            "update conversations set updated_at = clock_timestamp() where user_id = $1 and id = $2",
            [.uuid(user.id), .uuid(id)]),
        ], as: user.identity)
    }
    for _ in 0..<10 { try await save() }
    let before = (processMicroseconds(), try serverMicroseconds(pid))
    for _ in 0..<count { try await save() }
    return (
      (processMicroseconds() - before.0) / Double(count),
      (try serverMicroseconds(pid) - before.1) / Double(count)
    )
  }

  private func processMicroseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }

  /// Of a backend, as the scheduler counts it.
  private func serverMicroseconds(_ pid: Int) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(pid)/schedstat", encoding: .utf8)
    return try #require(text.split(separator: " ").first.flatMap { Double($0) }) / 1e3
  }
}
