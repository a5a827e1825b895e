import Postgres
import Telemetry

extension BuiltInIdentity {
  package func hasEnded(_ session: Session) -> Bool { revocations.contains(session) }

  /// The session of an access token: a signature check at most, no round trip.
  package func authenticate(accessToken: String) throws(IdentityError) -> Session {
    let session = try tokens.session(of: accessToken, now: Self.wallSeconds())
    if revocations.contains(session) { throw .invalidToken(.revoked) }
    return session
  }

  /// The same: there is nobody else to ask.
  package func authenticateAnew(accessToken: String) async throws(IdentityError) -> Session {
    try authenticate(accessToken: accessToken)
  }

  /// Trades a refresh token for a new pair, and gives the session another 30 days.
  package func refresh(
    refreshToken: String, client: String = ""
  ) async throws(IdentityError) -> SignedIn {
    guard let hash = SecureToken.hash(of: refreshToken) else { throw .invalidRefreshToken }
    let next = try SecureToken.make()
    let nextID = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    // One statement decides: the first to come marks the token used, a second within the grace is a
    // parallel tab, a later one is a replay. The row lock makes two tabs take turns.
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
        prolonged as (
          update auth.sessions set expires_at = now() + \(SessionOpening.lifetime)
          where id = (select session_id from presented where not replayed)),
        revoked as (
          update auth.sessions set revoked_at = now()
          where id = (select session_id from presented where replayed))
        select p.session_id::text, p.replayed, \(Self.profileColumns("u"))
        from presented p join public.users u on u.id = p.user_id
        """, [.bytes(hash), .uuid(nextID), .bytes(next.hash)])
    ])
    guard let row = rows[0].first else { throw .invalidRefreshToken }
    let sessionID = try Self.text(row, 0)
    let isReplayed: Bool
    do { isReplayed = try row.bool(1) } catch { throw .database(error) }
    if isReplayed {
      revocations.insert([sessionID])
      throw .replayedRefreshToken
    }
    return try signedIn(
      try Self.profile(row, from: 2), SessionOpening(sessionID: sessionID, token: next))
  }

  /// Ends the session of each token that is good; none is no error.
  package func logout(accessToken: String?, refreshToken: String?) async throws(IdentityError) {
    var sessionID: String?
    if let accessToken { sessionID = try? authenticate(accessToken: accessToken).sessionID }
    let hash = refreshToken.flatMap { SecureToken.hash(of: $0) }
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
    revocations.insert(try rows[0].map { (row) throws(IdentityError) in try Self.text(row, 0) })
  }

  /// The answer that opens or renews a session.
  func signedIn(
    _ user: UserProfile, _ opening: SessionOpening
  ) throws(IdentityError) -> SignedIn {
    let now = Self.wallSeconds()
    let expiresAt = now + SessionCookies.sessionSeconds
    return SignedIn(
      user: user,
      accessToken: try tokens.sign(
        userID: user.id, sessionID: opening.sessionID, email: user.email, now: now,
        expiresAt: expiresAt),
      refreshToken: opening.refreshToken, expiresAt: expiresAt)
  }
}

/// A session to be opened and its first refresh token.
struct SessionOpening {
  /// How long a session lasts without being renewed.
  static let lifetime = "interval '\(SessionCookies.refreshSeconds) seconds'"

  let sessionID: String
  let refreshToken: String
  /// What makes it, for the transaction of the caller.
  let statements: [PostgresStatement]

  /// One to be opened.
  init(userID: String) throws(IdentityError) {
    let now = MonotonicClock.wallMilliseconds()
    let token = try SecureToken.make()
    sessionID = UUIDv7.make(nowMilliseconds: now)
    refreshToken = token.text
    statements = [
      PostgresStatement(
        """
        insert into auth.sessions (id, user_id, expires_at)
        values ($1, $2, now() + \(Self.lifetime))
        """, [.uuid(sessionID), .uuid(userID)]),
      PostgresStatement(
        "insert into auth.refresh_tokens (id, session_id, token_hash) values ($1, $2, $3)",
        [.uuid(UUIDv7.make(nowMilliseconds: now)), .uuid(sessionID), .bytes(token.hash)]),
    ]
  }

  /// One that is open, with its next token.
  init(sessionID: String, token: SecureToken) {
    self.sessionID = sessionID
    refreshToken = token.text
    statements = []
  }
}
