import Postgres
import Testing

@Suite struct PostgresErrorTests {
  @Test func descriptionTellsKindAndSQLStateOnly() {
    let error = PostgresError(
      code: .server(sqlState: "23505"), constraint: "users_email_key", detail: "secret")
    #expect("\(error)" == "postgres: server 23505")
    #expect(error.isUniqueViolation)
    #expect(!error.isUnavailable)
  }
}
