import HTTPTypes
import ServiceHost
import WorkerAPI

/// Every problem of a worker, in one place; docs/errors.md lists their codes.
extension Problem {
  static let unauthenticated = Problem(
    .unauthorized, code: "unauthenticated", title: "Authentication required",
    detail: "Le jeton du service est absent ou faux.", headers: [.wwwAuthenticate: "Bearer"])

  static let notFound = Problem(
    .notFound, code: "not_found", title: "Not found", detail: "Cette ressource n'existe pas.")

  static let unsupportedMediaType = Problem(
    .unsupportedMediaType, code: "unsupported_media_type", title: "Unsupported media type",
    detail: "Le type application/json est attendu.")

  static let malformedJSON = Problem(
    .badRequest, code: "malformed_json", title: "Malformed JSON",
    detail: "Le corps de la requête n'est pas un JSON valide.")

  static let unsupportedDocument = Problem(
    .unsupportedMediaType, code: "unsupported_file", title: "Unsupported file",
    detail: "Ce fichier n'est ni un PDF, ni une image PNG, JPEG ou WebP, ou n'est pas du type dit.")

  static let overloaded = Problem(
    .serviceUnavailable, code: "overloaded", title: "Overloaded",
    detail: "Trop de documents en même temps. Réessayez dans quelques secondes.",
    headers: [.retryAfter: "2"])

  /// Why a document could not be read.
  static func document(_ failure: DocumentFailure) -> Problem {
    switch failure {
    case .encrypted:
      Problem(
        .unprocessableContent, code: "document_encrypted", title: "Document encrypted",
        detail: "Ce PDF est protégé par un mot de passe.")
    case .unreadable:
      Problem(
        .unprocessableContent, code: "document_unreadable", title: "Document unreadable",
        detail: "Ce document est abîmé ou incomplet.")
    case .tooComplex:
      Problem(
        .unprocessableContent, code: "document_too_complex", title: "Document too complex",
        detail: "Ce document est trop grand ou trop long à lire.")
    case .toolMissing:
      Problem(
        .serviceUnavailable, code: "reader_missing", title: "Reader missing",
        detail: "La lecture des documents n'est pas installée.")
    }
  }

  static let generationFailed = Problem(
    .badGateway, code: "generation_failed", title: "Generation failed",
    detail: "La réponse n'a pas pu être produite. Réessayez.")

  static let cancelled = Problem(
    .serviceUnavailable, code: "cancelled", title: "Cancelled",
    detail: "La demande a été interrompue. Réessayez.", headers: [.retryAfter: "1"])

  static func methodNotAllowed(_ route: WorkerRoute) -> Problem {
    Problem(
      .methodNotAllowed, code: "method_not_allowed", title: "Method not allowed",
      detail: "Cette méthode n'existe pas pour cette adresse.",
      headers: [.allow: route.methods.map(\.rawValue).joined(separator: ", ")])
  }

  static func invalid(_ errors: [FieldError]) -> Problem {
    Problem(
      .unprocessableContent, code: "validation_failed", title: "Request is not valid",
      detail: "La demande n'est pas valide.", errors: errors)
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

extension Problem.FieldError {
  /// A value that the messages between gateway and worker refuse.
  init(_ fault: ChatRequestFault) {
    let message =
      switch fault.code {
      case .tooShort: "Ce champ est vide."
      case .tooLong: "Ce champ est trop long."
      case .tooMany: "Cette liste a trop d'éléments."
      case .forbiddenCharacter: "Ce champ contient un caractère interdit."
      case .outOfRange: "Cette valeur est hors limites."
      }
    self.init(field: fault.field, code: fault.code.rawValue, message: message)
  }

  /// A field of a wrong type, or one that is not there.
  init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self.init(
        field: Self.path(context.codingPath + [key]), code: "required",
        message: "Ce champ est obligatoire.")
    case .valueNotFound(_, let context), .typeMismatch(_, let context),
      .dataCorrupted(let context):
      self.init(
        field: Self.path(context.codingPath), code: "wrong_type",
        message: "Ce champ n'a pas le type attendu.")
    @unknown default:
      self.init(field: "", code: "wrong_type", message: "La demande n'a pas la forme attendue.")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce(into: "") { path, key in
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}
