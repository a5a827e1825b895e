import Foundation
import Postgres
import Testing

/// Every table, every verb, every actor.
@Suite(.serialized) struct RowSecurityTests {
  /// Who tries.
  private enum Actor: CaseIterable, CustomStringConvertible {
    case owner, other, anon, anonWithClaims, withoutClaims, forged, login, identity

    var description: String {
      switch self {
      case .owner: "the owner"
      case .other: "another user"
      case .anon: "anon"
      case .anonWithClaims: "anon with the owner's claims"
      case .withoutClaims: "authenticated without claims"
      case .forged: "forged claims"
      case .login: "the login role"
      case .identity: "phoenix_identity"
      }
    }

    /// In whose name the statement runs, and what is said before it.
    func runs(_ owner: TestUser, _ other: TestUser) -> [(PostgresIdentity, [PostgresStatement])] {
      switch self {
      case .owner: [(owner.identity, [])]
      case .other: [(other.identity, [])]
      case .anon: [(.role("anon"), [])]
      case .anonWithClaims: [(.role("anon"), [Self.claims(owner)])]
      case .withoutClaims:
        [(.role("authenticated"), [])]
          + ["", "{}", "null", #"{"sub":null}"#].map {
            (.user(claims: $0), [])
          }
      case .forged: Self.forgeries(owner, other).map { (.user(claims: $0), []) }
      case .login: [(.login, []), (.login, [Self.claims(owner)])]
      case .identity:
        [(.role("phoenix_identity"), []), (.role("phoenix_identity"), [Self.claims(owner)])]
      }
    }

