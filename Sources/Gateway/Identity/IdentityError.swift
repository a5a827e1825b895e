package import Postgres
package import ServiceHost
package import Telemetry

/// Why identity said no.
package enum IdentityError: Error, Sendable {
  /// Somebody has an account under this address.
  case emailTaken
  /// Sign-up data that is not acceptable, field by field.
  case invalid([Problem.FieldError])
  /// The password is too short, too long or too common.
  case weakPassword(Problem.FieldError)
  /// Address or password wrong: one answer for both.
  case invalidCredentials
  /// A refresh token that is unknown, or whose session has ended.
  case invalidRefreshToken
  /// A refresh token that was used before: its whole session is revoked.
  case replayedRefreshToken
  /// An access token that is not accepted.
  case invalidToken(AuthenticationFailureReason)
  /// Too many failed logins by this address, or Supabase Auth's own limit.
  case tooManyFailures(retryAfterSeconds: Int)
  /// The address was never confirmed, though the password is right.
  case emailNotConfirmed
  /// No new account may be opened.
  case signupClosed
  /// The key that signed the token may be newer than those known; `authenticateAnew` decides.
  case undecided
  /// Supabase Auth gave no answer; `detail` is for logs.
  case unavailable(detail: String)
  /// Supabase and our settings do not fit each other; `detail` is for logs.
  case misconfigured(detail: String)
  /// Too many password checks at once.
  case overloaded
  /// PostgreSQL gave no answer.
  case database(PostgresError)
  /// OpenSSL failed, or a stored row is broken; for logs.
  case crypto(String)

  /// A word for each case, the same in logs and tests.
  package var code: String {
    switch self {
    case .emailTaken: "email_taken"
    case .invalid: "invalid"
    case .weakPassword: "weak_password"
    case .invalidCredentials: "invalid_credentials"
    case .invalidRefreshToken: "invalid_refresh_token"
    case .replayedRefreshToken: "replayed_refresh_token"
    case .invalidToken(let reason): "invalid_token_\(reason.rawValue)"
    case .tooManyFailures: "too_many_failures"
    case .emailNotConfirmed: "email_not_confirmed"
    case .signupClosed: "signup_closed"
    case .undecided: "undecided"
    case .unavailable: "unavailable"
    case .misconfigured: "misconfigured"
    case .overloaded: "overloaded"
    case .database: "database"
    case .crypto: "crypto"
    }
  }

  /// What the metrics count it as.
  package var authenticationFailure: AuthenticationFailureReason {
    switch self {
    case .invalidToken(let reason): reason
    case .invalidRefreshToken: .refresh
    case .replayedRefreshToken: .refreshReplayed
    case .undecided: .unknownKey
    default: .credentials
    }
  }
}
