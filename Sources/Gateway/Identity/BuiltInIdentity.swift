import Cryptography
import JSONLogging
package import Postgres
import ServiceHost
import Telemetry

/// Accounts and sessions kept in our own PostgreSQL, schema `auth`, reached as role
/// `phoenix_identity` alone.
///
/// A session is an access token (JWT, one hour) and a chain of single-use refresh tokens (30 days
/// each, kept as SHA-256). A refresh token that comes again within 10 s is a parallel tab and gets
/// a token of its own; later it is a stolen one, and the whole session ends.
///
/// ```swift
/// let identity = try BuiltInIdentity(database: pool, settings: settings)
/// let signedIn = try await identity.login(email: email, password: password, client: address)
/// let session = try identity.authenticate(accessToken: signedIn.accessToken)
/// ```
///
/// Invariants:
/// - Whether an address has an account shows neither in a login's answer nor in its duration.
/// - Passwords are hashed on threads of their own, a bounded number at once.
/// - A revoked session is refused here at once, and on every gateway of the database within a
///   second, as long as `run` runs.
/// - Checking an access token asks nobody.
/// - Nothing here knows HTTP: routes map `IdentityError` to problems, `SessionCookies` to headers.
package struct BuiltInIdentity: Identity {
  static let databaseRole = PostgresIdentity.role("phoenix_identity")

  let database: PostgresPool
  let tokens: AccessTokens
  let passwords: PasswordWorker
  let limits: LoginLimits
  let revocations: RevocationList
  private let tell: BackgroundWitness
  /// Checked where an address has no account, so that both answers take as long.
  let nobodysHash: String

  /// - Parameter tell: told how each work of ``run()`` ended.
  /// - Throws: where the secret key is too short, or the system gives no randomness or thread.
  package init(
    database: PostgresPool, settings: IdentitySettings,
    tell: @escaping BackgroundWitness = { _, _ in }
  ) throws {
    self.database = database
    self.tell = tell
    tokens = try AccessTokens(
      secretKey: settings.secretKey.reveal(),
      previousSecretKey: settings.previousSecretKey?.reveal(),
      issuer: settings.issuer)
    passwords = try PasswordWorker()
    limits = LoginLimits(settings.loginLimit)
    revocations = RevocationList(database: database, hasSessions: true, tell: tell)
    nobodysHash = try PasswordHash.unmatchable()
  }

  /// Reads the revoked sessions once; before it, a token revoked while no gateway ran is accepted.
  package func prepare() async throws(IdentityError) {
    do { _ = try await revocations.readNew() } catch { throw .database(error) }
  }

  /// Keeps the list of revoked sessions fresh, and the tables clean, until cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await revocations.run() }
      group.addTask {
        await SessionCleaner(database: database, hasSessions: true, tell: tell).run()
      }
    }
  }

  /// Nothing: every row about a user is in our own tables.
  package func providerRecord(of session: Session) async throws(IdentityError) -> [UInt8]? { nil }

  // MARK: Parts

  /// Statements as `phoenix_identity`, one transaction.
  func run(
    _ statements: [PostgresStatement], uniqueViolation: IdentityError? = nil
  ) async throws(IdentityError) -> [PostgresRows] {
    do {
      return try await database.run(statements, as: Self.databaseRole)
    } catch {
      if error.isUniqueViolation, let uniqueViolation { throw uniqueViolation }
      throw .database(error)
    }
  }

  /// A user's columns, in the order that `profile` reads; `table` is `public.users` or its alias.
  static func profileColumns(_ table: String) -> String {
    """
    \(table).id::text, \(table).email, \(table).name, \
    to_char(\(table).created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    """
  }

  static func profile(
    _ row: PostgresRow, from column: Int = 0
  ) throws(IdentityError) -> UserProfile {
    do {
      return UserProfile(
        id: try row.string(column), email: try row.string(column + 1),
        name: try row.optionalString(column + 2), createdAt: try row.string(column + 3))
    } catch { throw .database(error) }
  }

  static func wallSeconds() -> Int64 { Int64(MonotonicClock.wallMilliseconds() / 1000) }
}
