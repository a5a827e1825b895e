import Compression
import HummingbirdCore
import NIOCore
import Postgres
import ServiceHost
import Telemetry

/// Everything that is kept about one user, as a zip that is made while it is sent: rows as JSON,
/// files as they were uploaded. One page of rows or one part of a file is in memory at a time.
///
/// Pages are read one after the other, so what changes meanwhile may be in one table and not in
/// another. What fails on the way cuts the connection: a part is never taken for the whole.
struct AccountExport: Sendable {
  /// A table with rows of the user. The statement takes the user, the last row's place and the
  /// limit; it gives each row's place and JSON.
  private struct Table {
    let file: String
    let sql: String
    var first = "00000000-0000-0000-0000-000000000000"
    var isIdentity = false
  }

  private static let pageMax = 200

  let database: PostgresPool
  let documents: DocumentStore
  let session: Session
  let exchange: RequestExchange
  /// `YYYY-MM-DD`.
  let day: String
  /// What a provider of accounts keeps, as JSON; nil where accounts and sessions are rows of ours.
  let providerRecord: [UInt8]?

  private static func rows(
    _ table: String, _ columns: String = "to_jsonb(t) - 'user_id'", in schema: String = "public"
  ) -> String {
    """
    select t.id::text, (\(columns))::text from \(schema).\(table) t
    where t.user_id = $1 and t.id > $2::uuid order by t.id limit $3
    """
  }

  private static let sessions = Table(
    file: "sessions.json", sql: rows("sessions", in: "auth"), isIdentity: true)

  private static let tables = [
    Table(
      file: "compte.json",
      sql: """
        select t.id::text, to_jsonb(t)::text from users t
        where t.id = $1 and t.id > $2::uuid order by t.id limit $3
        """),
    Table(file: "conversations.json", sql: rows("conversations")),
    Table(file: "messages.json", sql: rows("messages")),
    Table(file: "demarches.json", sql: rows("procedures")),
    Table(file: "souvenirs.json", sql: rows("user_memories")),
    Table(
      file: "documents.json",
      sql: rows(
        "documents",
        "to_jsonb(t) - 'user_id' || jsonb_build_object('sha256', encode(t.sha256, 'hex'))")),
    Table(
      file: "presence.json",
      sql: """
        select t.gateway_id::text, (to_jsonb(t) - 'user_id')::text from realtime_presence t
        where t.user_id = $1 and t.gateway_id > $2::uuid order by t.gateway_id limit $3
        """),
    Table(
      file: "cles-de-repetition.json",
      sql: """
        select t.key, (to_jsonb(t) - 'user_id' - 'fingerprint')::text from idempotency_keys t
        where t.user_id = $1 and t.key > $2 order by t.key limit $3
        """, first: ""),
  ]

  private static func readme(_ account: String) -> String {
    """
    Ce fichier contient tout ce que PhoenixCare conserve à votre sujet.

    compte.json              votre profil et vos consentements
    \(account)
    conversations.json       vos conversations
    messages.json            vos questions et les réponses reçues
    demarches.json           vos démarches
    souvenirs.json           ce que l'assistant a retenu de vous
    documents.json           la liste de vos documents et leur analyse
    documents/               vos documents, tels que vous les avez envoyés
    presence.json            les pages ouvertes chez nous au moment de cette copie
    cles-de-repetition.json  des traces techniques, effacées après 24 heures

    Les dates et heures sont en temps universel (UTC).

    """
  }

  /// Writes the archive to the end.
  func write(to writer: inout any ResponseBodyWriter) async throws {
    let archive = try ExportArchive(day: day)
    try await send(archive.begin("LISEZMOI.txt"), &writer)
    let account =
      providerRecord == nil
      ? "sessions.json            vos connexions"
      : "supabase.json            votre compte, tel que notre prestataire le garde"
    try await send(archive.write(Array(Self.readme(account).utf8)), &writer)
    try await send(archive.end(), &writer)
    if let providerRecord {
      try await send(archive.begin("supabase.json"), &writer)
      try await send(archive.write(providerRecord), &writer)
      try await send(archive.end(), &writer)
    } else {
      try await write(Self.sessions, archive, &writer)
    }
    for table in Self.tables { try await write(table, archive, &writer) }
    try await writeFiles(archive, &writer)
    try await send(archive.finish(), &writer)
  }

