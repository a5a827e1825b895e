import Postgres
import Telemetry

/// Deletes what no answer depends on any more, once an hour, so that the tables of identity do not
/// grow for ever: sessions a day after their end, used refresh tokens after 30 days. Until then a
/// used token has to be known, or its replay could not be told from a random one. With them go the
/// keys of requests that nobody may send again, and what was answered to them.
struct SessionCleaner: Sendable {
  private static let batchMax = 1000
  private static let expired = [
    (
      "auth.sessions",
      "expires_at < now() - interval '1 day' or revoked_at < now() - interval '1 day'"
    ),
    ("auth.refresh_tokens", "used_at < now() - interval '30 days'"),
  ]

  let database: PostgresPool
  /// Whether sessions are rows of ours; on Supabase they are not.
  let hasSessions: Bool
  let tell: BackgroundWitness

  /// Cleans until cancelled.
  func run() async {
    while !Task.isCancelled {
      // Where the database is away, the next hour does it.
      do {
        try await clean()
        tell(.sessions, nil)
      } catch {
        if !Task.isCancelled { tell(.sessions, "\(error)") }
      }
      try? await Task.sleep(for: .seconds(3600))
    }
  }

  /// Rows deleted, in batches that hold their locks for a moment only; several gateways may clean
  /// at once.
  @discardableResult
  func clean() async throws(PostgresError) -> Int {
    var deleted = 0
    for (table, condition) in hasSessions ? Self.expired : [] {
      var batch = Self.batchMax
      while batch == Self.batchMax {
        batch = try await database.run(
          [
            PostgresStatement(
              """
              delete from \(table) where id in (
                select id from \(table) where \(condition)
                limit \(Self.batchMax) for update skip locked)
              """)
          ], as: BuiltInIdentity.databaseRole)[0].affectedRows
        deleted += batch
      }
    }
    deleted += try await database.run(
      [
        PostgresStatement(
          "delete from public.idempotency_keys where created_at < now() - interval '24 hours'")
      ], as: BuiltInIdentity.databaseRole)[0].affectedRows
    return deleted
  }
}
