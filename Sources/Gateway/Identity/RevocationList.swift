import Postgres
import Synchronization

/// Sessions that were revoked while their access tokens are still good: every gateway on the
/// database reads them twice a second, so that a logout holds everywhere within a second.
final class RevocationList: Sendable {
  private let database: PostgresPool
  private let revoked = Mutex<Set<String>>([])

  init(database: PostgresPool) { self.database = database }

  func contains(_ sessionID: String) -> Bool { revoked.withLock { $0.contains(sessionID) } }

  /// Holds at once on this gateway.
  func insert(_ sessionIDs: [String]) { revoked.withLock { $0.formUnion(sessionIDs) } }

  /// Reads the list until cancelled; where the database is away the last list stays.
  func run() async {
    while !Task.isCancelled {
      if let rows = try? await database.run(
        [
          PostgresStatement(
            """
            select id::text from auth.sessions
            where revoked_at > now() - interval '70 minutes' limit 100000
            """)
        ], as: .role("phoenix_identity")), let list = rows.first
      {
        let ids = Set(list.compactMap { try? $0.string(0) })
        // Ids inserted here since the query began are in the database too: they were committed first.
        revoked.withLock { $0 = ids }
      }
      try? await Task.sleep(for: .milliseconds(500))
    }
  }
}
