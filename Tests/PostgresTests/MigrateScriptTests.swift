import Foundation
import Postgres
import Testing

@Suite(.serialized) struct MigrateScriptTests {
  private func withScript(
    files: [String: String] = [:],
    _ body: (_ script: MigrateScript, _ owner: TestPool, _ inside: TestPool) async throws -> Void
  ) async throws {
    try await withPool(try TestPool(url: TestDatabase.ownerURL())) { owner async throws in
      let script = try await MigrateScript(files: files)
      let result = await Result {
        try await withPool(try TestPool(url: script.url)) { try await body(script, owner, $0) }
      }
      try await script.remove()
      try result.get()
    }
  }

  private let applied = "select string_agg(name, ' ' order by version) from phoenix_migrations"

  @Test func appliesEachFileOnceInOrder() async throws {
    let files = [
      "0001_one.sql": "create table one (x int);", "0002_two.sql": "insert into one values (2);",
      "0010_ten.sql": "insert into one select max(x) * 10 from one;",
    ]
    try await withScript(files: files) { script, _, inside async throws in
      for _ in 0..<2 { #expect(try await script.run().status == 0) }
      #expect(try await inside.text(applied) == "0001_one.sql 0002_two.sql 0010_ten.sql")
      #expect(try await inside.text("select string_agg(x::text, ' ') from one") == "2 20")
    }
  }

  @Test func aFileThatFailsLeavesNothingAndStopsTheRest() async throws {
    let files = [
      "0001_one.sql": "create table one ();", "0002_two.sql": "create table two (); select 1/0;",
      "0003_three.sql": "create table three ();",
    ]
    try await withScript(files: files) { script, _, inside async throws in
      let failed = try await script.run()
      #expect(failed.status != 0)
      #expect(failed.output.contains("division by zero"))
      #expect(try await inside.text(applied) == "0001_one.sql")
      #expect(try await inside.text("select to_regclass('two')::text") == nil)
      try script.write("0002_two.sql", "create table two ();")
      #expect(try await script.run().status == 0)
      #expect(try await inside.text(applied) == "0001_one.sql 0002_two.sql 0003_three.sql")
    }
  }

  @Test func aFileChangedAfterwardsIsAnError() async throws {
    let files = ["0001_one.sql": "create table one ();"]
    try await withScript(files: files) { script, _, inside async throws in
      #expect(try await script.run().status == 0)
      try script.write("0001_one.sql", "create table other ();")
      try script.write("0002_two.sql", "create table two ();")
      let refused = try await script.run()
      #expect(refused.status != 0)
      #expect(refused.output.contains("0001_one.sql was applied with another content"))
      #expect(try await inside.text(applied) == "0001_one.sql")
    }
  }

  @Test(arguments: [
    ("0001_late.sql", "lower number"), ("0003_again.sql", "number of another file"),
    ("three.sql", "not named"), ("0004_a'b.sql", "not named"),
  ])
  func aFileOutOfOrderIsAnError(name: String, words: String) async throws {
    let files = [
      "0002_two.sql": "create table two ();", "0003_three.sql": "create table three ();",
    ]
    try await withScript(files: files) { script, _, inside async throws in
      #expect(try await script.run().status == 0)
      try script.write(name, "create table wrong ();")
      let refused = try await script.run()
      #expect(refused.status != 0)
      #expect(refused.output.contains(words), "\(refused.output)")
      #expect(try await inside.text("select to_regclass('wrong')::text") == nil)
    }
  }

  @Test func killedInTheMiddleItGoesOnWhereItWas() async throws {
    let files = [
      "0001_one.sql": "create table one (); create table slow ();",
      "0002_two.sql": """
      create table two ();
      select pg_sleep(30) where current_setting('phoenix.fast', true) is null;
      """,
    ]
    try await withScript(files: files) { script, owner, inside async throws in
      let running = try script.start()
      _ = try await TestDatabase.eventually("the second file runs") {
        try await owner.run(
          """
          select from pg_stat_activity where datname = $1 and wait_event = 'PgSleep'
          """, [.text(script.database)]
        ).isEmpty ? nil : true
      }
      try await running.kill()
      #expect(try await inside.text(applied) == "0001_one.sql")
      _ = try await owner.run("alter database \(script.database) set phoenix.fast = 'yes'")
      #expect(try await script.run().status == 0)
      #expect(try await inside.text(applied) == "0001_one.sql 0002_two.sql")
      #expect(try await inside.text("select to_regclass('two')::text") == "two")
    }
  }

  @Test func runsAtTheSameTimeWaitForEachOther() async throws {
    let files = ["0001_one.sql": "create table one (); select pg_sleep(0.3);"]
    try await withScript(files: files) { script, _, inside async throws in
      let runs = try (0..<4).map { _ in try script.start() }
      for run in runs { #expect(try await run.end().status == 0) }
      #expect(try await inside.text(applied) == "0001_one.sql")
    }
  }

  @Test func ourMigrationsLeaveSupabasesAuthAlone() async throws {
    try await withScript { script, _, inside async throws in
      // As Supabase has it, and with its default grants.
      for sql in [
        "create schema auth",
        "create table auth.users (id uuid primary key, email text, encrypted_password text)",
        """
        create function auth.uid() returns uuid language sql stable as
        $$ select (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid $$
        """,
        "alter default privileges in schema public grant all on tables to anon, authenticated",
        "alter default privileges in schema public grant all on functions to anon, authenticated",
      ] { _ = try await inside.run(sql) }
      let run = try await script.run(ours: true)
      #expect(run.status == 0, "\(run.output)")
      let tables = try await inside.text(
        """
        select string_agg(relname, ' ') from pg_class
        where relkind = 'r' and relnamespace = 'auth'::regnamespace
        """)
      #expect(tables == "users")
      #expect(try await inside.text("select to_regprocedure('auth.jwt()')::text") == nil)
      let open = try await inside.text(
        """
        select string_agg(relname, ' ') from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace and (
          has_table_privilege('anon', oid, 'select,insert,update,delete')
          or not relrowsecurity or relname = 'phoenix_migrations'
            and has_table_privilege('authenticated', oid, 'select,insert,update,delete'))
        """)
      #expect(open == nil)
      let version = try await inside.text(
        "select has_function_privilege('anon', 'phoenix_schema_version()', 'execute')")
      #expect(version == "f")
    }
  }
}

extension Result where Failure == any Error {
  /// What `body` gave or threw, kept until later.
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
