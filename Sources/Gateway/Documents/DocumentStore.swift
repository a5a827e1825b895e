import Cryptography
import Postgres
import Telemetry
import WorkerAPI

/// Documents of one user: the SQL of files, nothing else. Under the user's row-level security.
struct DocumentStore: Sendable {
  /// A row of `documents`.
  struct Document: Sendable {
    let id: String
    let filename: String
    let contentType: String
    let sizeBytes: Int
    /// 64 hexadecimal digits.
    let sha256: String
    /// RFC 3339.
    let createdAt: String
    /// JSON as stored.
    let analysis: String?
  }

  /// Bytes of a row of `document_contents`; only the last one of a document is shorter.
  static let partBytes = 262_144
  /// What `phoenix_require_space` raises.
  static let quotaState = "PX001"

  let database: PostgresPool
  /// Where their bytes are.
  let bytes: any DocumentBytes

  private static let columns = """
    id::text, filename, content_type, size_bytes, encode(sha256, 'hex'), \
    to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), analysis::text
    """

  /// Documents, newest first. `before` is the id of the last one of the page before.
  func list(before: String?, limit: Int, of session: Session) async throws(PostgresError)
    -> [Document]
  {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select \(Self.columns) from documents
          where user_id = $1 and ($2::uuid is null or (created_at, id) <
            (select created_at, id from documents where id = $2 and user_id = $1))
          order by created_at desc, id desc limit $3
          """,
          [.uuid(session.userID), before.map { .uuid($0) } ?? .null, .int(Int64(limit))])
      ], as: .user(claims: session.claims))
    return try documents(rows[0])
  }

  /// One document; nil where the user has none with this id.
  func document(_ id: String, of session: Session) async throws(PostgresError) -> Document? {
    let rows = try await database.run(
      [
        PostgresStatement(
          "select \(Self.columns) from documents where id = $1 and user_id = $2",
          [.uuid(id), .uuid(session.userID)])
      ], as: .user(claims: session.claims))
    return try documents(rows[0]).first
  }

  /// The newest document with these bytes; nil where there is none.
  func document(sha256: [UInt8], of session: Session) async throws(PostgresError) -> Document? {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select \(Self.columns) from documents where user_id = $1 and sha256 = $2
          order by created_at desc, id desc limit 1
          """, [.uuid(session.userID), .bytes(sha256)])
      ], as: .user(claims: session.claims))
    return try documents(rows[0]).first
  }

  /// Removes the row of a document, with its analysis and what else goes with it; false where there
  /// is none.
  func delete(_ id: String, of session: Session) async throws(PostgresError) -> Bool {
    let rows = try await database.run(
      [
        PostgresStatement(
          "delete from documents where id = $1 and user_id = $2",
          [.uuid(id), .uuid(session.userID)])
      ], as: .user(claims: session.claims))
    return rows[0].affectedRows > 0
  }

  /// Keeps an analysis with its document; nothing where that has gone meanwhile.
  func keep(analysis: [UInt8], of id: String, of session: Session) async throws(PostgresError) {
    _ = try await database.run(
      [
        PostgresStatement(
          "update documents set analysis = $3 where id = $1 and user_id = $2",
          [
            .uuid(id), .uuid(session.userID),
            .json(String(decoding: analysis, as: UTF8.self)),
          ])
      ], as: .user(claims: session.claims))
  }

  /// Bytes that the user's documents take, and whether the user agreed that texts go to an outside
  /// model.
  func standing(of session: Session) async throws(PostgresError) -> (bytes: Int, consent: Bool) {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select (select coalesce(sum(size_bytes), 0)::bigint from documents where user_id = $1),
                 coalesce((select (consents->>'gemini')::boolean from users where id = $1), false)
          """, [.uuid(session.userID)])
      ], as: .user(claims: session.claims))
    guard let row = rows[0].first else { return (0, false) }
    return (try row.int(0), try row.bool(1))
  }

  // MARK: Storing

  /// The document itself, within the user's quota; for the writer of its bytes.
  func insert(
    _ id: String, filename: String, type: DocumentType, sizeBytes: Int, sha256: [UInt8],
    quotaBytes: Int, of session: Session
  ) -> [PostgresStatement] {
    [
      PostgresStatement(
        "select phoenix_require_space($1, $2)",
        [.int(Int64(sizeBytes)), .int(Int64(quotaBytes))]),
      PostgresStatement(
        """
        insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
        values ($1, $2, $3, $4, $5, $6) returning \(Self.columns)
        """,
        [
          .uuid(id), .uuid(session.userID), .text(filename), .text(type.contentType),
          .int(Int64(sizeBytes)), .bytes(sha256),
        ]),
    ]
  }

  func documents(_ rows: PostgresRows) throws(PostgresError) -> [Document] {
    var documents: [Document] = []
    for row in rows {
      documents.append(
        Document(
          id: try row.string(0), filename: try row.string(1), contentType: try row.string(2),
          sizeBytes: try row.int(3), sha256: try row.string(4), createdAt: try row.string(5),
          analysis: try row.optionalString(6)))
    }
    return documents
  }
}
