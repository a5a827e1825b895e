import Foundation
import Gateway
import Postgres
import Reactor
import ServiceHost
import Testing
import Upstream

/// What `SupabaseIdentity` is told by its settings and checks before it serves; the rest is tested
/// with the gateway as a process.
@Suite struct SupabaseIdentityTests {
  private let environment = [
    "PHOENIX_SECRET_KEY": Data(repeating: 7, count: 32).base64EncodedString(),
    "DATABASE_URL": "postgresql://gateway@/x", "SUPABASE_URL": "https://ref.supabase.co//",
    "SUPABASE_ANON_KEY": "sb_publishable_x",
  ]

  private func faults(_ changes: [String: String]) -> [String] {
    do throws(SettingsError) {
      _ = try GatewaySettings(environment: environment.merging(changes) { $1 })
      return []
    } catch { return error.faults }
  }

  @Test func settingsNameTheProject() throws {
    let settings = try GatewaySettings(environment: environment)
    #expect(settings.supabase?.url == "https://ref.supabase.co")
    #expect(settings.supabase?.secretKey == nil)
    #expect(!settings.description.contains("sb_publishable_x"))
    #expect(settings.description.contains(#""identity":"supabase""#))
    let without = try GatewaySettings(
      environment: environment.merging(["SUPABASE_URL": ""]) { $1 })
    #expect(without.supabase == nil)
  }

  @Test(arguments: [
    (["SUPABASE_URL": "ref.supabase.co"], "SUPABASE_URL must start with https://"),
    (["SUPABASE_ANON_KEY": ""], "SUPABASE_ANON_KEY is required"),
    (["SUPABASE_ANON_KEY": "a b"], "SUPABASE_ANON_KEY must be one word"),
    (["SUPABASE_SECRET_KEY": "é"], "SUPABASE_SECRET_KEY must be one word"),
    (["SUPABASE_STORAGE_BUCKET": "a/b"], "SUPABASE_STORAGE_BUCKET must be of letters"),
    (["SUPABASE_JWT_SECRET": "short"], "SUPABASE_JWT_SECRET must have at least 32 bytes"),
    (["PHOENIX_ENV": "production"], "SUPABASE_SECRET_KEY is required in production"),
    (
      ["PHOENIX_ENV": "production", "SUPABASE_URL": "http://ref.supabase.co"],
      "SUPABASE_URL must start with https:// in production"
    ),
  ])
  func aFaultOfTheSettingsIsNamed(changes: [String: String], words: String) {
    #expect(faults(changes).contains { $0.hasPrefix(words) }, "\(faults(changes))")
  }

  @Test func aDatabaseOfTheBuiltInAccountsIsNotTheProjects() async throws {
    try await withIdentity { bed in
      let reactor = try Reactor(name: "supabase-test")
      let client = UpstreamClient(reactor: reactor)
      let identity = try SupabaseIdentity(
        database: bed.pool, client: client,
        settings: SupabaseSettings(
          url: "http://127.0.0.1:9", anonKey: "k", publicURL: "http://127.0.0.1:3000"),
        loginLimit: nil)
      #expect(try await bed.refusal { try await identity.prepare() } == "misconfigured")
      await client.shutdown()
      reactor.shutdown()
    }
  }

  /// No key was read yet, so nothing is known against the token.
  @Test func withoutKeysATokenIsUndecidedAndThenUnavailable() async throws {
    try await withIdentity { bed in
      let reactor = try Reactor(name: "supabase-test")
      let client = UpstreamClient(reactor: reactor)
      let identity = try SupabaseIdentity(
        database: bed.pool, client: client,
        settings: SupabaseSettings(
          url: "http://127.0.0.1:9", anonKey: "k", publicURL: "http://127.0.0.1:3000"),
        loginLimit: nil)
      let token = try await bed.signUp().accessToken
      #expect(
        try await bed.refusal { _ = try identity.authenticate(accessToken: token) } == "undecided")
      #expect(
        try await bed.refusal { _ = try await identity.authenticateAnew(accessToken: token) }
          == "unavailable")
      await client.shutdown()
      reactor.shutdown()
    }
  }
}
