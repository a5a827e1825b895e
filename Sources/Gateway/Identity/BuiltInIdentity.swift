import Crypto
import FoundationEssentials
import Postgres
import ServiceHost
import Telemetry

/// How built-in identity signs and limits.
package struct IdentitySettings: Sendable {
  package var secretKey: [UInt8]
  package var previousSecretKey: [UInt8]?
  package var issuer: String
  package var loginLimit: (count: Int, window: Duration)?

  package init(
    secretKey: [UInt8], previousSecretKey: [UInt8]?, issuer: String,
    loginLimit: (count: Int, window: Duration)?
  ) {
    self.secretKey = secretKey
    self.previousSecretKey = previousSecretKey
    self.issuer = issuer
    self.loginLimit = loginLimit
  }
}

/// Accounts and sessions kept in our own PostgreSQL, schema `auth`, reached as role
/// `phoenix_identity` alone.
///
/// A session is an access token (JWT, one hour) and a chain of single-use refresh tokens (30 days,
/// kept as SHA-256). A refresh token that comes again within 10 s is a parallel tab and gets a
/// token of its own; later it is a stolen one, and the whole session ends.
package struct BuiltInIdentity: Sendable {
  private static let audience = "authenticated"
  private static let role = PostgresIdentity.role("phoenix_identity")

  private let database: PostgresPool
  private let key: JWTKey
  private let previousKey: JWTKey?
  private let issuer: String
  private let passwords = PasswordWorker()
  private let limits: LoginLimits
  private let revocations: RevocationList
  /// Checked where an address has no account, so that both answers take as long.
  private let nobodysHash: String

  package init(database: PostgresPool, settings: IdentitySettings) throws {
    self.database = database
    key = JWTKey(secret: Self.derive(settings.secretKey))
    previousKey = settings.previousSecretKey.map { JWTKey(secret: Self.derive($0)) }
    issuer = settings.issuer
    limits = LoginLimits(settings.loginLimit)
    revocations = RevocationList(database: database)
    nobodysHash = try PasswordHash.make(Base64URL.encode(try SecureRandom.bytes(18)))
  }

  private static func derive(_ secret: [UInt8]) -> [UInt8] {
    HMACSHA256.authenticate(Array("session-jwt".utf8), key: secret)
  }

  /// Keeps the list of revoked sessions fresh until cancelled.
  package func run() async { await revocations.run() }

  // MARK: Accounts

  /// Opens an account and signs it in.
  func signup(email: String, password: String, name: String?, consents: [String: Bool])
    async throws(IdentityError) -> SignedIn
  {
    let email = Self.normalise(email)
    if !Self.isAddress(email) {
      throw .invalid([
        .init(field: "email", code: "invalid_email", message: "Adresse électronique invalide.")
      ])
    }
    if let fault = PasswordPolicy.fault(of: password) { throw .weakPassword(fault) }
    let hash = try await passwords.hash(password)
    let id = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    var json = JSONText()
    json.object { for (name, value) in consents { $0.member(name, value) } }
    let opening = try open(userID: id)
    let rows = try await run(
      [
        PostgresStatement(
          "insert into auth.users (id, email, password_hash) values ($1, $2, $3)",
          [.uuid(id), .text(email), .text(hash)]),
        PostgresStatement(
          """
          insert into public.users (id, email, name, consents) values ($1, $2, $3, $4)
          returning \(Self.profileColumns)
          """,
          [.uuid(id), .text(email), name.map { .text($0) } ?? .null, .json(json.text)]),
      ] + opening.statements, uniqueViolation: .emailTaken)
    return try signedIn(try profile(rows[1]), opening)
  }

  /// Checks a password and opens a session.
  func login(email: String, password: String, client: String) async throws(IdentityError)
    -> SignedIn
  {
    let email = Self.normalise(email)
    if let seconds = limits.refusal(email: email, client: client, now: MonotonicClock.now()) {
      throw .tooManyFailures(retryAfterSeconds: seconds)
    }
    let delay = limits.delay(email: email, now: MonotonicClock.now())
    if delay > .zero { try? await Task.sleep(for: delay) }
    let rows = try await run([
      PostgresStatement(
        """
        select a.password_hash, u.id::text, u.email, u.name, \(Self.createdAt)
        from auth.users a join public.users u on u.id = a.id where lower(a.email) = $1
        """, [.text(email)])
    ])
    do {
      guard let row = rows[0].first else {
        _ = try await passwords.verify(password, nobodysHash)
        throw IdentityError.invalidCredentials
      }
      guard try await passwords.verify(password, try row.string(0)) else {
        throw IdentityError.invalidCredentials
      }
      limits.succeeded(email: email, client: client)
      let user = try Self.profile(row, from: 1)
      let opening = try open(userID: user.id)
      _ = try await run(opening.statements)
      return try signedIn(user, opening)
    } catch let error as IdentityError {
      if case .invalidCredentials = error {
        limits.failed(email: email, client: client, now: MonotonicClock.now())
      }
      throw error
    } catch let error as PostgresError {
      throw .database(error)
    } catch {
      throw .crypto("\(error)")
    }
  }

  /// The user of a session.
  func me(session: Session) async throws(IdentityError) -> UserProfile {
    do {
      let rows = try await database.run(
        [
          PostgresStatement(
            "select \(Self.profileColumns) from public.users where id = $1",
            [.uuid(session.userID)])
        ], as: .user(claims: session.claims))
      guard rows[0].first != nil else { throw IdentityError.invalidToken(.revoked) }
      return try profile(rows[0])
    } catch let error as PostgresError {
      throw .database(error)
    } catch let error as IdentityError {
      throw error
    } catch { throw .crypto("\(error)") }
  }

  /// Sets a new password and ends every other session.
  func changePassword(session: Session, current: String, new: String) async throws(IdentityError) {
    if var fault = PasswordPolicy.fault(of: new) {
      fault.field = "new"
      throw .weakPassword(fault)
    }
    let rows = try await run([
      PostgresStatement(
        "select password_hash from auth.users where id = $1", [.uuid(session.userID)])
    ])
    guard let stored = try? rows[0].first?.string(0), try await passwords.verify(current, stored)
    else { throw .invalidCredentials }
    let hash = try await passwords.hash(new)
    let ended = try await run([
      PostgresStatement(
        "update auth.users set password_hash = $2, updated_at = now() where id = $1",
        [.uuid(session.userID), .text(hash)]),
      PostgresStatement(
        """
        update auth.sessions set revoked_at = now()
        where user_id = $1 and id <> $2 and revoked_at is null returning id::text
        """, [.uuid(session.userID), .uuid(session.sessionID)]),
    ])
    revocations.insert(ended[1].compactMap { try? $0.string(0) })
  }

  // MARK: Sessions

  /// The session of an access token: a signature check, no round trip.
  func authenticate(accessToken: String) throws(IdentityError) -> Session {
    let now = Int64(MonotonicClock.wallMilliseconds() / 1000)
    let claims: JWTKey.Claims
    do {
      claims = try key.verify(accessToken, issuer: issuer, audience: Self.audience, now: now)
    } catch .signature where previousKey != nil {
      do {
        claims = try (previousKey ?? key).verify(
          accessToken, issuer: issuer, audience: Self.audience, now: now)
      } catch { throw .invalidToken(Self.reason(error)) }
    } catch { throw .invalidToken(Self.reason(error)) }
    guard claims.role == "authenticated", UUID(uuidString: claims.subject) != nil else {
      throw .invalidToken(.claims)
    }
    if revocations.contains(claims.sessionID) { throw .invalidToken(.revoked) }
    return Session(
      userID: claims.subject, sessionID: claims.sessionID, email: claims.email,
      expiresAt: claims.expiresAt)
  }

  /// Trades a refresh token for a new pair.
  func refresh(refreshToken: String) async throws(IdentityError) -> SignedIn {
    guard let secret = Base64URL.decode(refreshToken), secret.count == 32 else {
      throw .invalidRefreshToken
    }
    let hash = SHA256.hash(secret)
    let next = try SecureToken.make()
    let nextID = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    // One statement decides: the first to come marks the token used, a second within the grace is a
    // parallel tab, a later one is a replay. The row lock makes the two tabs take turns.
    let rows = try await run([
      PostgresStatement(
        """
        with presented as (
          select t.id, t.session_id, t.used_at, s.user_id,
                 t.used_at is not null and t.used_at < now() - interval '10 seconds' as replayed
          from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
          where t.token_hash = $1 and s.revoked_at is null and s.expires_at > now()
          for update of t),
        used as (
          update auth.refresh_tokens set used_at = now()
          where id = (select id from presented where used_at is null)),
        issued as (
          insert into auth.refresh_tokens (id, session_id, token_hash)
          select $2, session_id, $3 from presented where not replayed),
        revoked as (
          update auth.sessions set revoked_at = now()
          where id = (select session_id from presented where replayed))
        select p.session_id::text, p.replayed, u.id::text, u.email, u.name, \(Self.createdAt)
        from presented p join public.users u on u.id = p.user_id
        """, [.bytes(hash), .uuid(nextID), .bytes(next.hash)])
    ])
    guard let row = rows[0].first else { throw .invalidRefreshToken }
    do {
      let sessionID = try row.string(0)
      if try row.bool(1) {
        revocations.insert([sessionID])
        throw IdentityError.replayedRefreshToken
      }
      return try signedIn(
        try Self.profile(row, from: 2),
        Opening(sessionID: sessionID, refreshToken: next.text, statements: []))
    } catch let error as IdentityError {
      throw error
    } catch let error as PostgresError {
      throw .database(error)
    } catch { throw .crypto("\(error)") }
  }

  /// Ends the session of whichever token is good; none is no error.
  func logout(accessToken: String?, refreshToken: String?) async throws(IdentityError) {
    var sessionID: String?
    if let accessToken { sessionID = try? authenticate(accessToken: accessToken).sessionID }
    let hash = refreshToken.flatMap { Base64URL.decode($0) }.map { SHA256.hash($0) }
    guard sessionID != nil || hash != nil else { return }
    let rows = try await run([
      PostgresStatement(
        """
        update auth.sessions set revoked_at = now()
        where revoked_at is null and (id = $1::uuid
          or id = (select session_id from auth.refresh_tokens where token_hash = $2::bytea))
        returning id::text
        """, [sessionID.map { .uuid($0) } ?? .null, hash.map { .bytes($0) } ?? .null])
    ])
    revocations.insert(rows[0].compactMap { try? $0.string(0) })
  }

  // MARK: Parts

  private struct Opening {
    let sessionID: String
    let refreshToken: String
    let statements: [PostgresStatement]
  }

  /// A session and its first refresh token, as statements.
  private func open(userID: String) throws(IdentityError) -> Opening {
    let now = MonotonicClock.wallMilliseconds()
    let sessionID = UUIDv7.make(nowMilliseconds: now)
    let token = try SecureToken.make()
    return Opening(
      sessionID: sessionID, refreshToken: token.text,
      statements: [
        PostgresStatement(
          """
          insert into auth.sessions (id, user_id, expires_at)
          values ($1, $2, now() + interval '30 days')
          """, [.uuid(sessionID), .uuid(userID)]),
        PostgresStatement(
          "insert into auth.refresh_tokens (id, session_id, token_hash) values ($1, $2, $3)",
          [.uuid(UUIDv7.make(nowMilliseconds: now)), .uuid(sessionID), .bytes(token.hash)]),
      ])
  }

  private func signedIn(_ user: UserProfile, _ opening: Opening) throws(IdentityError) -> SignedIn {
    let now = Int64(MonotonicClock.wallMilliseconds() / 1000)
    let expiresAt = now + SessionCookies.sessionSeconds
    do {
      let token = try key.sign(
        JWTKey.Claims(
          issuer: issuer, audience: Self.audience, subject: user.id, expiresAt: expiresAt,
          issuedAt: now, role: "authenticated", sessionID: opening.sessionID, email: user.email))
      return SignedIn(
        user: user, accessToken: token, refreshToken: opening.refreshToken, expiresAt: expiresAt)
    } catch { throw .crypto("\(error)") }
  }

  private func run(
    _ statements: [PostgresStatement], uniqueViolation: IdentityError? = nil
  ) async throws(IdentityError) -> [PostgresRows] {
    do {
      return try await database.run(statements, as: Self.role)
    } catch {
      if error.isUniqueViolation, let uniqueViolation { throw uniqueViolation }
      throw .database(error)
    }
  }

  private static let createdAt =
    "to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
  private static let profileColumns =
    "id::text, email, name, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

  private func profile(_ rows: PostgresRows) throws(IdentityError) -> UserProfile {
    do {
      guard let row = rows.first else { throw IdentityError.invalidToken(.revoked) }
      return try Self.profile(row, from: 0)
    } catch let error as PostgresError {
      throw .database(error)
    } catch let error as IdentityError {
      throw error
    } catch { throw .crypto("\(error)") }
  }

  private static func profile(_ row: PostgresRow, from column: Int) throws(PostgresError)
    -> UserProfile
  {
    UserProfile(
      id: try row.string(column), email: try row.string(column + 1),
      name: try row.optionalString(column + 2), createdAt: try row.string(column + 3))
  }

  private static func reason(_ refusal: JWTKey.Refusal) -> AuthenticationFailureReason {
    switch refusal {
    case .malformed: .malformed
    case .algorithm: .algorithm
    case .signature: .signature
    case .expired: .expired
    case .claims: .claims
    }
  }

  /// Lower-case, without white space around.
  static func normalise(_ email: String) -> String {
    var text = email.lowercased()[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }

  /// The common shape of an address; whether it exists only a mail would tell.
  static func isAddress(_ email: String) -> Bool {
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count), email.utf8.count <= 254,
      !email.contains(where: { $0.isWhitespace || $0 == "<" || $0 == ">" || $0 == "," })
    else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && $0.utf8.count <= 63 }
  }
}

/// A random token and the hash under which the database knows it.
private struct SecureToken {
  let text: String
  let hash: [UInt8]

  static func make() throws(IdentityError) -> SecureToken {
    do {
      let bytes = try SecureRandom.bytes(32)
      return SecureToken(text: Base64URL.encode(bytes), hash: SHA256.hash(bytes))
    } catch { throw .crypto(error.description) }
  }
}
