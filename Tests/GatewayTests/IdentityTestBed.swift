import Cryptography
import Foundation
import Gateway
import Postgres
import Reactor
import Synchronization
import Telemetry
import Testing

/// Built-in identity on the real database, and the owner's view of it.
final class IdentityTestBed: Sendable {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  static let secret = Array("a secret key of 32 bytes or more".utf8)
  static let issuer = "http://127.0.0.1:3000"
  static let password = "un vrai mot de passe"

  let identity: BuiltInIdentity
  let pool: PostgresPool
  /// How work ended that no request waits for: its name, and `!` where it failed.
  let told = Told()
  private let owner: PostgresPool
  private let reactor: Reactor

  init(
    secret: [UInt8] = secret, previous: [UInt8]? = nil,
    loginLimit: (count: Int, window: Duration)? = nil
  ) throws {
    reactor = try Reactor(name: "identity-test")
    pool = try Self.pool("PHOENIX_TEST_DATABASE_URL", reactor)
    owner = try Self.pool("PHOENIX_TEST_OWNER_URL", reactor)
    identity = try BuiltInIdentity(
      database: pool,
      settings: IdentitySettings(
        secretKey: secret, previousSecretKey: previous, issuer: Self.issuer,
        loginLimit: loginLimit)
    ) { [told] work, failure in
      told.works.withLock { _ = $0.insert(work.rawValue + (failure == nil ? "" : "!")) }
    }
  }

  final class Told: Sendable {
    let works = Mutex<Set<String>>([])
    var all: Set<String> { works.withLock { $0 } }
  }

  private static func pool(_ name: String, _ reactor: Reactor) throws -> PostgresPool {
    guard let url = ProcessInfo.processInfo.environment[name], !url.isEmpty else {
      throw Missing(description: "\(name) is unset: run ops/test, which starts a PostgreSQL for it")
    }
    var settings = PostgresSettings(url: url)
    settings.poolSize = 4
    // The machine is busy with the other tests.
    settings.acquireTimeout = .seconds(20)
    settings.connectTimeout = .seconds(20)
    settings.statementTimeout = .seconds(20)
    settings.runTimeout = .seconds(30)
    return try PostgresPool(settings: settings, reactor: reactor)
  }

  static func email() -> String { "\(UUID().uuidString.lowercased())@exemple.fr" }

  func signUp(
    email: String = email(), password: String = password, name: String? = "Zoé"
  ) async throws -> SignedIn {
    let outcome = try await identity.signup(
      email: email, password: password, name: name, consents: ["gemini": true])
    guard case .signedIn(let signedIn) = outcome else {
      throw Missing(description: "the built-in identity asks nobody to confirm an address")
    }
    return signedIn
  }

  func logIn(
    _ email: String, _ password: String = password, client: String = "192.0.2.1"
  ) async throws -> SignedIn {
    try await identity.login(email: email, password: password, client: client)
  }

  /// The first column of the first row, as the owner of everything.
  @discardableResult
  func asOwner(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> String? {
    let rows = try await owner.run([PostgresStatement(sql, parameters)], as: .login)
    return try rows.first?.first?.optionalString(0)
  }

  func end() async {
    await pool.shutdown(within: .milliseconds(100))
    await owner.shutdown(within: .milliseconds(100))
    reactor.shutdown()
  }

  /// The code of the error that `body` has to throw.
  func refusal(_ body: () async throws -> Void) async throws -> String {
    do { try await body() } catch let error as IdentityError { return error.code }
    return "none"
  }

  /// The code of the error for an access token; nil where it is good.
  func refusal(of token: String) -> String? {
    do throws(IdentityError) {
      _ = try identity.authenticate(accessToken: token)
      return nil
    } catch { return error.code }
  }

  static func eventually(
    _ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Missing(description: "not within \(limit): \(what)")
  }
}

/// Runs `body` with identity on the real database.
func withIdentity(
  _ bed: @autoclosure () throws -> IdentityTestBed = try IdentityTestBed(),
  _ body: (IdentityTestBed) async throws -> Void
) async throws {
  let bed = try bed()
  do { try await body(bed) } catch {
    await bed.end()
    throw error
  }
  await bed.end()
}
