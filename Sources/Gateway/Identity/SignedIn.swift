/// What a user may see of themselves.
package struct UserProfile: Sendable, Equatable {
  /// UUID, lower-case.
  package let id: String
  /// As it was normalised at sign-up.
  package let email: String
  /// What the user wants to be called.
  package let name: String?
  /// RFC 3339.
  package let createdAt: String

  package init(id: String, email: String, name: String?, createdAt: String) {
    self.id = id
    self.email = email
    self.name = name
    self.createdAt = createdAt
  }
}

/// The outcome of sign-up, login and refresh.
package struct SignedIn: Sendable {
  /// Who is signed in.
  package let user: UserProfile
  /// JWT, good for an hour.
  package let accessToken: String
  /// Opaque, single use, good for 30 days.
  package let refreshToken: String
  /// When the access token ends: seconds since 1970.
  package let expiresAt: Int64

  package init(user: UserProfile, accessToken: String, refreshToken: String, expiresAt: Int64) {
    self.user = user
    self.accessToken = accessToken
    self.refreshToken = refreshToken
    self.expiresAt = expiresAt
  }

  /// The same in RFC 3339.
  package var expiresAtText: String { InstantText.rfc3339(seconds: expiresAt) }
}
