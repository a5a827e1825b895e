import Foundation
import Postgres
import Testing

/// What the migrated schema must keep, asked of the server's own catalogue.
@Suite(.serialized) struct SchemaTests {
  private func withOwner<Value>(_ body: (TestPool) async throws -> Value) async throws -> Value {
    try await withPool(try TestPool(url: TestDatabase.ownerURL()), body)
  }

  /// Tables with rows of families or of identity.
  private static let tables = """
    select c.oid, n.nspname || '.' || c.relname as name, c.relrowsecurity,
      c.relforcerowsecurity
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p')
      and c.relname <> 'phoenix_migrations'
    """

  @Test func theLoginRoleHasNoRightsOfItsOwn() async throws {
    try await withPool { pool async throws in
      let rows = try await pool.run(
        """
        select t.name, has_table_privilege('gateway', t.oid, 'select,insert,update,delete,truncate')
        from (\(Self.tables)) t
        """)
      #expect(rows.count >= 10)
      let names = try rows.map { try $0.string(0) }
      for (name, row) in zip(names, rows) { #expect(try !row.bool(1), "\(name)") }
      for name in names + ["public.phoenix_migrations"] {
        #expect(try await pool.failure("select * from \(name)").isInsufficientPrivilege, "\(name)")
      }
      let role = try await pool.run(
        """
        select rolcanlogin, rolinherit or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
        from pg_roles where rolname = 'gateway'
        """)
      #expect(try role[0].bool(0))
      #expect(try !role[0].bool(1))
      #expect(try await pool.failure("create table public.mine ()").isInsufficientPrivilege)
    }
  }

  @Test func withoutClaimsNobodySeesARow() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      _ = try await pool.pool.run([user.insertConversation()], as: user.identity)
      for claims in ["", "{}", #"{"sub":null}"#] {
        let seen = try await pool.text(
          "select count(*) from conversations", as: .user(claims: claims))
        #expect(seen == "0", "claims \(claims)")
      }
      #expect(
        try await pool.text("select count(*) from users", as: .role("authenticated")) == "0")
      for table in ["users", "conversations", "messages", "documents"] {
        let refused = try await pool.failure("select * from \(table)", as: .role("anon"))
        #expect(refused.isInsufficientPrivilege, "\(table)")
      }
    }
  }

  @Test func identityReadsAccountsButNoFamilysRows() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let identity = PostgresIdentity.role("phoenix_identity")
      let seen = try await pool.text(
        "select email from auth.users where id = $1", [.uuid(user.id)], as: identity)
      #expect(seen == user.email)
      for table in ["conversations", "messages", "documents", "procedures", "user_memories"] {
        let refused = try await pool.failure("select * from \(table)", as: identity)
        #expect(refused.isInsufficientPrivilege, "\(table)")
      }
      let refused = try await pool.failure("select * from auth.users", as: user.identity)
      #expect(refused.isInsufficientPrivilege)
    }
  }

  @Test func anAccountThatIsDeletedTakesEverythingAlong() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let other = try await TestUser.make(pool)
      for owner in [user, other] {
        let (conversation, document) = (UUID().uuidString, UUID().uuidString)
        _ = try await pool.pool.run(
          [
            owner.insertConversation(conversation),
            PostgresStatement(
              """
              insert into messages (id, conversation_id, user_id, role, content)
              values (gen_random_uuid(), $1, $2, 'user', '{"text":"x"}')
              """, [.uuid(conversation), .uuid(owner.id)]),
            PostgresStatement(
              """
              insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
              values ($1, $2, 'a.pdf', 'application/pdf', 3, $3)
              """, [.uuid(document), .uuid(owner.id), .bytes(Array(repeating: 7, count: 32))]),
            PostgresStatement(
              """
              insert into document_contents (document_id, user_id, part, bytes)
              values ($1, $2, 0, $3)
              """, [.uuid(document), .uuid(owner.id), .bytes([0, 255, 0])]),
          ], as: owner.identity)
      }
      let deleted = try await pool.run(
        "delete from auth.users where id = $1", [.uuid(user.id)], as: .role("phoenix_identity"))
      #expect(deleted.affectedRows == 1)
      try await withOwner { owner async throws in
        for table in ["messages", "conversations", "documents", "document_contents"] {
          let count = "select count(*) from \(table) where user_id = $1"
          #expect(try await owner.text(count, [.uuid(user.id)]) == "0", "\(table)")
          #expect(try await owner.text(count, [.uuid(other.id)]) == "1", "\(table)")
        }
      }
    }
  }

  @Test(arguments: [
    (#"{"text":"x"}"#, "user", true), (#"{"text":"x","sources":[]}"#, "assistant", true),
    (#""x""#, "user", false), ("{}", "user", false), ("[\"text\"]", "user", false),
    (#"{"text":"x"}"#, "system", false),
  ])
  func aMessageHasTextAndOneOfTwoRoles(content: String, role: String, isTaken: Bool) async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let id = UUID().uuidString
      let message = PostgresStatement(
        """
        insert into messages (id, conversation_id, user_id, role, content)
        values (gen_random_uuid(), $1, $2, $3, $4)
        """, [.uuid(id), .uuid(user.id), .text(role), .json(content)])
      do throws(PostgresError) {
        _ = try await pool.pool.run([user.insertConversation(id), message], as: user.identity)
        #expect(isTaken)
      } catch {
        #expect(!isTaken)
        #expect(error.sqlState == "23514")
      }
    }
  }

  /// A cached plan keeps what an IMMUTABLE function gave the first caller; a STABLE one is asked
  /// again. The twin shows that this test can see the fault.
  @Test func cachedPlansStayRightForTheNextUserBecauseUIDIsStable() async throws {
    try await withOwner { owner async throws in
      let source = try #require(
        try await owner.text("select prosrc from pg_proc where oid = 'auth.uid()'::regprocedure"))
      _ = try await owner.pool.run(
        [
          PostgresStatement("select set_config('plan_cache_mode', 'force_generic_plan', false)"),
          PostgresStatement(
            """
            create function pg_temp.uid() returns uuid language sql immutable as $twin$\
            \(source)$twin$
            """),
          PostgresStatement("prepare ours as select auth.uid()::text"),
          PostgresStatement("prepare twin as select pg_temp.uid()::text"),
        ], as: .login)
      var seen: [(user: String, ours: String, twin: String)] = []
      for user in [TestUser(), TestUser(), TestUser()] {
        let rows = try await owner.pool.run(
          [
            PostgresStatement(
              "select set_config('request.jwt.claims', $1, true)",
              [.text(#"{"sub":"\#(user.id)"}"#)]),
            PostgresStatement("execute ours"), PostgresStatement("execute twin"),
          ], as: .login)
        seen.append((user.id, try rows[1][0].string(0), try rows[2][0].string(0)))
      }
      #expect(seen.map(\.ours) == seen.map(\.user))
      #expect(seen.map(\.twin) == Array(repeating: seen[0].user, count: 3))
      let volatility = try await owner.text(
        """
        select string_agg(provolatile::text, '') from pg_proc
        where pronamespace = 'auth'::regnamespace and proname in ('uid', 'role', 'jwt')
        """)
      #expect(volatility == "sss")
    }
  }

  @Test func theGatewayReadsTheSchemasVersion() async throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: MigrateScript.root.appendingPathComponent("ops/migrations").path
    ).filter { $0.hasSuffix(".sql") }
    let newest = try #require(files.compactMap { Int($0.prefix(4)) }.max())
    try await withPool { pool async throws in
      #expect(try await pool.run("select phoenix_schema_version()")[0].int(0) == newest)
      let refused = try await pool.failure(
        "select phoenix_schema_version()", as: .role("authenticated"))
      #expect(refused.isInsufficientPrivilege)
    }
  }
}
