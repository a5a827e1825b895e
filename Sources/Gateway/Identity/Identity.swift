/// Who families are and that they are signed in: accounts, passwords, sessions.
///
/// Two stand behind it: `BuiltInIdentity`, on our own PostgreSQL, and `SupabaseIdentity`, on
/// Supabase Auth. Routes, cookies and problems are the same with either, so nothing above this
/// protocol knows which one it talks to. What differs is said at the methods below.
///
/// Nothing here knows HTTP: routes map `IdentityError` to problems, `SessionCookies` to headers.
package protocol Identity: Sendable {
  /// Opens an account.
  /// - Parameters:
  ///   - name: what the user wants to be called, 200 characters at most.
  ///   - consents: by purpose, as in `["gemini": true]`.
  ///   - client: the numeric address of who asks.
  func signup(
    email: String, password: String, name: String?, consents: [String: Bool], client: String
  ) async throws(IdentityError) -> SignupOutcome

  /// Checks a password and opens a session.
  /// - Parameter client: the numeric address of who asks; failures are counted by it.
  func login(
    email: String, password: String, client: String
  ) async throws(IdentityError) -> SignedIn

  /// Trades a refresh token for a new pair.
  /// - Parameter client: the numeric address of who asks.
  func refresh(refreshToken: String, client: String) async throws(IdentityError) -> SignedIn

  /// The session of an access token, without asking anybody.
  /// - Throws: `undecided` where `authenticateAnew` may know more.
  func authenticate(accessToken: String) throws(IdentityError) -> Session

  /// The same, after asking for keys that may be newer than ours.
  func authenticateAnew(accessToken: String) async throws(IdentityError) -> Session

  /// Whether a session was ended before its token runs out, as far as this gateway has heard.
  func hasEnded(_ session: Session) -> Bool

  /// Ends the session of the tokens; where none is good there is nothing to end.
  func logout(accessToken: String?, refreshToken: String?) async throws(IdentityError)

  /// The user of a session.
  func me(session: Session) async throws(IdentityError) -> UserProfile

  /// Sets a new password and ends every other session.
  /// - Returns: a session in place of the caller's, where that one could not be kept.
  func changePassword(
    session: Session, current: String, new: String
  ) async throws(IdentityError) -> SignedIn?

  /// Deletes an account with every row of it, and leaves one line without content.
  func deleteAccount(of session: Session) async throws(IdentityError)

  /// What a provider outside keeps about the user, as JSON; nil where all of it is in our tables.
  func providerRecord(of session: Session) async throws(IdentityError) -> [UInt8]?

  /// Reads what has to be known before the first request.
  func prepare() async throws(IdentityError)

  /// Keeps what is remembered fresh, until cancelled.
  func run() async
}

/// How a sign-up ended.
package enum SignupOutcome: Sendable {
  /// The account is open and signed in.
  case signedIn(SignedIn)
  /// A mail asks to confirm the address; the same where it has an account already.
  case confirmationSent
}
