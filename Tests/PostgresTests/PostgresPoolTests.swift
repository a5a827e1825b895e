import Foundation
import Postgres
import Testing

@Suite(.serialized) struct PostgresPoolTests {
  // MARK: Transactions

  @Test func givesTheResultsOfEachStatementInOrder() async throws {
    try await withPool { pool async throws in
      let rows = try await pool.pool.run(
        [
          PostgresStatement("select 1 as a union all select 2 order by a"),
          PostgresStatement("select 'x' as b, null::int as c where false"),
          PostgresStatement("select $1::int + 1 as d", [.int(41)]),
        ], as: .login)
      #expect(rows.count == 3)
      #expect(try rows[0].map { try $0.int("a") } == [1, 2])
      #expect(rows[1].isEmpty && rows[1].columns == ["b", "c"])
      #expect(try rows[2][0].int(0) == 42)
    }
  }

  @Test func runsAllStatementsInOneTransaction() async throws {
    try await withPool { pool async throws in
      let rows = try await pool.pool.run(
        Array(
          repeating: PostgresStatement("select pg_current_xact_id()::text, now()::text"), count: 3),
        as: .login)
      let ids = try Set(rows.map { try $0[0].string(0) })
      let instants = try Set(rows.map { try $0[0].string(1) })
      #expect(ids.count == 1 && instants.count == 1)
    }
  }

  @Test func leavesNothingOfAFailedTransaction() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let id = UUID().uuidString
      let twice = user.insertConversation(id)
      do throws(PostgresError) {
        _ = try await pool.pool.run([user.insertConversation(), twice, twice], as: user.identity)
        Issue.record("the second row of that id was taken")
      } catch {
        #expect(error.isUniqueViolation)
        #expect(error.code == .server(sqlState: "23505"))
        #expect(error.constraint == "conversations_pkey")
      }
      #expect(try await pool.text("select count(*) from conversations", as: user.identity) == "0")
    }
  }

  @Test func reportsTheFirstErrorOfSeveral() async throws {
    try await withPool { pool async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.pool.run(
          [PostgresStatement("select 1/0"), PostgresStatement("select * from nowhere")], as: .login)
      }
      #expect(error?.sqlState == "22012")
    }
  }

  @Test func aConstraintThatFailsOnlyAtTheEndFailsTheRun() async throws {
    try await withPool(try TestPool(url: TestDatabase.ownerURL())) { pool async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.pool.run(
          [
            PostgresStatement(
              "create temp table late (x int unique deferrable initially deferred)"),
            PostgresStatement("insert into late values (1), (1)"),
          ], as: .login)
      }
      #expect(error?.sqlState == "23505")
      #expect(try await pool.text("select to_regclass('pg_temp.late')::text") == nil)
      #expect(!pool.events.words.contains { $0.hasPrefix("closed") })
    }
  }

  @Test func tellsHowManyRowsWereTouched() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let rows = try await pool.pool.run(
        [
          user.insertConversation(), user.insertConversation(),
          PostgresStatement("update conversations set title = 'Autre'"),
          PostgresStatement("delete from conversations where title = 'rien'"),
          PostgresStatement("select title from conversations"),
        ], as: user.identity)
      #expect(rows.map(\.affectedRows) == [1, 1, 2, 0, 2])
    }
  }

  // MARK: Identity

  @Test func nothingOfARunIsLeftOnTheConnection() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let settings = """
        select concat_ws('|', current_user,
          coalesce(current_setting('request.jwt.claims', true), ''),
          current_setting('role'), pg_backend_pid())
        """
      let fresh = try await pool.text(settings)
      #expect(fresh?.hasPrefix("gateway||none|") == true)
      let within = try await pool.text(settings, as: user.identity)
      #expect(within?.hasPrefix("authenticated|{") == true)
      #expect(try await pool.text(settings) == fresh)
      #expect(try await pool.failure("select 1/0", as: user.identity).sqlState == "22012")
      #expect(try await pool.text(settings) == fresh)
      #expect(try await pool.text(settings, as: .role("phoenix_identity")) != fresh)
      #expect(try await pool.text(settings) == fresh)
      // Nor for the next user who comes without claims.
      let none = try await pool.text("select auth.uid()::text", as: .role("authenticated"))
      #expect(none == nil)
    }
  }

  @Test func usersSeeAndChangeTheirOwnRowsOnlyOverOneConnection() async throws {
    try await withPool { pool async throws in
      let alice = try await TestUser.make(pool)
      let bob = try await TestUser.make(pool)
      let id = UUID().uuidString
      _ = try await pool.pool.run([alice.insertConversation(id)], as: alice.identity)
      let count = "select count(*) from conversations"
      #expect(try await pool.text(count, as: alice.identity) == "1")
      #expect(try await pool.text(count, as: bob.identity) == "0")
      for change in ["update conversations set title = 'à moi'", "delete from conversations"] {
        #expect(try await pool.run(change, as: bob.identity).affectedRows == 0)
      }
      // With Alice's id in the row, the policy refuses; with Bob's, the foreign key does.
      let message = """
        insert into messages (id, conversation_id, user_id, role, content)
        values (gen_random_uuid(), $1, $2, 'user', '{"text":"x"}')
        """
      let asAlice = try await pool.failure(
        message, [.uuid(id), .uuid(alice.id)], as: bob.identity)
      #expect(asAlice.isInsufficientPrivilege)
      let asBob = try await pool.failure(message, [.uuid(id), .uuid(bob.id)], as: bob.identity)
      #expect(asBob.isForeignKeyViolation)
      #expect(
        try await pool.text("select title from conversations", as: alice.identity) == "Titre")
      #expect(pool.events.words.filter { $0 == "opened" }.count == 1)
    }
  }

  @Test func manyUsersAtOnceEachGetTheirOwn() async throws {
    try await withPool(try TestPool { $0.poolSize = 4 }) { pool async throws in
      try await withThrowingTaskGroup(of: (String, String?).self) { group in
        for _ in 0..<200 {
          let user = TestUser()
          group.addTask {
            (user.id, try await pool.text("select auth.uid()::text", as: user.identity))
          }
        }
        for try await (expected, seen) in group { #expect(seen == expected) }
      }
      let status = await pool.pool.status
      #expect(status.inUse == 0 && status.waiting == 0 && status.idle <= 4)
    }
  }

  @Test func aRoleThatTheLoginIsNoMemberOfIsRefused() async throws {
    try await withPool { pool async throws in
      let error = try await pool.failure("select 1", as: .role("pg_read_all_data"))
      #expect(error.isInsufficientPrivilege)
      #expect(try await pool.text("select current_user") == "gateway")
    }
  }

  // MARK: What it tells

  @Test func tellsWhatHappenedOnce() async throws {
    try await withPool { pool async throws in
      _ = try await pool.run("select 1")
      _ = try await pool.failure("select 1/0")
      await pool.pool.shutdown()
      #expect(
        pool.events.words == [
          "0/0/1", "opened", "waited", "0/1/0", "succeeded", "1/0/0", "0/1/0", "failed server",
          "1/0/0", "closed shutdown", "0/0/0",
        ])
    }
  }

  @Test func pingMeasuresARoundTrip() async throws {
    try await withPool { pool async throws in
      #expect(try await pool.pool.ping() > .zero)
    }
  }

  @Test func sayingShutdownTwiceIsHarmlessAndLaterRunsAreRefused() async throws {
    try await withPool { pool async throws in
      _ = try await pool.pool.ping()
      await pool.pool.shutdown()
      await pool.pool.shutdown()
      #expect(try await pool.failure("select 1").code == .closed)
    }
  }
}
