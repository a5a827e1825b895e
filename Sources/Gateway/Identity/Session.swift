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
}
