import Foundation
import Postgres
import Testing

/// What the server's own catalogue says of tables and policies, so that a new table cannot be
/// forgotten. Each question is also put to a schema made wrong on purpose.
@Suite(.serialized) struct PolicyCatalogueTests {
  private static let schemas = ["public", "auth"]
  /// The list of migrations: nobody but its owner has a right on it, and the owner has to read it.
  private static let exception = "public.phoenix_migrations"

  private static let tables = """
    select n.nspname || '.' || c.relname from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any($1::text[]) and c.relkind in ('r', 'p', 'f')
    """

  /// Tables that do not force row-level security, or have no policy.
  private static let unguarded = """
    \(tables) and not (c.relrowsecurity and c.relforcerowsecurity
      and exists (select from pg_policy where polrelid = c.oid)) order by 1
    """

  /// Columns that a policy reads and that lead no whole index.
  private static let unindexed = """
    select distinct n.nspname || '.' || c.relname || '.' || a.attname
    from pg_policy p
    join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
      and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
    join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any($1::text[]) and not exists (
      select from pg_index i where i.indrelid = a.attrelid and i.indkey[0] = a.attnum
        and i.indpred is null and i.indisvalid)
    order by 1
    """

  /// Policies that ask for the user row by row, or say what a row must be only half.
  private static let careless = """
    select n.nspname || '.' || c.relname || '.' || p.polname
    from pg_policy p join pg_class c on c.oid = p.polrelid
    join pg_namespace n on n.oid = c.relnamespace,
      lateral (select pg_get_expr(p.polqual, p.polrelid) as seen,
        pg_get_expr(p.polwithcheck, p.polrelid) as written) e
    where n.nspname = any($1::text[]) and (
      concat(e.seen, e.written) ~ 'auth\\.uid\\(\\)'
        and regexp_replace(concat(e.seen, e.written), '\\( SELECT auth\\.uid\\(\\) AS uid\\)', '', 'g')
          ~ 'auth\\.uid\\(\\)'
      or p.polcmd in ('*', 'w') and p.polwithcheck is null
      or 0 = any(p.polroles)
      or concat(e.seen, e.written) !~ 'auth\\.uid\\(\\)'
        and p.polroles <> array['phoenix_identity'::regrole::oid])
    order by 1
    """

  /// Ways round the policies: views with their owner's rights, functions with theirs.
  private static let detours = """
    select n.nspname || '.' || c.relname from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any($1::text[]) and (c.relkind = 'm' or c.relkind = 'v'
      and not coalesce('security_invoker=true' = any(c.reloptions), false))
    union all
    select n.nspname || '.' || p.proname from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = any($1::text[]) and p.prosecdef and p.prorettype <> 'trigger'::regtype
      and (has_function_privilege('authenticated', p.oid, 'execute')
        or has_function_privilege('anon', p.oid, 'execute'))
    order by 1
    """

  private func ask(
    _ question: String, _ owner: TestPool, _ schemas: [String] = schemas
  ) async throws -> [String] {
    try await owner.run(question, [.textArray(schemas)]).map { try $0.string(0) }
  }

  private func withOwner<Value>(_ body: (TestPool) async throws -> Value) async throws -> Value {
    try await withPool(try TestPool(url: TestDatabase.ownerURL()), body)
  }

  @Test func everyTableForcesRowLevelSecurityAndHasAPolicy() async throws {
    try await withOwner { owner async throws in
      #expect(try await ask(Self.unguarded, owner) == [Self.exception])
      let rights = try await owner.text(
        """
        select bool_or(has_table_privilege(r, $1, 'select,insert,update,delete,truncate'))::text
        from unnest(array['gateway', 'anon', 'authenticated', 'phoenix_identity']) r
        """, [.text(Self.exception)])
      #expect(rights == "false")
    }
  }

  @Test func everyTableIsTriedByTheTestsOfRights() async throws {
    try await withOwner { owner async throws in
      let tables = Set(try await ask(Self.tables, owner)).subtracting([Self.exception])
      #expect(tables == Set(RowFixture.all.map(\.table)), "a table without a fixture is not tried")
      #expect(tables.count >= 10)
    }
  }

  @Test func everyColumnOfAPolicyLeadsAnIndex() async throws {
    try await withOwner { owner async throws in
      #expect(try await ask(Self.unindexed, owner) == [])
    }
  }

  @Test func everyPolicyAsksForTheUserOnceAndChecksWhatIsWritten() async throws {
    try await withOwner { owner async throws in
      #expect(try await ask(Self.careless, owner) == [])
    }
  }

  @Test func nothingGoesRoundThePolicies() async throws {
    try await withOwner { owner async throws in
      #expect(try await ask(Self.detours, owner) == [])
    }
  }

  /// The questions find what they are for.
  @Test func theQuestionsFindWhatIsWrong() async throws {
    try await withOwner { owner async throws in
      let schema = "wrong_" + UUID().uuidString.lowercased().filter { $0 != "-" }
      var statements = [
        "create schema \(schema)",
        "create table \(schema).open (user_id uuid)",
        "create table \(schema).unforced (user_id uuid primary key)",
        "alter table \(schema).unforced enable row level security",
        "create policy p on \(schema).unforced to authenticated using (true) with check (true)",
        "create table \(schema).no_policy (user_id uuid)",
        "alter table \(schema).no_policy enable row level security",
        "alter table \(schema).no_policy force row level security",
        "create view \(schema).window as select * from \(schema).open",
        """
        create function \(schema).detour() returns int language sql security definer as 'select 1'
        """,
        """
        create function \(schema).fine() returns int language sql security invoker as 'select 1'
        """,
      ]
      let policies = [
        "right": "to authenticated using ((select auth.uid()) = user_id) "
          + "with check ((select auth.uid()) = user_id)",
        "each_row":
          "to authenticated using (auth.uid() = user_id) with check (auth.uid() = user_id)",
        "unchecked": "to authenticated using ((select auth.uid()) = user_id)",
        "for_all":
          "using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id)",
        "of_nobody": "to authenticated using (user_id is not null) with check (true)",
      ]
      for (name, policy) in policies {
        statements += [
          "create table \(schema).\(name) (user_id uuid, id int, primary key (id, user_id))",
          "alter table \(schema).\(name) enable row level security",
          "alter table \(schema).\(name) force row level security",
          "create policy p on \(schema).\(name) \(policy)",
        ]
      }
      // One index that begins with the column, and one for some rows only.
      statements += [
        "create index on \(schema).right (user_id, id)",
        "create index on \(schema).each_row (user_id) where id > 5",
      ]
      _ = try await owner.pool.run(statements.map { PostgresStatement($0) }, as: .login)
      func wrong(_ names: String...) -> [String] { names.map { "\(schema).\($0)" } }
      #expect(
        try await ask(Self.unguarded, owner, [schema]) == wrong("no_policy", "open", "unforced"))
      #expect(
        try await ask(Self.unindexed, owner, [schema])
          == wrong("each_row.user_id", "for_all.user_id", "of_nobody.user_id", "unchecked.user_id"))
      #expect(
        try await ask(Self.careless, owner, [schema])
          == wrong("each_row.p", "for_all.p", "of_nobody.p", "unchecked.p", "unforced.p"))
      // The schema is closed to the roles, the function by itself is not.
      #expect(try await ask(Self.detours, owner, [schema]) == wrong("detour", "window"))
      _ = try await owner.run("drop schema \(schema) cascade")
    }
  }
}
