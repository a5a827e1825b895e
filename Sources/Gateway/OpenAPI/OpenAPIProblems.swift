import HTTPTypes
import ServiceHost

/// Every problem that an operation may answer, by status: the values that the code throws.
enum OpenAPIProblems {
  static let byStatus: [(status: Int, problems: [Problem])] = Dictionary(
    grouping: all, by: \.status.code
  ).map { ($0.key, $0.value) }.sorted { $0.status < $1.status }

  private static let field = Problem.FieldError(
    field: "message", code: "required", message: "Ce champ est obligatoire.")

  private static let all: [Problem] = [
    .fault(.malformedHead), .fault(.malformedBody), .malformedJSON("Le JSON est mal formé."),
    .malformedForm, .malformedMultipart, .unauthenticated, .invalidCredentials,
    .invalidRefreshToken, .emailNotConfirmed, .foreignOrigin, .signupClosed,
    .staleForm, .notFound, .methodNotAllowed(allowed: "GET, HEAD, OPTIONS"), .fault(.bodyTimeout),
    .emailTaken, .staleVersion, .idempotencyInProgress, .preconditionFailed,
    .fault(.bodyTooLarge(limit: 65536)), .fault(.targetTooLong), .unsupportedMediaType,
    .unsupportedFile, .rangeNotSatisfiable(sizeBytes: 1024), .quotaExceeded(limit: 200 << 20),
    .documentEncrypted, .documentTooComplex, .documentUnreadable,
    .invalid([field]), .idempotencyMismatch,
    .weakPassword(
      .init(field: "password", code: "too_short", message: "Au moins 10 caractères.")),
    .rateLimited(retryAfterSeconds: 60), .fault(.headTooLarge), .internal, .aiFailed,
    .aiUnavailable, .databaseUnavailable, .identityUnavailable, .storageUnavailable,
    .realtimeUnavailable, .tooManyStreams, .overloaded,
    .aiTimeout,
  ]
}
