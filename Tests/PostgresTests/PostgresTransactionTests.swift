import Foundation
import Postgres
import Testing

/// Transactions in several steps, on the real server.
@Suite(.serialized) struct PostgresTransactionTests {
  private func count(_ pool: TestPool, _ user: TestUser) async throws -> String? {
    try await pool.text("select count(*) from conversations", as: user.identity)
  }

  @Test func stepsAreOneTransactionOfOneUser() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      let identities = PostgresStatement(
        "select pg_current_xact_id()::text, auth.uid()::text, current_user::text")
      var seen: Set<[String]> = []
      for _ in 0..<3 {
        let rows = try await transaction.run([user.insertConversation(), identities])
        #expect(rows.count == 2)
        seen.insert(try (0..<3).map { try rows[1][0].string($0) })
      }
      let rows = try await transaction.commit([identities])
      seen.insert(try (0..<3).map { try rows[0][0].string($0) })
      #expect(seen.count == 1)
      #expect(seen.first?[1] == user.id && seen.first?[2] == "authenticated")
      #expect(try await count(pool, user) == "3")
      // The only connection went on; neither role nor claims stayed on it.
      #expect(pool.events.words.filter { $0 == "opened" }.count == 1)
      #expect(try await pool.text("select current_setting('role')") == "none")
    }
  }

  @Test func commitsWithItsFirstStepWhereThatIsTheLast() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      _ = try await transaction.commit([user.insertConversation()])
      #expect(try await count(pool, user) == "1")
      await #expect(throws: PostgresError.self) { try await transaction.run([]) }
    }
  }

  @Test func leavesNothingWhereItIsRolledBackOrDropped() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      _ = try await transaction.run([user.insertConversation()])
      transaction.rollback()
      transaction.rollback()
      #expect(try await count(pool, user) == "0")
      do {
        let dropped = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
        _ = try await dropped.run([user.insertConversation()])
      }
      #expect(try await count(pool, user) == "0")
    }
  }

  @Test func aFailedStepEndsItAndKeepsTheConnection() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let id = UUID().uuidString
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      _ = try await transaction.run([user.insertConversation(id)])
      let error = await #expect(throws: PostgresError.self) {
        try await transaction.run([user.insertConversation(), user.insertConversation(id)])
      }
      #expect(error?.isUniqueViolation == true)
      await #expect(throws: PostgresError.self) {
        try await transaction.commit([user.insertConversation()])
      }
      #expect(try await count(pool, user) == "0")
      #expect(pool.events.words.filter { $0 == "opened" }.count == 1)
    }
  }

  @Test func aDeferredConstraintFailsTheCommit() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      let orphan = PostgresStatement(
        "insert into document_contents (document_id, user_id, part, bytes) values ($1, $2, 0, $3)",
        [.uuid(UUID().uuidString), .uuid(user.id), .bytes([1, 2, 3])])
      _ = try await transaction.run([orphan])
      let error = await #expect(throws: PostgresError.self) { try await transaction.commit([]) }
      #expect(error?.isForeignKeyViolation == true)
      #expect(
        try await pool.text("select count(*) from document_contents", as: user.identity) == "0")
    }
  }

  @Test func isGivenUpWhereItRestsTooLong() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .milliseconds(50))
      _ = try await transaction.run([user.insertConversation()])
      // The pool has one connection: this run waits until the transaction has been given up.
      #expect(try await count(pool, user) == "0")
      let error = await #expect(throws: PostgresError.self) {
        try await transaction.commit([user.insertConversation()])
      }
      #expect(error?.isUnavailable == true)
      #expect(try await count(pool, user) == "0")
    }
  }

  @Test func aCancelledStepLeavesNothing() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      _ = try await transaction.run([user.insertConversation()])
      let sleeper = Task {
        try await transaction.run([PostgresStatement("select pg_sleep(30)")])
      }
      try await Task.sleep(for: .milliseconds(50))
      sleeper.cancel()
      await #expect(throws: PostgresError.self) { try await sleeper.value }
      #expect(try await count(pool, user) == "0")
    }
  }

  @Test func carriesLargePartsAndManySteps() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let id = UUID().uuidString
      let part = [UInt8](repeating: 7, count: 262_144)
      let transaction = pool.pool.transaction(as: user.identity, restMax: .seconds(20))
      for number in 0..<12 {
        _ = try await transaction.run([
          PostgresStatement(
            "insert into document_contents (document_id, user_id, part, bytes) values ($1,$2,$3,$4)",
            [.uuid(id), .uuid(user.id), .int(Int64(number)), .bytes(part)])
        ])
      }
      _ = try await transaction.commit([
        PostgresStatement(
          """
          insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
          values ($1, $2, 'a.pdf', 'application/pdf', $3, $4)
          """,
          [
            .uuid(id), .uuid(user.id), .int(Int64(12 * part.count)),
            .bytes([UInt8](repeating: 0, count: 32)),
          ])
      ])
      let sum = "select sum(length(bytes))::bigint from document_contents"
      #expect(try await pool.text(sum, as: user.identity) == String(12 * part.count))
    }
  }
}
