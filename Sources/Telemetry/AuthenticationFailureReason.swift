/// Why a request was not let in; the label `reason` of `phoenix_auth_failures_total`.
package enum AuthenticationFailureReason: String, Sendable, CaseIterable {
  /// No session cookie and no bearer token on a protected route.
  case missing
  /// The token is no JWT.
  case malformed
  /// `alg` is none, unknown, or not the key's.
  case algorithm
  /// `kid` names no key known.
  case unknownKey = "unknown_key"
  /// The signature is wrong.
  case signature
  /// `exp` has passed.
  case expired
  /// `iss`, `aud` or `sub` is absent or not ours.
  case claims
  /// The session was ended.
  case revoked
  /// Wrong email or password.
  case credentials
  /// The refresh token is unknown or has ended.
  case refresh
  /// A refresh token was used twice: the session is revoked.
  case refreshReplayed = "refresh_replayed"
  /// An unsafe method from another origin.
  case origin
  /// A form without a valid `_csrf`.
  case csrf
  /// The internal bearer token between gateway and worker.
  case workerToken = "worker_token"
}
