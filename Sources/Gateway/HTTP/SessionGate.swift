import HTTPTypes
import Telemetry

/// Finds the session of a request: a bearer token, else the session cookie.
struct SessionGate: Sendable {
  /// What a request's head says about its session.
  enum Outcome: Sendable {
    case valid(Session)
    /// No good session, but what may give one: a refresh cookie, or a token whose key is not known
    /// yet.
    case renewable
    case none
    case refused(AuthenticationFailureReason)
  }

  let identity: any Identity
  let cookies: SessionCookies

  /// Checks a signature at most; asks nobody.
  func session(of head: HTTPRequest) -> Outcome {
    if head.headerFields[.authorization] != nil {
      guard let token = Self.bearer(head) else { return .refused(.malformed) }
      return check(token, refreshable: false)
    }
    let sent = cookies.parse(head.headerFields[values: .cookie])
    guard let token = sent.session else { return sent.refresh == nil ? .none : .renewable }
    return check(token, refreshable: sent.refresh != nil)
  }

  private func check(_ token: String, refreshable: Bool) -> Outcome {
    do {
      return .valid(try identity.authenticate(accessToken: token))
    } catch {
      if case .undecided = error { return .renewable }
      return refreshable ? .renewable : .refused(error.authenticationFailure)
    }
  }

  static func bearer(_ head: HTTPRequest) -> String? {
    guard let field = head.headerFields[.authorization], field.count > 7,
      field.prefix(7).lowercased() == "bearer "
    else { return nil }
    return String(field.dropFirst(7))
  }

  /// Asks for the key of a token that could not be decided, else trades the refresh cookie for a
  /// new session: the session and the cookies to set.
  func renew(_ head: HTTPRequest, client: String) async throws(IdentityError) -> (Session, [String])
  {
    if let token = Self.bearer(head) {
      return (try await identity.authenticateAnew(accessToken: token), [])
    }
    let sent = cookies.parse(head.headerFields[values: .cookie])
    if let token = sent.session {
      do throws(IdentityError) {
        return (try await identity.authenticateAnew(accessToken: token), [])
      } catch {
        guard case .invalidToken = error, sent.refresh != nil else { throw error }
      }
    }
    guard let refresh = sent.refresh else { throw .invalidRefreshToken }
    let signedIn = try await identity.refresh(refreshToken: refresh, client: client)
    return (
      try identity.authenticate(accessToken: signedIn.accessToken), cookies.set(signedIn)
    )
  }
}
