import HTTPTypes
import ServiceHost
import WorkerAPI

/// The problems of files; docs/errors.md lists their codes.
extension Problem {
  static let malformedMultipart = Problem(
    .badRequest, code: "malformed_multipart", title: "Malformed multipart body",
    detail: "Le fichier n'est pas arrivé en entier ou son envoi est mal formé. Réessayez.")

  static let unsupportedUpload = Problem(
    .unsupportedMediaType, code: "unsupported_media_type", title: "Unsupported media type",
    detail: "Envoyez le fichier en multipart/form-data, ou en application/json.")

  static let unsupportedFile = Problem(
    .unsupportedMediaType, code: "unsupported_file", title: "Unsupported file",
    detail: "Ce fichier n'est ni un PDF, ni une image PNG, JPEG ou WebP.")

  static let emptyFile = Problem.invalid([
    .init(field: "file", code: "too_short", message: "Le fichier est vide.")
  ])

  static let storageUnavailable = Problem(
    .serviceUnavailable, code: "storage_unavailable", title: "Documents unavailable",
    detail: "Les documents sont momentanément inaccessibles. Réessayez dans quelques instants.",
    headers: [.retryAfter: "2"])

  static let fileTooLargeForStorage = Problem(
    .contentTooLarge, code: "body_too_large", title: "Content Too Large",
    detail: "Ce fichier est trop grand.")

  static let documentEncrypted = Problem(
    .unprocessableContent, code: "document_encrypted", title: "Document encrypted",
    detail: "Ce PDF est protégé par un mot de passe. Envoyez-le sans protection.")

  static let documentTooComplex = Problem(
    .unprocessableContent, code: "document_too_complex", title: "Document too complex",
    detail: "Ce document est trop grand ou trop long à lire. Envoyez la page utile seule.")

  static let documentUnreadable = Problem(
    .unprocessableContent, code: "document_unreadable", title: "Document unreadable",
    detail: "Ce document est abîmé ou incomplet : il ne peut pas être lu.")

  static let analysisFailed = Problem(
    .badGateway, code: "ai_failed", title: "Assistant failed",
    detail: "Le document est enregistré, mais il n'a pas pu être lu. Réessayez.")

  static func contradictedType(_ found: String) -> Problem {
    Problem(
      .unsupportedMediaType, code: "unsupported_file", title: "Unsupported file",
      detail: "Le contenu du fichier est du type \(found), ce qui n'est pas le type annoncé.")
  }

  static func fileTooLarge(limit: Int) -> Problem {
    Problem(
      .contentTooLarge, code: "body_too_large", title: "Content Too Large",
      detail: "Le fichier dépasse \(limit) octets.")
  }

  static func quotaExceeded(limit: Int) -> Problem {
    Problem(
      .contentTooLarge, code: "quota_exceeded", title: "Quota exceeded",
      detail: "Vos documents prendraient plus de \(limit) octets. Supprimez-en pour continuer.")
  }

  static func rangeNotSatisfiable(sizeBytes: Int) -> Problem {
    Problem(
      .rangeNotSatisfiable, code: "range_not_satisfiable", title: "Range not satisfiable",
      detail: "Le document n'a que \(sizeBytes) octets.",
      headers: [.contentRange: "bytes */\(sizeBytes)"])
  }

  /// No worker answered; the document stays.
  static func analysis(_ error: WorkerPoolError) -> Problem {
    switch error.code {
    case .timeout:
      Problem(
        .gatewayTimeout, code: "ai_timeout", title: "Assistant too slow",
        detail: "La lecture prend trop de temps. Le document est enregistré.",
        headers: [.retryAfter: "5"])
    case .noWorker, .unavailable, .overloaded, .cancelled:
      Problem(
        .serviceUnavailable, code: "ai_unavailable", title: "Assistant unavailable",
        detail: "Le document est enregistré, mais personne ne peut le lire pour le moment.",
        headers: [.retryAfter: "2"])
    case .cut, .tooLarge: .analysisFailed
    }
  }

  /// A worker refused the document, or could not.
  static func analysis(_ reply: WorkerReply) -> Problem {
    struct Refusal: Decodable { let code: String }
    let code = (try? WorkerJSON.decode(Refusal.self, from: reply.body))?.code
    switch (reply.status, code) {
    case (422, "document_encrypted"): return .documentEncrypted
    case (422, "document_too_complex"): return .documentTooComplex
    case (422, "document_unreadable"), (415, _), (413, _): return .documentUnreadable
    case (503, _):
      return .analysis(WorkerPoolError(code: .overloaded, worker: reply.worker))
    case (504, _): return .analysis(WorkerPoolError(code: .timeout, worker: reply.worker))
    default: return .analysisFailed
    }
  }
}