  private func send(_ bytes: [UInt8], _ writer: inout any ResponseBodyWriter) async throws {
    guard !bytes.isEmpty else { return }
    try await writer.write(ByteBuffer(bytes: bytes))
  }

  private func write(
    _ table: Table, _ archive: ExportArchive, _ writer: inout any ResponseBodyWriter
  ) async throws {
    try await send(archive.begin(table.file), &writer)
    var last = table.first
    var separator = "[\n"
    while true {
      let rows = try await page(table.sql, after: last, isIdentity: table.isIdentity)
      var text = ""
      for row in rows {
        last = try row.string(0)
        text += separator + (try row.string(1))
        separator = ",\n"
      }
      if rows.count < Self.pageMax { text += separator == "[\n" ? "[]\n" : "\n]\n" }
      try await send(archive.write(Array(text.utf8)), &writer)
      if rows.count < Self.pageMax { break }
    }
    try await send(archive.end(), &writer)
  }

  private func page(
    _ sql: String, after last: String, isIdentity: Bool = false
  ) async throws -> PostgresRows {
    try await exchange.timed(\.db) {
      try await database.run(
        [
          PostgresStatement("select set_config('timezone', 'UTC', true)"),
          PostgresStatement(
            sql, [.uuid(session.userID), .text(last), .int(Int64(Self.pageMax))]),
        ], as: isIdentity ? BuiltInIdentity.databaseRole : .user(claims: session.claims))[1]
    }
  }

  // MARK: Files

  private func writeFiles(
    _ archive: ExportArchive, _ writer: inout any ResponseBodyWriter
  ) async throws {
    var last = "00000000-0000-0000-0000-000000000000"
    while true {
      let rows = try await page(Self.rows("documents", "t.filename"), after: last)
      for row in rows {
        last = try row.string(0)
        let name = "documents/\(last)/\(Self.safe(try row.string(1)))"
        try await send(archive.begin(name), &writer)
        try await writeContent(of: last, archive, &writer)
        try await send(archive.end(), &writer)
      }
      if rows.count < Self.pageMax { return }
    }
  }

  private func writeContent(
    of id: String, _ archive: ExportArchive, _ writer: inout any ResponseBodyWriter
  ) async throws {
    let reader = try await exchange.timed(\.db) { () async throws -> (any DocumentReader)? in
      guard let document = try await documents.document(id, of: session),
        document.sizeBytes > 0
      else { return nil }
      return try await documents.bytes.reader(
        document, 0...document.sizeBytes - 1, of: session)
    }
    // Deleted meanwhile.
    guard let reader else { return }
    while let bytes = try await exchange.timed(\.db, { try await reader.next() }) {
      try await send(archive.write(bytes), &writer)
    }
  }

  /// A file's name without what would lead out of its folder.
  static func safe(_ name: String) -> String {
    let kept = String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          scalar.value < 0x20 || scalar == "/" || scalar == "\\" || scalar == ":" ? "_" : scalar
        }))
    let text = String(kept.drop { $0 == "." || $0 == " " }.prefix(200))
    return text.isEmpty ? "document" : text
  }
}

/// The archive of one export. Compressing takes milliseconds a piece, which no event loop may
/// spend.
private actor ExportArchive {
  private var zip: ZipWriter

  init(day: String) throws {
    let parts = day.split(separator: "-").compactMap { Int($0) }
    zip =
      parts.count == 3
      ? ZipWriter(level: 3, year: parts[0], month: parts[1], day: parts[2])
      : ZipWriter(level: 3, year: 1980, month: 1, day: 1)
  }

  private func open(_ name: String) throws -> [UInt8] { try zip.begin(name) }
  private func add(_ bytes: [UInt8]) throws -> [UInt8] { try zip.write(bytes) }
  private func close() throws -> [UInt8] { try zip.end() }
  private func complete() throws -> [UInt8] { try zip.finish() }

  nonisolated func begin(_ name: String) async throws -> [UInt8] {
    try await withTaskExecutorPreference(globalConcurrentExecutor) { try await open(name) }
  }

  nonisolated func write(_ bytes: [UInt8]) async throws -> [UInt8] {
    try await withTaskExecutorPreference(globalConcurrentExecutor) { try await add(bytes) }
  }

  nonisolated func end() async throws -> [UInt8] {
    try await withTaskExecutorPreference(globalConcurrentExecutor) { try await close() }
  }

  nonisolated func finish() async throws -> [UInt8] {
    try await withTaskExecutorPreference(globalConcurrentExecutor) { try await complete() }
  }
}
