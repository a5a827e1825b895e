import HTTPTypes
import Telemetry

/// Finds the session of a request: a bearer token, else the session cookie.
struct SessionGate: Sendable {
  /// What a request's head says about its session.
  enum Outcome: Sendable {
    case valid(Session)
    /// No good session, but a refresh cookie that may renew it.
    case renewable
    case none
    case refused(AuthenticationFailureReason)
  }

  let identity: BuiltInIdentity
  let cookies: SessionCookies

  /// Checks a signature at most; asks nobody.
  func session(of head: HTTPRequest) -> Outcome {
    if let authorization = head.headerFields[.authorization] {
      guard authorization.count > 7, authorization.prefix(7).lowercased() == "bearer " else {
        return .refused(.malformed)
      }
      return check(String(authorization.dropFirst(7)), refreshable: false)
    }
    let sent = cookies.parse(head.headerFields[values: .cookie])
    guard let token = sent.session else { return sent.refresh == nil ? .none : .renewable }
    return check(token, refreshable: sent.refresh != nil)
  }

  private func check(_ token: String, refreshable: Bool) -> Outcome {
    do {
      return .valid(try identity.authenticate(accessToken: token))
    } catch {
      return refreshable ? .renewable : .refused(error.authenticationFailure)
    }
  }

  /// Trades the refresh cookie for a new session: the session and the cookies to set.
  func renew(_ head: HTTPRequest, client: String) async throws(IdentityError) -> (Session, [String])
  {
    guard let refresh = cookies.parse(head.headerFields[values: .cookie]).refresh else {
      throw .invalidRefreshToken
    }
    let signedIn = try await identity.refresh(refreshToken: refresh)
    return (
      try identity.authenticate(accessToken: signedIn.accessToken), cookies.set(signedIn)
    )
  }
}
