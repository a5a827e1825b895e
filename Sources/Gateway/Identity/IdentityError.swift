import Postgres
import ServiceHost
import Telemetry

/// Why identity said no.
package enum IdentityError: Error, Sendable {
  case emailTaken
  /// Sign-up data that is not acceptable, field by field.
  case invalid([Problem.FieldError])
  /// The password is too short, too long or too common.
  case weakPassword(Problem.FieldError)
  /// Address or password wrong: one answer for both.
  case invalidCredentials
  case invalidRefreshToken
  /// A refresh token that was used before: its whole session is revoked.
  case replayedRefreshToken
  case invalidToken(AuthenticationFailureReason)
  case tooManyFailures(retryAfterSeconds: Int)
  /// Too many password checks at once.
  case overloaded
  case database(PostgresError)
  case crypto(String)

  /// What the metrics count it as.
  var authenticationFailure: AuthenticationFailureReason {
    switch self {
    case .invalidToken(let reason): reason
    case .invalidRefreshToken: .refresh
    case .replayedRefreshToken: .refreshReplayed
    default: .credentials
    }
  }
}
