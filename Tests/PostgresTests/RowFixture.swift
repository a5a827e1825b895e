import Foundation
import Postgres

/// How a row of each table with rows of families or of identity is made, so that every right on it
/// can be tried. A table without one fails `RowSecurityTests`.
struct RowFixture: Sendable {
  /// With its schema.
  let table: String
  /// Whose row it is.
  let owner: String
  /// The role that works with it, as itself or in the name of a user.
  let role: Role
  /// What that role may do.
  let verbs: Set<Verb>
  /// What the gateway may do beside it, under a role of its own, with rows of everybody.
  var identityVerbs: Set<Verb> = []
  /// Adds one more row of a user, whose first ones `Family.make` made.
  let insert: @Sendable (Family) -> PostgresStatement

  enum Role: Sendable { case user, identity }
  enum Verb: String, CaseIterable, Sendable { case select, insert, update, delete }

  static let all: [RowFixture] = [
    RowFixture(table: "public.conversations", owner: "user_id", role: .user, verbs: every) {
      $0.user.insertConversation()
    },
    RowFixture(table: "public.messages", owner: "user_id", role: .user, verbs: every) {
      PostgresStatement(
        """
        insert into messages (id, conversation_id, user_id, role, content)
        values (gen_random_uuid(), $1, $2, 'user', '{"text":"x"}')
        """, [.uuid($0.conversation), .uuid($0.user.id)])
    },
    RowFixture(table: "public.user_memories", owner: "user_id", role: .user, verbs: every) {
      PostgresStatement(
        "insert into user_memories (id, user_id, fact) values (gen_random_uuid(), $1, 'x')",
        [.uuid($0.user.id)])
    },
    RowFixture(table: "public.documents", owner: "user_id", role: .user, verbs: every) {
      $0.insertDocument(UUID().uuidString)
    },
    RowFixture(table: "public.document_contents", owner: "user_id", role: .user, verbs: every) {
      PostgresStatement(
        """
        insert into document_contents (document_id, user_id, part, bytes)
        values ($1, $2, $3, '\\x00ff')
        """,
        [.uuid($0.document), .uuid($0.user.id), .int(Int64.random(in: 0..<2_000_000_000))])
    },
    RowFixture(table: "public.procedures", owner: "user_id", role: .user, verbs: every) {
      PostgresStatement(
        """
        insert into procedures (id, user_id, type, title)
        values (gen_random_uuid(), $1, 'aah', 'x')
        """, [.uuid($0.user.id)])
    },
    RowFixture(table: "public.idempotency_keys", owner: "user_id", role: .user, verbs: every) {
      PostgresStatement(
        """
        insert into idempotency_keys
          (user_id, key, route, fingerprint, resource_id, locked_until)
        values ($1, $2, '/api/procedures', $3, gen_random_uuid(), now())
        """,
        [.uuid($0.user.id), .text(UUID().uuidString), .bytes(Array(repeating: 7, count: 32))])
    },
    RowFixture(
      table: "public.realtime_presence", owner: "user_id", role: .user, verbs: [.select],
      identityVerbs: every
    ) {
      PostgresStatement(
        """
        insert into realtime_presence (user_id, gateway_id, streams, version, expires_at)
        values ($1, gen_random_uuid(), 1, 1, now())
        """, [.uuid($0.user.id)])
    },
    RowFixture(
      table: "public.account_deletions", owner: "user_id", role: .identity,
      verbs: [.select, .insert]
    ) { _ in
      PostgresStatement("insert into account_deletions (user_id) values (gen_random_uuid())")
    },
    RowFixture(
      table: "public.users", owner: "id", role: .user, verbs: [.select, .update, .delete]
    ) {
      PostgresStatement(
        "insert into public.users (id, email) values ($1, 'x@exemple.fr')", [.uuid($0.user.id)])
    },
    RowFixture(table: "auth.users", owner: "id", role: .identity, verbs: every) { _ in
      let user = TestUser()
      return PostgresStatement(
        "insert into auth.users (id, email, password_hash) values ($1, $2, 'x')",
        [.uuid(user.id), .text(user.email)])
    },
    RowFixture(table: "auth.sessions", owner: "user_id", role: .identity, verbs: every) {
      PostgresStatement(
        "insert into auth.sessions (id, user_id, expires_at) values (gen_random_uuid(), $1, now())",
        [.uuid($0.user.id)])
    },
    RowFixture(table: "auth.refresh_tokens", owner: "session_id", role: .identity, verbs: every) {
      PostgresStatement(
        """
        insert into auth.refresh_tokens (id, session_id, token_hash)
        values (gen_random_uuid(), $1, $2)
        """, [.uuid($0.session), .bytes(Array(UUID().uuidString.utf8))])
    },
  ]

  private static let every = Set(Verb.allCases)

  /// A statement that tries a verb on the rows of a family.
  func statement(_ verb: Verb, on family: Family) -> PostgresStatement {
    let value = PostgresParameter.uuid(owner == "session_id" ? family.session : family.user.id)
    return switch verb {
    case .select: PostgresStatement("select 1 from \(table) where \(owner) = $1", [value])
    case .insert: insert(family)
    case .update:
      PostgresStatement("update \(table) set \(owner) = \(owner) where \(owner) = $1", [value])
    case .delete: PostgresStatement("delete from \(table) where \(owner) = $1", [value])
    }
  }
}

/// A user with a row in every table.
struct Family: Sendable {
  let user: TestUser
  let conversation = UUID().uuidString
  let document = UUID().uuidString
  let session = UUID().uuidString

  func insertDocument(_ id: String) -> PostgresStatement {
    PostgresStatement(
      """
      insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
      values ($1, $2, 'a.pdf', 'application/pdf', 3, $3)
      """, [.uuid(id), .uuid(user.id), .bytes(Array(repeating: 7, count: 32))])
  }

  static func make(_ pool: TestPool) async throws -> Family {
    let family = Family(user: try await TestUser.make(pool))
    _ = try await pool.pool.run(
      [
        PostgresStatement(
          "insert into auth.sessions (id, user_id, expires_at) values ($1, $2, now())",
          [.uuid(family.session), .uuid(family.user.id)]),
        PostgresStatement(
          "insert into account_deletions (user_id) values ($1)", [.uuid(family.user.id)]),
      ]
        + RowFixture.all.filter {
          ["auth.refresh_tokens", "public.realtime_presence"].contains($0.table)
        }
        .map { $0.insert(family) },
      as: .role("phoenix_identity"))
    // The conversation and the document first, as others refer to them.
    _ = try await pool.pool.run(
      [family.user.insertConversation(family.conversation), family.insertDocument(family.document)]
        + RowFixture.all.filter { $0.role == .user && $0.verbs.contains(.insert) }
        .map { $0.insert(family) }, as: family.user.identity)
    return family
  }
}
