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
  /// Too many failed logins by this address.
  case tooManyFailures(retryAfterSeconds: Int)
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
    default: .credentials
    }
  }
}
