import Foundation
import Testing

/// Where accounts and rows are kept: what is true of one home of a family is true of the others.
enum IdentityHome: String, CaseIterable, CustomTestStringConvertible {
  case builtIn = "built-in"
  case supabase
  case supabasePooled = "supabase, by a transaction pooler"

  var testDescription: String { rawValue }
}

/// A stack whose accounts live in one of the homes.
struct HomeStack {
  let stack: Stack
  /// Nil where identity is built-in.
  let simulator: SupabaseSimulator?
  let databaseURL: String

  init(_ home: IdentityHome, workers: Int = 1, gateway: [String: String] = [:]) throws {
    guard home != .builtIn else {
      simulator = nil
      databaseURL = ProcessInfo.processInfo.environment["PHOENIX_TEST_OWNER_URL"] ?? ""
      stack = try Stack(workers: workers, gateway: gateway)
      return
    }
    let stand = try SupabaseStand.shared()
    databaseURL = stand.superuserURL
    let simulator = try SupabaseSimulator(database: stand.superuserURL)
    self.simulator = simulator
    stack = try Stack(
      workers: workers,
      gateway: simulator.settings + [
        "DATABASE_URL": home == .supabase ? stand.gatewayURL : stand.pooledURL
      ] + gateway)
  }

  @discardableResult
  func sql(_ sql: String) throws -> String { try Stack.psql(sql, url: databaseURL) }

  /// A family's tokens by the names of their cookies.
  static func tokens(_ cookies: String) -> [String: String] {
    var tokens: [String: String] = [:]
    for pair in cookies.components(separatedBy: "; ") {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { tokens[parts[0]] = parts[1] }
    }
    return tokens
  }

  func bearer(_ family: Stack.Family) -> [String: String] {
    ["Authorization": "Bearer \(Self.tokens(family.cookie)["phoenix_session"] ?? "")"]
  }

  /// A refresh with a token in the body.
  func refresh(_ cookies: String) throws -> WireClient.Response {
    try stack.client.post(
      "/api/auth/refresh", ["refresh_token": Self.tokens(cookies)["phoenix_refresh"] ?? ""])
  }

  func login(_ email: String, _ password: String) throws -> WireClient.Response {
    try stack.client.post("/api/auth/login", ["email": email, "password": password])
  }
}

func + (one: [String: String], other: [String: String]) -> [String: String] {
  one.merging(other) { _, new in new }
}
