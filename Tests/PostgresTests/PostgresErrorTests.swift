import Postgres
import Testing

@Suite struct PostgresErrorTests {
  @Test func wordsForPeopleAndLogsHoldNoValueOfARow() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let taken = try await pool.failure(
        "insert into auth.users (id, email, password_hash) values (gen_random_uuid(), $1, 'x')",
        [.text(user.email.uppercased())], as: .role("phoenix_identity"))
      #expect(taken.isUniqueViolation)
      #expect("\(taken)" == "postgres: server 23505")
      #expect(taken.debugDescription.contains("users_email"))
      let unreadable = try await pool.failure("select $1::uuid", [.text("ma santé")])
      #expect(unreadable.sqlState == "22P02")
      for error in [taken, unreadable] {
        #expect(!error.debugDescription.lowercased().contains(user.email))
        #expect(!error.debugDescription.contains("santé"))
      }
    }
  }

  @Test(arguments: [
    (PostgresError.Code.connectionFailed, true), (.connectionLost, true), (.poolExhausted, true),
    (.timeout, true), (.closed, true), (.cancelled, false), (.decoding, false),
    (.invalidText, false), (.server(sqlState: "57P03"), true), (.server(sqlState: "53300"), true),
    (.server(sqlState: "40P01"), true), (.server(sqlState: "25006"), true),
    (.server(sqlState: "08006"), true), (.server(sqlState: "23505"), false),
    (.server(sqlState: "42501"), false), (.server(sqlState: "42P01"), false),
    (.server(sqlState: "22P02"), false),
  ])
  func tellsWhatAnotherTryMayMend(code: PostgresError.Code, isUnavailable: Bool) {
    #expect(PostgresError(code: code).isUnavailable == isUnavailable)
  }

  @Test func aURLThatCannotBeReadIsNotRepeated() {
    let error = #expect(throws: PostgresError.self) {
      try TestPool(url: "postgresql://gateway:hunter2@/x?nonsense=1")
    }
    #expect(error?.code == .connectionFailed)
    #expect(error?.debugDescription.contains("hunter2") == false)
  }
}
