import HTTPTypes
import Postgres
import ServiceHost

/// Every problem of the gateway, in one place; docs/errors.md lists their codes.
extension Problem {
  static let unauthenticated = Problem(
    .unauthorized, code: "unauthenticated", title: "Authentication required",
    detail: "Connectez-vous pour continuer.", headers: [.wwwAuthenticate: "Bearer"])

  static let invalidCredentials = Problem(
    .unauthorized, code: "invalid_credentials", title: "Invalid credentials",
    detail: "L'adresse ou le mot de passe est incorrect.")

  static let emailNotConfirmed = Problem(
    .unauthorized, code: "email_not_confirmed", title: "E-mail address not confirmed",
    detail: "Confirmez d'abord votre adresse par le lien du message que vous avez reçu.")

  static let signupClosed = Problem(
    .forbidden, code: "signup_closed", title: "Sign-up closed",
    detail: "Les inscriptions sont fermées pour le moment.")

  static let identityUnavailable = Problem(
    .serviceUnavailable, code: "identity_unavailable", title: "Accounts unavailable",
    detail: "La connexion est momentanément impossible. Réessayez dans quelques instants.",
    headers: [.retryAfter: "2"])

  static let invalidRefreshToken = Problem(
    .unauthorized, code: "invalid_refresh_token", title: "Invalid refresh token",
    detail: "Votre session est terminée ; connectez-vous de nouveau.")

  static let emailTaken = Problem(
    .conflict, code: "email_taken", title: "E-mail address taken",
    detail: "Un compte existe déjà avec cette adresse.")

  static func weakPassword(_ field: FieldError) -> Problem {
    Problem(
      .unprocessableContent, code: "weak_password", title: "Password too weak",
      detail: field.message, errors: [field])
  }

  static let notFound = Problem(
    .notFound, code: "not_found", title: "Not found", detail: "Cette ressource n'existe pas.")

  static let staleVersion = Problem(
    .conflict, code: "stale_version", title: "Stale version",
    detail: "Cette démarche a été modifiée entre-temps. Rechargez-la avant de la changer.")

  static let preconditionFailed = Problem(
    .preconditionFailed, code: "precondition_failed", title: "Precondition failed",
    detail: "Cette démarche a été modifiée entre-temps. Rechargez-la avant de la changer.")

  static let idempotencyInProgress = Problem(
    .conflict, code: "idempotency_in_progress", title: "Request under way",
    detail: "Cette demande est déjà en cours. Attendez sa réponse.", headers: [.retryAfter: "1"])

  static let idempotencyMismatch = Problem(
    .unprocessableContent, code: "idempotency_mismatch", title: "Idempotency key used before",
    detail: "Cette clé Idempotency-Key a déjà servi pour une autre demande.",
    errors: [
      .init(
        field: "Idempotency-Key", code: "already_used",
        message: "Cette clé a déjà servi pour une autre demande.")
    ])

  static let unsupportedMediaType = Problem(
    .unsupportedMediaType, code: "unsupported_media_type", title: "Unsupported media type",
    detail: "Le type application/json est attendu.")

  static let foreignOrigin = Problem(
    .forbidden, code: "foreign_origin", title: "Request from another origin",
    detail: "Cette requête vient d'un autre site et n'est pas acceptée.")

  static let aiUnavailable = Problem(
    .serviceUnavailable, code: "ai_unavailable", title: "Assistant unavailable",
    detail:
      "L'assistant ne répond pas pour le moment. Votre message est enregistré ; réessayez dans "
      + "quelques instants.", headers: [.retryAfter: "2"])

  static let aiTimeout = Problem(
    .gatewayTimeout, code: "ai_timeout", title: "Assistant too slow",
    detail: "L'assistant met trop de temps à répondre. Votre message est enregistré.",
    headers: [.retryAfter: "5"])

  static let aiFailed = Problem(
    .badGateway, code: "ai_failed", title: "Assistant failed",
    detail: "La réponse de l'assistant n'a pas pu être reçue en entier. Réessayez.")

  static let databaseUnavailable = Problem(
    .serviceUnavailable, code: "database_unavailable", title: "Database unavailable",
    detail: "Le service est momentanément indisponible. Rien n'a été perdu ; réessayez.",
    headers: [.retryAfter: "1"])

  static let realtimeUnavailable = Problem(
    .serviceUnavailable, code: "realtime_unavailable", title: "No live stream",
    detail: "Les mises à jour en direct sont momentanément indisponibles.",
    headers: [.retryAfter: "2"])

  static let tooManyStreams = Problem(
    .tooManyRequests, code: "too_many_streams", title: "Too many live streams",
    detail: "Trop de fenêtres reçoivent les mises à jour en direct. Fermez-en une.",
    headers: [.retryAfter: "30"])

  static let overloaded = Problem(
    .serviceUnavailable, code: "overloaded", title: "Overloaded",
    detail: "Trop de demandes en même temps. Réessayez dans quelques secondes.",
    headers: [.retryAfter: "2"])

  static let `internal` = Problem(
    .internalServerError, code: "internal", title: "Internal error",
    detail: "Une erreur interne est survenue. Elle a été enregistrée.")

  static func methodNotAllowed(allowed: String) -> Problem {
    Problem(
      .methodNotAllowed, code: "method_not_allowed", title: "Method not allowed",
      detail: "Cette méthode n'existe pas pour cette adresse.", headers: [.allow: allowed])
  }

  static func malformedJSON(_ detail: String) -> Problem {
    Problem(.badRequest, code: "malformed_json", title: "Malformed JSON", detail: detail)
  }

  static func invalid(_ errors: [FieldError]) -> Problem {
    Problem(
      .unprocessableContent, code: "validation_failed", title: "Request is not valid",
      detail: errors.count == 1
        ? "Un champ de la demande n'est pas valide."
        : "\(errors.count) champs de la demande ne sont pas valides.",
      errors: errors)
  }

  static func rateLimited(retryAfterSeconds: Int) -> Problem {
    Problem(
      .tooManyRequests, code: "rate_limited", title: "Too many requests",
      detail: "Trop de demandes. Réessayez dans \(retryAfterSeconds) secondes.",
      headers: [.retryAfter: String(retryAfterSeconds)])
  }

  static func fault(_ fault: HTTPFault) -> Problem {
    let detail =
      switch fault {
      case .malformedHead: "La requête HTTP est mal formée."
      case .malformedBody: "Le corps de la requête est mal formé."
      case .headTooLarge: "Les en-têtes de la requête sont trop grands."
      case .headTimeout, .bodyTimeout: "La requête est arrivée trop lentement."
      case .bodyTooLarge(let limit): "Le corps de la requête dépasse \(limit) octets."
      case .targetTooLong: "L'adresse demandée est trop longue."
      }
    return Problem(
      fault.status, code: fault.code, title: fault.status.reasonPhrase, detail: detail)
  }
}
