import Foundation
import Testing

/// Our schema on a PostgreSQL as Supabase gives it, brought there by an owner who is no superuser.
@Suite(.serialized) struct SupabaseDatabaseTests {
  @Test func theOwnerHasNoRightThatSupabasesDoesNotHave() throws {
    let stand = try SupabaseStand.shared()
    let owner = try stand.sql(
      "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'postgres'")
    #expect(owner == "f|f|t")
    #expect(
      try stand.sql(
        "select string_agg(distinct tableowner, ' ') from pg_tables where schemaname = 'public'")
        == "postgres")
  }

  @Test func whatIsSupabasesStaysAsItWas() throws {
    let stand = try SupabaseStand.shared()
    let tables = try stand.sql(
      """
      select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'auth'
      """)
    #expect(tables == "identities refresh_tokens sessions users")
    let owners = try stand.sql(
      """
      select distinct pg_get_userbyid(proowner) from pg_proc
      where pronamespace = 'auth'::regnamespace
      """)
    #expect(owners == "supabase_auth_admin")
    let attributes = try stand.sql(
      """
      select string_agg(rolname || ' ' || rolinherit || ' ' || rolbypassrls, ', ' order by rolname)
      from pg_roles where rolname in ('anon', 'authenticated', 'service_role')
      """)
    #expect(attributes == "anon false false, authenticated false false, service_role false true")
  }

  /// Supabase opens every new table of `public` to its API roles.
  @Test func nothingOfOursIsOpenByDefault() throws {
    let stand = try SupabaseStand.shared()
    let open = try stand.sql(
      """
      select coalesce(string_agg(relname, ' '), '') from pg_class
      where relkind in ('r', 'v', 'p') and relnamespace = 'public'::regnamespace and (
        has_table_privilege('anon', oid, 'select,insert,update,delete,truncate,references,trigger')
        or not relrowsecurity or (relname <> 'phoenix_migrations' and not relforcerowsecurity))
      """)
    #expect(open == "")
    let functions = try stand.sql(
      """
      select coalesce(string_agg(proname, ' '), '') from pg_proc
      where pronamespace = 'public'::regnamespace and prosecdef
        and has_function_privilege('anon', oid, 'execute')
      """)
    #expect(functions == "")
  }

  @Test func migratingAgainChangesNothing() throws {
    let stand = try SupabaseStand.shared()
    let (status, output) = try migrate(stand.ownerURL)
    #expect(status == 0 && output == "", "\(output)")
  }

  @Test func aTransactionPoolerIsNoPlaceToMigrateFrom() throws {
    let stand = try SupabaseStand.shared()
    for url in [stand.pooledURL, "postgresql://postgres.ref:p@pooler.exemple.fr:6543/postgres"] {
      let (status, output) = try migrate(url)
      #expect(status == 2 && output.contains("transaction mode"), "\(output)")
    }
  }

  /// Transactions of one connection of ours meet several servers, and no name of a statement, no
  /// role and no claim is left on any of them.
  @Test func nothingIsLeftOnAServerBehindThePooler() throws {
    let bed = try HomeStack(.supabasePooled)
    let stand = try SupabaseStand.shared()
    let families = try (0..<3).map { _ in try bed.stack.signUp() }
    for _ in 0..<5 {
      for family in families {
        let answers = try bed.stack.atOnce(
          4, "POST", "/api/procedures", ["type": "aah", "title": family.id],
          headers: ["Cookie": family.cookie])
        #expect(answers.allSatisfy { $0.status == 201 })
      }
    }
    for family in families {
      let rows =
        try bed.stack.get("/api/procedures?limit=100", family)
        .json["procedures"] as? [[String: Any]]
      #expect(rows?.count == 20)
      #expect(rows?.allSatisfy { $0["title"] as? String == family.id } == true)
    }
    // Whatever server the pooler gives.
    for _ in 0..<8 {
      let left = try stand.sql(
        """
        select (select count(*) from pg_prepared_statements), current_user,
          coalesce(nullif(current_setting('request.jwt.claims', true), ''), 'none')
        """, url: stand.pooledURL.replacingOccurrences(of: "&pgbouncer=true", with: ""))
      #expect(left == "0|gateway|none")
    }
  }

  /// Where somebody forgot to say so, statements whose names are not known are sent again.
  @Test func aPoolerThatTheURLDoesNotNameFailsNobody() throws {
    let stand = try SupabaseStand.shared()
    let bed = try HomeStack(
      .supabasePooled,
      gateway: [
        "DATABASE_URL": stand.pooledURL.replacingOccurrences(of: "&pgbouncer=true", with: "")
      ])
    let families = try (0..<3).map { _ in try bed.stack.signUp() }
    for _ in 0..<6 {
      for family in families {
        let answers = try bed.stack.atOnce(
          4, "POST", "/api/procedures", ["type": "aah", "title": family.id],
          headers: ["Cookie": family.cookie])
        #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.map(\.status))")
      }
    }
    for family in families {
      let rows =
        try bed.stack.get("/api/procedures?limit=100", family).json["procedures"]
        as? [[String: Any]]
      #expect(rows?.count == 24)
      #expect(rows?.allSatisfy { $0["title"] as? String == family.id } == true)
    }
  }

  private func migrate(_ url: String) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = SupabaseStand.folder.deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("migrate")
    process.arguments = [url]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
