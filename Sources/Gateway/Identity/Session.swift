package import JSONLogging
import ServiceHost

/// A signed-in user, as a good access token says.
package struct Session: Sendable, Equatable {
  /// UUID, lower-case.
  package let userID: String
  /// UUID, lower-case: what a logout ends.
  package let sessionID: String
  /// The address when the token was made.
  package let email: String
  /// Seconds since 1970.
  package let expiresAt: Int64
  /// What row-level security reads as `request.jwt.claims`.
  package let claims: String
  /// The token itself, for what is asked of Supabase in the user's name.
  package private(set) var accessToken = Secret("")

  package init(userID: String, sessionID: String, email: String, expiresAt: Int64) {
    self.userID = userID
    self.sessionID = sessionID
    self.email = email
    self.expiresAt = expiresAt
    var json = JSONText()
    json.object {
      $0.member("sub", userID)
      $0.member("role", AccessTokens.role)
      $0.member("session_id", sessionID)
    }
    claims = json.text
  }

  /// The same session with the token that it was read from.
  func bearing(_ token: String) -> Session {
    var session = self
    session.accessToken = Secret(token)
    return session
  }

  package static func == (one: Session, other: Session) -> Bool {
    one.claims == other.claims && one.email == other.email && one.expiresAt == other.expiresAt
  }
}