    private static func claims(_ user: TestUser) -> PostgresStatement {
      PostgresStatement(
        "select set_config('request.jwt.claims', $1, true)", [.text(#"{"sub":"\#(user.id)"}"#)])
    }

    /// What a token could say if its signature were not looked at well enough.
    private static func forgeries(_ owner: TestUser, _ other: TestUser) -> [String] {
      [
        #"{"sub":"\#(other.id)","role":"service_role"}"#,
        #"{"sub":"\#(other.id)","user_id":"\#(owner.id)","is_admin":true}"#,
        #"{"sub":"\#(owner.id)","sub":"\#(other.id)"}"#,
        #"{"sub":["\#(owner.id)"]}"#, #"{"sub":{"id":"\#(owner.id)"}}"#,
        #"{"sub":"\#(owner.id)' or '1'='1"}"#, #"{"sub":"*"}"#, #"{"sub":"%"}"#, #"{"sub":""}"#,
        #"[{"sub":"\#(owner.id)"}]"#, #"{"SUB":"\#(owner.id)"}"#,
        #"{"user":{"sub":"\#(owner.id)"}}"#,
        owner.id, #""\#(owner.id)""#, "{", "not json",
      ]
    }
  }

  /// What the server must answer.
  private enum Outcome: Hashable {
    /// So many rows seen or touched; `nil` for at least one.
    case rows(Int?)
    /// The role has no such right, or a policy refuses the row.
    case refused
    /// Nothing of it: no row, a refusal, or claims that cannot be read.
    case nothing
  }

  private func expected(
    _ verb: RowFixture.Verb, on fixture: RowFixture, by actor: Actor
  ) -> Outcome {
    switch (actor, fixture.role) {
    case (.owner, .user), (.identity, .identity):
      return fixture.verbs.contains(verb) ? .rows(nil) : .refused
    case (.identity, .user):
      if !fixture.identityVerbs.isEmpty {
        return fixture.identityVerbs.contains(verb) ? .rows(nil) : .refused
      }
      // The profile is written at sign-up, and read when an account is.
      let isProfile = fixture.table == "public.users"
      return !isProfile || verb == .delete ? .refused : verb == .insert ? .nothing : .rows(nil)
    case (.anon, _), (.anonWithClaims, _), (.login, _), (_, .identity): return .refused
    case (.other, .user), (.withoutClaims, .user):
      return verb == .insert || !fixture.verbs.contains(verb) ? .refused : .rows(0)
    case (.forged, .user): return .nothing
    }
  }

  private func check(
    _ outcome: Result<PostgresRows, PostgresError>, is expected: Outcome, _ what: String
  ) {
    switch (outcome, expected) {
    case (.success(let rows), .rows(let count)):
      #expect(count.map { $0 == rows.affectedRows } ?? (rows.affectedRows > 0), "\(what)")
    case (.success(let rows), .nothing): #expect(rows.affectedRows == 0, "\(what)")
    case (.failure(let error), .refused):
      #expect(error.isInsufficientPrivilege, "\(what): \(error.debugDescription)")
    case (.failure(let error), .nothing):
      // A refusal, claims that are no JSON or a number without bounds, a `sub` that is no UUID, a
      // row that is there.
      let known = ["42501", "22P02", "22003", "23505"]
      #expect(known.contains(error.sqlState ?? ""), "\(what): \(error.debugDescription)")
    case (.success, .refused): Issue.record("\(what): not refused")
    case (.failure(let error), .rows): Issue.record("\(what): \(error.debugDescription)")
    }
  }

  @Test(arguments: RowFixture.Verb.allCases)
  func everyTableEveryActor(verb: RowFixture.Verb) async throws {
    try await withPool(try TestPool { $0.poolSize = 2 }) { pool async throws in
      for fixture in RowFixture.all {
        let other = try await TestUser.make(pool)
        // Those who may change rows come last, and everybody finds the same.
        let actors =
          Actor.allCases.filter { $0 != .owner && $0 != .identity } + [.owner, .identity]
        var family = try await Family.make(pool)
        for actor in actors {
          if actor == .identity { family = try await Family.make(pool) }
          for (identity, before) in actor.runs(family.user, other) {
            var result: Result<PostgresRows, PostgresError>
            do throws(PostgresError) {
              let statement = fixture.statement(verb, on: family)
              let rows = try await pool.pool.run(before + [statement], as: identity)
              result = .success(rows[before.count])
            } catch {
              result = .failure(error)
            }
            check(
              result, is: expected(verb, on: fixture, by: actor),
              "\(verb.rawValue) on \(fixture.table) by \(actor)")
            // One deletion is all that can be.
            if verb == .delete, case .success(let rows) = result, rows.affectedRows > 0 {
              family = try await Family.make(pool)
            }
          }
        }
      }
    }
  }

  /// Nobody gives a row away, and nobody takes one.
  @Test func noRowChangesItsOwner() async throws {
    try await withPool { pool async throws in
      let family = try await Family.make(pool)
      let other = try await TestUser.make(pool)
      for fixture in RowFixture.all where fixture.role == .user && fixture.verbs.contains(.update) {
        let gift = "update \(fixture.table) set \(fixture.owner) = $1"
        let refused = try await pool.failure(gift, [.uuid(other.id)], as: family.user.identity)
        #expect(refused.isInsufficientPrivilege, "\(fixture.table): \(refused.debugDescription)")
        let theft = try await pool.run(
          "\(gift) where \(fixture.owner) = $2", [.uuid(other.id), .uuid(family.user.id)],
          as: other.identity)
        #expect(theft.affectedRows == 0, "\(fixture.table)")
      }
    }
  }

  @Test func nobodyTruncatesOrChangesTheSchema() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let identities: [PostgresIdentity] = [
        user.identity, .role("anon"), .role("phoenix_identity"), .login,
      ]
      for identity in identities {
        for fixture in RowFixture.all {
          for change in [
            "truncate \(fixture.table)", "alter table \(fixture.table) no force row level security",
            "alter table \(fixture.table) disable row level security",
            "create policy mine on \(fixture.table) using (true)", "drop table \(fixture.table)",
          ] {
            #expect(
              try await pool.failure(change, as: identity).isInsufficientPrivilege, "\(change)")
          }
        }
        let schema = try await pool.failure("create table public.mine (x int)", as: identity)
        #expect(schema.isInsufficientPrivilege)
      }
    }
  }

  /// `row_security = off` makes an error of what a policy would hide; it opens nothing.
  @Test func switchingRowSecurityOffOpensNothing() async throws {
    try await withPool { pool async throws in
      let family = try await Family.make(pool)
      let other = try await TestUser.make(pool)
      for fixture in RowFixture.all where fixture.role == .user {
        let off = PostgresStatement("select set_config('row_security', 'off', true)")
        let error = await #expect(throws: PostgresError.self) {
          try await pool.pool.run(
            [off, fixture.statement(.select, on: family)], as: other.identity)
        }
        #expect(error?.isInsufficientPrivilege == true, "\(fixture.table)")
      }
    }
  }
}
