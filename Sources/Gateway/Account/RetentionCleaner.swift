import Postgres
import Telemetry

/// Deletes conversations, with their messages, that were not touched for `PHOENIX_RETENTION_DAYS`:
/// at start-up and once an hour. Without that setting they are kept.
struct RetentionCleaner: Sendable {
  private static let batchMax = 500
  /// What several gateways agree upon, so that one of them cleans.
  private static let lock: Int64 = 0x7068_6f65_6e69_7801

  let database: PostgresPool
  let days: Int
  let telemetry: GatewayTelemetry

  /// Cleans until cancelled.
  func run() async {
    while !Task.isCancelled {
      // Where the database is away or not migrated yet, another attempt comes soon.
      var pause = Duration.seconds(3600)
      do {
        let deleted = try await clean()
        telemetry.observe(.backgroundWorkFinished(.retention, failure: nil))
        if deleted > 0 { telemetry.observe(.conversationsOutlived(count: deleted)) }
      } catch {
        pause = .seconds(10)
        guard !Task.isCancelled else { return }
        telemetry.observe(.backgroundWorkFinished(.retention, failure: "\(error)"))
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// Conversations deleted, in batches that hold their locks for a moment only.
  func clean() async throws(PostgresError) -> Int {
    var deleted = 0
    while !Task.isCancelled {
      let batch = try await database.run(
        [
          PostgresStatement(
            "select set_config('phoenix.retention_days', $1, true)", [.text(String(days))]),
          PostgresStatement(
            """
            delete from conversations where id in (
              select id from conversations
              where pg_try_advisory_xact_lock($1)
                and updated_at < now() - make_interval(days => $2)
              order by updated_at limit \(Self.batchMax))
            and updated_at < now() - make_interval(days => $2)
            """, [.int(Self.lock), .int(Int64(days))]),
        ], as: BuiltInIdentity.databaseRole, deadline: .now + .seconds(30))[1].affectedRows
      deleted += batch
      if batch < Self.batchMax { break }
    }
    return deleted
  }
}
