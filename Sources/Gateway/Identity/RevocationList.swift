import Postgres
import Synchronization
import Telemetry

/// Sessions that were revoked, and accounts that were deleted, while their access tokens are still
/// good: every gateway on the
/// database reads the new ones twice a second, so that a logout holds everywhere within a second.
///
/// Revocations are only ever added, and forgotten when no token of theirs can be good any more;
/// where the database is away the list stays as it is. Memory is bounded by the logins of that
/// time, which passwords bound in turn.
final class RevocationList: Sendable {
  private static let pause = Duration.milliseconds(500)
  private static let pageMax = 5000
  /// An hour of access token and ten minutes for clocks that differ.
  private static let keptFor: UInt64 = 70 * 60 * 1_000_000_000
  /// Longer than a transaction may take: `revoked_at` is the instant when it began.
  private static let overlapMicroseconds: Int64 = 60_000_000

  /// How far the table was read.
  private struct Position {
    var revokedAt: Int64?
    var id: String
  }

  private let database: PostgresPool
  private let tell: BackgroundWitness
  /// When each was learnt, nanoseconds of the monotonic clock: no clock but our own decides.
  private let learnt = Mutex<[String: UInt64]>([:])

  /// Ids and instants that are newer than a place in the list, as SQL.
  private let ended: String

  /// - Parameters:
  ///   - hasSessions: whether sessions are rows of ours; on Supabase only deleted accounts can be
  ///     read.
  ///   - tell: told how each reading of ``run()`` ended.
  init(database: PostgresPool, hasSessions: Bool, tell: @escaping BackgroundWitness) {
    self.database = database
    self.tell = tell
    let accounts = ("public.account_deletions", "user_id", "deleted_at")
    let sessions = ("auth.sessions", "id", "revoked_at")
    ended = (hasSessions ? [sessions, accounts] : [accounts])
      .map { table, id, instant in
        """
        (select \(id) as id, \(instant) as ended_at from \(table)
         where (\(instant), \(id))
           > (greatest($1::timestamptz, now() - interval '70 minutes'), $2::uuid)
         order by \(instant), \(id) limit \(Self.pageMax))
        """
      }.joined(separator: " union all ")
  }

  func contains(_ id: String) -> Bool { learnt.withLock { $0[id] != nil } }

  /// Whether the session was ended, or its account is gone.
  func contains(_ session: Session) -> Bool {
    learnt.withLock { $0[session.sessionID] != nil || $0[session.userID] != nil }
  }

  /// Ids of sessions or of users. Holds at once on this gateway.
  func insert(_ sessionIDs: [String]) {
    let now = MonotonicClock.now()
    learnt.withLock { for id in sessionIDs { $0[id] = now } }
  }

  /// Reads the list until cancelled.
  func run() async {
    var latest: Int64?
    var forgetAt = MonotonicClock.now()
    while !Task.isCancelled {
      do {
        latest = try await readNew(since: latest)
        tell(.revocations, nil)
      } catch {
        if !Task.isCancelled { tell(.revocations, "\(error)") }
      }
      let now = MonotonicClock.now()
      if now >= forgetAt {
        forgetAt = now + 60_000_000_000
        learnt.withLock { $0 = $0.filter { now - min(now, $0.value) < Self.keptFor } }
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  /// Reads what was revoked since shortly before `latest`, or since tokens may be good; the latest
  /// instant then, microseconds since 1970.
  @discardableResult
  func readNew(since latest: Int64? = nil) async throws(PostgresError) -> Int64? {
    var position = Position(
      revokedAt: latest.map { $0 - Self.overlapMicroseconds },
      id: "00000000-0000-0000-0000-000000000000")
    var newest = latest
    while true {
      let rows = try await database.run(
        [
          PostgresStatement(
            """
            select id::text, ended_at from (\(ended)) ended
            order by ended_at, id limit \(Self.pageMax)
            """,
            [
              position.revokedAt.map { .timestamp(microseconds: $0) } ?? .null, .uuid(position.id),
            ])
        ], as: BuiltInIdentity.databaseRole, deadline: .now + .seconds(2))[0]
      var ids: [String] = []
      for row in rows {
        position = Position(revokedAt: try row.timestamp(1), id: try row.string(0))
        ids.append(position.id)
      }
      insert(ids.filter { !contains($0) })
      newest = [newest, rows.isEmpty ? nil : position.revokedAt].compactMap { $0 }.max()
      guard rows.count == Self.pageMax else { return newest }
    }
  }
}
