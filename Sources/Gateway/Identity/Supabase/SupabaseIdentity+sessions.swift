import JSONLogging
import Postgres
import ServiceHost
import Telemetry
import Upstream

extension SupabaseIdentity {
  package func hasEnded(_ session: Session) -> Bool { revocations.contains(session) }

  package func login(
    email: String, password: String, client address: String
  ) async throws(IdentityError) -> SignedIn {
    guard let mail = EmailAddress(email), !password.isEmpty else { throw .invalidCredentials }
    return try await limits.counting(
      LoginLimits.Attempt(email: mail.text, client: ClientOrigin.limitKey(of: address))
    ) { () async throws(IdentityError) in
      try await signedIn(
        try await pair(email: mail.text, password: password.precomposed, client: address))
    }
  }

  /// A pair for an address and password.
  func pair(
    email: String, password: String, client address: String?
  ) async throws(IdentityError) -> TokenPair {
    var json = JSONText()
    json.object {
      $0.member("email", email)
      $0.member("password", password)
    }
    var call = SupabaseAuthClient.Call(.post, "/token?grant_type=password", body: json)
    call.client = address
    let answer = try await asking { [call] in
      try await client.send(call)
    } meaning: { refusal in
      switch refusal.code {
      case "email_not_confirmed": .emailNotConfirmed
      // That an account is banned is told before its password is checked, so it is not told on.
      case "invalid_credentials", "user_banned", "validation_failed": .invalidCredentials
      default: nil
      }
    }
    guard let pair = try TokenPair(answer) else {
      throw .unavailable(detail: "supabase auth: a login without a session")
    }
    return pair
  }

  package func refresh(
    refreshToken: String, client address: String
  ) async throws(IdentityError) -> SignedIn {
    guard TokenPair.isToken(refreshToken) else { throw .invalidRefreshToken }
    return try await refreshing.share(refreshToken) { () async throws(IdentityError) in
      try await signedIn(try await pair(refreshToken: refreshToken, client: address))
    }
  }

  private func pair(
    refreshToken: String, client address: String?
  ) async throws(IdentityError) -> TokenPair {
    var json = JSONText()
    json.object { $0.member("refresh_token", refreshToken) }
    var call = SupabaseAuthClient.Call(.post, "/token?grant_type=refresh_token", body: json)
    call.client = address
    // The parent of the newest token is good at any time, so what was lost may be asked again.
    call.repeating = .always
    let answer = try await asking { [call] in
      try await client.send(call)
    } meaning: { refusal in
      switch refusal.code {
      case "refresh_token_already_used": .replayedRefreshToken
      case "refresh_token_not_found", "session_not_found", "session_expired", "user_banned",
        "user_not_found", "validation_failed", "insufficient_aal":
        .invalidRefreshToken
      // The row was locked by another refresh of the session each time.
      case "conflict": .overloaded
      default: nil
      }
    }
    guard let pair = try TokenPair(answer) else {
      throw .unavailable(detail: "supabase auth: a refresh without a session")
    }
    return pair
  }

  /// Ends this session at Supabase; with an access token that has ended, by way of a new one.
  package func logout(accessToken: String?, refreshToken: String?) async throws(IdentityError) {
    var token: Secret<String>?
    if let accessToken {
      do throws(IdentityError) {
        token = try await authenticateAnew(accessToken: accessToken).accessToken
      } catch {
        if case .unavailable = error { throw error }
      }
    }
    if token == nil, let refreshToken, TokenPair.isToken(refreshToken) {
      do throws(IdentityError) {
        token = try await pair(refreshToken: refreshToken, client: nil).accessToken
      } catch {
        switch error {
        case .invalidRefreshToken, .replayedRefreshToken: return
        default: throw error
        }
      }
    }
    guard let token else { return }
    try await endSessions("local", token)
    if let session = try? authenticate(accessToken: token.reveal()) {
      revocations.insert([session.sessionID])
    }
  }

  /// - Parameter scope: `local` ends the token's own session, `others` all but that, `global` all.
  func endSessions(_ scope: String, _ token: Secret<String>) async throws(IdentityError) {
    var call = SupabaseAuthClient.Call(.post, "/logout?scope=\(scope)")
    call.token = token
    call.repeating = .always
    do {
      _ = try await client.send(call)
    } catch let refusal as SupabaseRefusal {
      // It ended already, or its account is gone.
      guard
        ["session_not_found", "user_not_found", "bad_jwt", "user_banned"].contains(refusal.code)
      else { throw refusal.unexpected }
    } catch let error as IdentityError {
      throw error
    } catch { throw .unavailable(detail: "\(error)") }
  }

  /// The answer that opens or renews a session: the pair as verified by ourselves, and the profile.
  func signedIn(_ pair: TokenPair) async throws(IdentityError) -> SignedIn {
    let session: Session
    do throws(IdentityError) {
      session = try await authenticateAnew(accessToken: pair.accessToken.reveal())
    } catch {
      switch error {
      case .invalidToken(.revoked), .unavailable: throw error
      default:
        throw .misconfigured(
          detail: "supabase auth signed a token that does not verify (\(error.code)): "
            + "SUPABASE_URL must be its issuer, and HS256 needs SUPABASE_JWT_SECRET")
      }
    }
    guard session.userID == pair.userID else {
      throw .misconfigured(detail: "supabase auth signed a token for another user")
    }
    let profile = try await profile(of: session, name: pair.name, consents: pair.consents)
    return SignedIn(
      user: profile, accessToken: pair.accessToken.reveal(),
      refreshToken: pair.refreshToken.reveal(), expiresAt: session.expiresAt)
  }
}
