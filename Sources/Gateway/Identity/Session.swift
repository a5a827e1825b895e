import ServiceHost

/// A signed-in user, as a good access token says.
package struct Session: Sendable, Equatable {
  /// UUID, lower-case.
  package let userID: String
  package let sessionID: String
  package let email: String
  /// Seconds since 1970.
  package let expiresAt: Int64

  package init(userID: String, sessionID: String, email: String, expiresAt: Int64) {
    self.userID = userID
    self.sessionID = sessionID
    self.email = email
    self.expiresAt = expiresAt
  }

  /// What row-level security reads as `request.jwt.claims`.
  package var claims: String {
    var json = JSONText()
    json.object {
      $0.member("sub", userID)
      $0.member("role", "authenticated")
      $0.member("session_id", sessionID)
    }
    return json.text
  }
}

/// What a user may see of themselves.
package struct UserProfile: Sendable, Equatable {
  package let id: String
  package let email: String
  package let name: String?
  /// RFC 3339.
  package let createdAt: String
}

/// The outcome of sign-up, login and refresh.
package struct SignedIn: Sendable {
  package let user: UserProfile
  /// JWT, good for an hour.
  package let accessToken: String
  /// Opaque, single use, good for 30 days.
  package let refreshToken: String
  /// When the access token ends: seconds since 1970.
  package let expiresAt: Int64

  /// The same in RFC 3339.
  var expiresAtText: String { InstantText.rfc3339(seconds: expiresAt) }
}
