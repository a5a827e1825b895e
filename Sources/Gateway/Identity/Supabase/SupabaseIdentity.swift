import Cryptography
import JSONLogging
package import Postgres
import ServiceHost
import Telemetry
package import Upstream

/// Accounts and sessions kept by Supabase Auth (GoTrue), with the family's rows in the PostgreSQL
/// of the same project.
///
/// Supabase checks passwords, sends mails and signs access tokens; this type asks it, checks what
/// it signed by its published keys, and keeps the profile in `public.users`, which a user gets at
/// the first sign-in.
///
/// ```swift
/// let identity = try SupabaseIdentity(database: pool, client: client, settings: settings)
/// let session = try identity.authenticate(accessToken: bearer)   // asks nobody
/// ```
///
/// Invariants:
/// - Checking an access token asks nobody, but for a key that is not known (`authenticateAnew`).
/// - No token pair is handed on that we could not verify ourselves.
/// - Nothing a user can write (`user_metadata`) decides what they may do.
/// - Whether an address has an account shows neither at sign-up nor at login.
///
/// Otherwise than with `BuiltInIdentity`, a session that was ended is refused here at once, but on
/// other gateways only when its token ends: nobody tells them. Supabase gives the parent of the
/// newest refresh token another chance at any time, and any other one for its reuse interval
/// (10 s); a later replay ends the session.
package struct SupabaseIdentity: Identity {
  let database: PostgresPool
  let client: SupabaseAuthClient
  let settings: SupabaseSettings
  let keys: SupabaseKeys
  let memory: SessionMemory
  let limits: LoginLimits
  let revocations: RevocationList
  private let tell: BackgroundWitness
  let refreshing = RefreshFlights()

  /// - Parameters:
  ///   - loginLimit: failed logins per address and e-mail; nil switches the limits off.
  ///   - tell: told how each work of ``run()`` ended.
  ///   - observe: told each event once; it must not block.
  /// - Throws: where the JWT secret is shorter than 32 bytes.
  package init(
    database: PostgresPool, client: UpstreamClient, settings: SupabaseSettings,
    loginLimit: (count: Int, window: Duration)?, tell: @escaping BackgroundWitness = { _, _ in },
    observe: @escaping @Sendable (SupabaseAuthEvent) -> Void = { _ in }
  ) throws {
    self.database = database
    self.tell = tell
    self.settings = settings
    let auth = SupabaseAuthClient(settings: settings, client: client, observe: observe)
    self.client = auth
    let memory = SessionMemory()
    self.memory = memory
    keys = try SupabaseKeys(client: auth, settings: settings) { memory.forgetAll() }
    limits = LoginLimits(loginLimit)
    revocations = RevocationList(database: database, hasSessions: false, tell: tell)
  }

  /// Reads who was deleted lately, and checks that the database is the project's.
  package func prepare() async throws(IdentityError) {
    let rows: [PostgresRows]
    do {
      rows = try await database.run(
        [
          PostgresStatement(
            """
            select exists (
              select from pg_attribute a join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'auth' and c.relname = 'users' and a.attname = 'password_hash')
            """)
        ], as: BuiltInIdentity.databaseRole)
      if try rows[0].first?.bool(0) == true {
        throw IdentityError.misconfigured(
          detail: "SUPABASE_URL is set, but DATABASE_URL is no database of Supabase")
      }
      _ = try await revocations.readNew()
    } catch let error as IdentityError {
      throw error
    } catch let error as PostgresError {
      throw .database(error)
    } catch { throw .misconfigured(detail: "\(error)") }
  }

  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await keys.run() }
      group.addTask { await revocations.run() }
      group.addTask {
        await SessionCleaner(database: database, hasSessions: false, tell: tell).run()
      }
    }
  }

  // MARK: Tokens

  package func authenticate(accessToken: String) throws(IdentityError) -> Session {
    let session = try memory.session(of: accessToken, now: BuiltInIdentity.wallSeconds()) {
      (token) throws(IdentityError) in
      guard let verifier = keys.verifier else { throw .undecided }
      return try verify(token, verifier, isFinal: keys.isSettled)
    }
    if revocations.contains(session) { throw .invalidToken(.revoked) }
    return session
  }

  package func authenticateAnew(accessToken: String) async throws(IdentityError) -> Session {
    do throws(IdentityError) { return try authenticate(accessToken: accessToken) } catch {
      guard case .undecided = error else { throw error }
    }
    let isFresh = await keys.learn()
    guard let verifier = keys.verifier else {
      throw .unavailable(detail: "supabase auth: no key was read yet")
    }
    let session = try memory.session(of: accessToken, now: BuiltInIdentity.wallSeconds()) {
      (token) throws(IdentityError) in
      do throws(IdentityError) { return try verify(token, verifier, isFinal: true) } catch {
        // A key that we could not ask for may be a good one: that is no reason to sign anybody out.
        guard !isFresh, case .invalidToken(.unknownKey) = error else { throw error }
        throw .unavailable(detail: "supabase auth: keys could not be read")
      }
    }
    if revocations.contains(session) { throw .invalidToken(.revoked) }
    return session
  }

  private func verify(
    _ token: String, _ verifier: JWTVerifier, isFinal: Bool
  ) throws(IdentityError) -> Session {
    do {
      return try AccessTokens.session(
        try verifier.verify(token, now: BuiltInIdentity.wallSeconds()))
    } catch let error as JWTError {
      // With a secret beside published keys, a key that is not known looks like another algorithm.
      if !isFinal, error == .unknownKey || error == .algorithm { throw .undecided }
      throw .invalidToken(AccessTokens.reason(error))
    } catch let error as IdentityError {
      throw error
    } catch { throw .invalidToken(.malformed) }
  }

  // MARK: Parts

  /// What `work` gives; a refusal that `meaning` does not know is the common one.
  func asking<Value: Sendable>(
    _ work: () async throws -> Value,
    meaning: (SupabaseRefusal) -> IdentityError? = { _ in nil }
  ) async throws(IdentityError) -> Value {
    do { return try await work() } catch let refusal as SupabaseRefusal {
      throw meaning(refusal) ?? refusal.unexpected
    } catch let error as IdentityError {
      throw error
    } catch { throw .unavailable(detail: "\(error)") }
  }

  /// Statements as `phoenix_identity`, one transaction.
  func run(_ statements: [PostgresStatement]) async throws(IdentityError) -> [PostgresRows] {
    do {
      return try await database.run(statements, as: BuiltInIdentity.databaseRole)
    } catch {
      // The account was deleted while its token lives on.
      if error.isForeignKeyViolation { throw .invalidToken(.revoked) }
      throw .database(error)
    }
  }
}
