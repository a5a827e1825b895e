import Postgres

/// Procedures of one user: their SQL, nothing else. Every call is one transaction in one round
/// trip, under the user's row-level security.
struct ProcedureStore: Sendable {
  /// What became of a change.
  enum Outcome: Sendable {
    case changed(Procedure)
    /// The version in the body is not the row's.
    case staleVersion
    /// No tag of `If-Match` is the row's.
    case failedPrecondition
    case unknown
  }

  /// What `If-Match` asks for.
  enum Precondition: Sendable {
    /// `*`: whatever there is.
    case any
    case versions([Int])
  }

  let database: PostgresPool

  private static let columns = """
    id::text, type, title, status, to_char(due_date, 'YYYY-MM-DD'), notes, steps::text, version, \
    \(ChatStore.rfc3339("created_at")), \(ChatStore.rfc3339("updated_at"))
    """

  /// A page, what changed last first. `before` is the id of the last one of the page before.
  func list(
    status: String?, before: String?, limit: Int, of session: Session
  ) async throws(PostgresError) -> [Procedure] {
    let rows = try await run(
      """
      select \(Self.columns) from procedures
      where user_id = $1 and ($2::text is null or status = $2)
        and ($3::uuid is null or (updated_at, id) <
          (select updated_at, id from procedures where id = $3 and user_id = $1))
      order by updated_at desc, id desc limit $4
      """,
      [
        status.map { .text($0) } ?? .null, before.map { .uuid($0) } ?? .null, .int(Int64(limit)),
      ], session)
    var procedures: [Procedure] = []
    for row in rows { procedures.append(try Self.procedure(row)) }
    return procedures
  }

  /// One procedure; nil where the user has none of this id.
  func procedure(_ id: String, of session: Session) async throws(PostgresError) -> Procedure? {
    let rows = try await run(
      "select \(Self.columns) from procedures where user_id = $1 and id = $2", [.uuid(id)], session)
    return try rows.first.map { (row) throws(PostgresError) in try Self.procedure(row) }
  }

  /// Writes a procedure; where an earlier try wrote it, what is there. Nil where it is there and
  /// not the user's.
  func create(
    _ draft: ProcedureDraft, id: String, of session: Session
  ) async throws(PostgresError) -> Procedure? {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          insert into procedures (user_id, id, type, title, status, due_date, notes, steps)
          values ($1, $2, $3, $4, $5, $6::date, $7, $8) on conflict (id) do nothing
          """,
          [
            .uuid(session.userID), .uuid(id), .text(draft.type), .text(draft.title),
            .text(draft.status), draft.dueDate.map { .text($0) } ?? .null,
            draft.notes.map { .text($0) } ?? .null, .json(ProcedureStep.json(draft.steps)),
          ]),
        PostgresStatement(
          "select \(Self.columns) from procedures where user_id = $1 and id = $2",
          [.uuid(session.userID), .uuid(id)]),
      ], as: .user(claims: session.claims))
    return try rows[1].first.map { (row) throws(PostgresError) in try Self.procedure(row) }
  }

  /// Changes a procedure where the version is the one expected. The row is locked while it is
  /// looked at, so of two changes of one version one succeeds.
  func change(
    _ id: String, _ change: ProcedureChange, if precondition: Precondition?, of session: Session
  ) async throws(PostgresError) -> Outcome {
    let user = PostgresParameter.uuid(session.userID)
    let versions: [String]? =
      if case .versions(let versions) = precondition { versions.map { String($0) } } else { nil }
    let expected: [PostgresParameter] = [
      change.version.map { .int(Int64($0)) } ?? .null,
      versions.map { .textArray($0) } ?? .null,
    ]
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select coalesce(version = $3::int, true), coalesce(version::text = any($4::text[]), true)
          from procedures where user_id = $1 and id = $2 for update
          """, [user, .uuid(id)] + expected),
        PostgresStatement(
          """
          update procedures set
            type = coalesce($5, type), title = coalesce($6, title), status = coalesce($7, status),
            due_date = case when $8::bool then due_date else $9::date end,
            notes = case when $10::bool then notes else $11 end,
            steps = coalesce($12::jsonb, steps),
            version = version + 1, updated_at = clock_timestamp()
          where user_id = $1 and id = $2 and coalesce(version = $3::int, true)
            and coalesce(version::text = any($4::text[]), true)
          returning \(Self.columns)
          """, [user, .uuid(id)] + expected + Self.values(of: change)),
      ], as: .user(claims: session.claims))
    if let row = rows[1].first { return .changed(try Self.procedure(row)) }
    guard let row = rows[0].first else { return .unknown }
    return try row.bool(1) ? .staleVersion : .failedPrecondition
  }

  private static func values(of change: ProcedureChange) -> [PostgresParameter] {
    func text(_ value: String?) -> PostgresParameter { value.map { .text($0) } ?? .null }
    return [
      text(change.type), text(change.title), text(change.status),
      .bool(change.dueDate.isAbsent), text(change.dueDate.value),
      .bool(change.notes.isAbsent), text(change.notes.value),
      change.steps.map { .json(ProcedureStep.json($0)) } ?? .null,
    ]
  }

  /// Whether there was one to delete.
  func delete(_ id: String, of session: Session) async throws(PostgresError) -> Bool {
    try await run(
      "delete from procedures where user_id = $1 and id = $2", [.uuid(id)], session
    ).affectedRows == 1
  }

  /// One statement whose `$1` is the user.
  private func run(
    _ sql: String, _ values: [PostgresParameter], _ session: Session
  ) async throws(PostgresError) -> PostgresRows {
    try await database.run(
      [PostgresStatement(sql, [.uuid(session.userID)] + values)],
      as: .user(claims: session.claims))[0]
  }

  private static func procedure(_ row: PostgresRow) throws(PostgresError) -> Procedure {
    Procedure(
      id: try row.string(0), type: try row.string(1), title: try row.string(2),
      status: try row.string(3), dueDate: try row.optionalString(4),
      notes: try row.optionalString(5), steps: try row.string(6), version: try row.int(7),
      createdAt: try row.string(8), updatedAt: try row.string(9))
  }
}
