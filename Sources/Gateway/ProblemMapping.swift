import Postgres
import ServiceHost
import Telemetry

/// The one mapping from errors to problems. What it does not know is a fault of ours: 500, told
/// once with the error's own words, which no client sees.
enum ProblemMapping {
  static func problem(
    for error: any Error, telemetry: GatewayTelemetry, _ exchange: RequestExchange
  ) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let fault as HTTPFault: return .fault(fault)
    case is TurnGate.Overloaded: return .overloaded
    case let error as PostgresError: return problem(for: error, telemetry, exchange)
    case let error as WorkerPoolError: return problem(for: error)
    case let error as IdentityError: return problem(for: error, telemetry, exchange)
    case let error as DocumentBytesError: return problem(for: error, telemetry, exchange)
    case is CancellationError: return .overloaded
    default: return fault(String(reflecting: error), telemetry, exchange)
    }
  }

  private static func problem(
    for error: PostgresError, _ telemetry: GatewayTelemetry, _ exchange: RequestExchange
  ) -> Problem {
    if error.isUnavailable { return .databaseUnavailable }
    if error.isForeignKeyViolation {
      // What the row belongs to was deleted meanwhile: the account, or a conversation of it.
      guard error.constraint?.hasSuffix("_user_id_fkey") == true else { return .notFound }
      telemetry.observe(.authenticationFailed(reason: .revoked))
      return .unauthenticated
    }
    return fault(String(reflecting: error), telemetry, exchange)
  }

  private static func problem(
    for error: DocumentBytesError, _ telemetry: GatewayTelemetry, _ exchange: RequestExchange
  ) -> Problem {
    switch error {
    case .unavailable: return .storageUnavailable
    case .misconfigured(let detail):
      telemetry.observe(.internalFault(message: detail, requestID: exchange.requestID))
      return .storageUnavailable
    case .tooLarge: return .fileTooLargeForStorage
    case .gone: return .notFound
    }
  }

  private static func problem(for error: WorkerPoolError) -> Problem {
    switch error.code {
    case .timeout: .aiTimeout
    case .noWorker, .unavailable: .aiUnavailable
    case .overloaded, .cancelled: .overloaded
    case .cut, .tooLarge: .aiFailed
    }
  }

  private static func problem(
    for error: IdentityError, _ telemetry: GatewayTelemetry, _ exchange: RequestExchange
  ) -> Problem {
    switch error {
    case .emailTaken: return .emailTaken
    case .invalid(let fields): return .invalid(fields)
    case .weakPassword(let field): return .weakPassword(field)
    case .invalidCredentials:
      telemetry.observe(.authenticationFailed(reason: .credentials))
      return .invalidCredentials
    case .invalidRefreshToken, .replayedRefreshToken:
      telemetry.observe(.authenticationFailed(reason: error.authenticationFailure))
      return .invalidRefreshToken
    case .invalidToken(let reason):
      telemetry.observe(.authenticationFailed(reason: reason))
      return .unauthenticated
    case .tooManyFailures(let seconds):
      telemetry.observe(.rateLimited(reason: .login))
      return .rateLimited(retryAfterSeconds: seconds)
    case .emailNotConfirmed:
      telemetry.observe(.authenticationFailed(reason: .credentials))
      return .emailNotConfirmed
    case .signupClosed: return .signupClosed
    // Told by the client of Supabase Auth already, once for each request of its own.
    case .undecided, .unavailable: return .identityUnavailable
    case .misconfigured(let detail):
      telemetry.observe(.internalFault(message: detail, requestID: exchange.requestID))
      return .identityUnavailable
    case .overloaded:
      telemetry.observe(.rateLimited(reason: .overload))
      return .overloaded
    case .database(let error): return problem(for: error, telemetry, exchange)
    case .crypto(let message): return fault(message, telemetry, exchange)
    }
  }

  private static func fault(
    _ message: String, _ telemetry: GatewayTelemetry, _ exchange: RequestExchange
  ) -> Problem {
    telemetry.observe(.internalFault(message: message, requestID: exchange.requestID))
    return .internal
  }
}
