import Postgres
import ServiceHost

/// Streams of some users at this gateway; a lower version is an older state.
package struct PresenceCounts: Sendable, Equatable {
  package let version: Int64
  package let streams: [String: Int]
}

/// The table of who has a stream open at which gateway: triggers tell changes to those alone.
struct PresenceStore: Sendable {
  /// Transactions in progress: every one before `oldest` has ended, none before `next` begins.
  struct Horizon: Sendable {
    let oldest: Int64
    let next: Int64
  }

  /// Longer than the time between two refreshes, with room for one that fails.
  private static let kept = "interval '30 seconds'"
  private static let patience = Duration.seconds(3)

  let database: PostgresPool
  /// UUID of this process.
  let gatewayID: String

  /// The channel on which the triggers and the other gateways speak to this one.
  var channel: String { "phoenix_" + gatewayID }

  /// Writes counts, tells the other gateways of these users, and answers how many streams each has
  /// over all gateways.
  func write(_ counts: PresenceCounts) async throws(PostgresError) -> [String: Int] {
    guard !counts.streams.isEmpty else { return [:] }
    let users = PostgresParameter.textArray(Array(counts.streams.keys))
    let rows = try await run([
      Self.announce,
      upsert(counts),
      PostgresStatement(
        """
        select pg_notify('phoenix_' || gateway_id, 'p ' || user_id) from realtime_presence
        where user_id = any($1::text[]::uuid[]) and gateway_id <> $2 and streams > 0
          and expires_at > now()
        """, [users, .uuid(gatewayID)]),
      sum(users),
    ])
    return try connections(rows[3])
  }

  /// How many streams each of these users has over all gateways.
  func count(_ users: [String]) async throws(PostgresError) -> [String: Int] {
    guard !users.isEmpty else { return [:] }
    return try connections(try await run([sum(.textArray(users))])[0])
  }

  /// Keeps the rows of this gateway from expiring, and sweeps those of gateways that are gone.
  func refresh(_ counts: PresenceCounts) async throws(PostgresError) {
    var statements = [
      PostgresStatement(
        """
        with gone as (
          delete from realtime_presence where (user_id, gateway_id) in (
            select user_id, gateway_id from realtime_presence where expires_at <= now()
            order by user_id, gateway_id limit 1000 for update skip locked)
          returning user_id)
        select pg_notify('phoenix_' || gateway_id, 'p ' || user_id) from realtime_presence
        where user_id in (select user_id from gone) and streams > 0 and expires_at > now()
        """)
    ]
    if !counts.streams.isEmpty { statements += [Self.announce, upsert(counts)] }
    _ = try await run(statements)
  }

  /// Takes this gateway's rows away and tells the others: its streams have ended.
  func withdraw() async throws(PostgresError) {
    _ = try await run([
      PostgresStatement(
        """
        with gone as (
          delete from realtime_presence where gateway_id = $1 returning user_id)
        select pg_notify('phoenix_' || gateway_id, 'p ' || user_id) from realtime_presence
        where user_id in (select user_id from gone) and gateway_id <> $1 and streams > 0
          and expires_at > now()
        """, [.uuid(gatewayID)])
    ])
  }

  /// Where the transactions in progress stand.
  func horizon() async throws(PostgresError) -> Horizon {
    let rows = try await run([
      PostgresStatement(
        """
        select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint
        from pg_current_snapshot() s
        """)
    ])
    guard let row = rows[0].first else { return Horizon(oldest: 0, next: 0) }
    return Horizon(oldest: Int64(try row.int(0)), next: Int64(try row.int(1)))
  }

  /// Says that a stream may be open somewhere, for longer than a row is kept; seldom, since it is
  /// written to the log. The triggers look at nothing else until then.
  private static let announce = PostgresStatement(
    """
    select setval('realtime_until', extract(epoch from now())::bigint + 90)
    where coalesce(pg_sequence_last_value('realtime_until'), 0)
      < extract(epoch from now())::bigint + 60
    """)

  private func sum(_ users: PostgresParameter) -> PostgresStatement {
    PostgresStatement(
      """
      select user_id::text, sum(streams) from realtime_presence
      where user_id = any($1::text[]::uuid[]) and expires_at > now() group by user_id
      """, [users])
  }

  private func connections(_ rows: PostgresRows) throws(PostgresError) -> [String: Int] {
    var connections: [String: Int] = [:]
    for row in rows { connections[try row.string(0)] = try row.int(1) }
    return connections
  }

  private func upsert(_ counts: PresenceCounts) -> PostgresStatement {
    var json = JSONText()
    json.array(counts.streams.sorted { $0.key < $1.key }) { entry, json in
      json.object {
        $0.member("user", entry.key)
        $0.member("streams", entry.value)
      }
    }
    return PostgresStatement(
      """
      insert into realtime_presence as p (user_id, gateway_id, streams, version, expires_at)
      select (e->>'user')::uuid, $1, (e->>'streams')::int, $2, now() + \(Self.kept)
      from jsonb_array_elements($3::jsonb) e order by 1
      on conflict (user_id, gateway_id) do update set streams = excluded.streams,
        version = excluded.version, expires_at = excluded.expires_at
      where p.version < excluded.version
      """, [.uuid(gatewayID), .int(counts.version), .json(json.text)])
  }

  private func run(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows]
  {
    try await database.run(
      statements, as: BuiltInIdentity.databaseRole, deadline: .now + Self.patience)
  }
}
