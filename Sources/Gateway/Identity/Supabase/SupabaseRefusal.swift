import ServiceHost
import Upstream

/// An answer of Supabase Auth that is no success, whichever of its shapes it has:
/// `{"code":400,"error_code":…,"msg":…}`, `{"code":"…","message":…}` where a version of the API was
/// asked for, `{"error":…,"error_description":…}`, `{"message":…}` of the gateway before it, or
/// none.
struct SupabaseRefusal: Error, Sendable, Equatable {
  let status: Int
  /// `invalid_credentials` and so on; empty where there is none.
  let code: String
  /// For people who read logs.
  let message: String
  /// Of a weak password: `length`, `characters`, `pwned`.
  let reasons: [String]
  /// Seconds to wait, where the answer says so.
  let retryAfterSeconds: Int?

  init(_ answer: UpstreamResponse) {
    status = answer.status
    let json = try? JSONValue(parsing: answer.body)
    code =
      json?["error_code"]?.string ?? json?["code"]?.string
      ?? answer.headers.first("x-sb-error-code") ?? json?["error"]?.string ?? ""
    let text =
      json?["msg"]?.string ?? json?["message"]?.string ?? json?["error_description"]?.string
      ?? json?["error"]?.string ?? ""
    message = String(text.prefix(200))
    reasons = (json?["weak_password"]?["reasons"]?.array ?? []).compactMap(\.string)
    retryAfterSeconds =
      answer.headers.first("retry-after").flatMap { Int($0) } ?? Self.seconds(in: text)
  }

  /// `…only request this after 52 seconds.`
  private static func seconds(in text: String) -> Int? {
    let words = text.split(separator: " ")
    guard let after = words.firstIndex(of: "after"), after + 2 < words.count,
      words[after + 2].hasPrefix("second"), let seconds = Int(words[after + 1])
    else { return nil }
    return seconds
  }

  /// What it means wherever it comes; nil where that depends on what was asked.
  var common: IdentityError? {
    switch code {
    // Nobody can answer a captcha here, and a login by e-mail is all there is.
    case "captcha_failed", "email_provider_disabled", "email_address_not_authorized":
      return .misconfigured(detail: described)
    case _ where status == 429:
      return .tooManyFailures(retryAfterSeconds: min(3600, max(1, retryAfterSeconds ?? 10)))
    case _ where status >= 500: return .unavailable(detail: described)
    // The key of the project, or its address, is wrong: Auth itself uses 401 for a missing bearer
    // alone, which is never missing.
    case _ where status == 401 || status == 404 && code.isEmpty:
      return .misconfigured(detail: described)
    default: return nil
    }
  }

  /// What it means for a chosen password; nil where it is not about one.
  func weakness(field: String) -> IdentityError? {
    switch code {
    case "weak_password":
      if reasons.contains("pwned") {
        return .weakPassword(
          .init(
            field: field, code: "too_common",
            message: "Ce mot de passe est trop courant ; choisissez-en un autre."))
      }
      if reasons.contains("length") {
        return .weakPassword(
          .init(field: field, code: "too_short", message: "Ce mot de passe est trop court."))
      }
      return .weakPassword(
        .init(
          field: field, code: "too_simple",
          message: "Ajoutez des majuscules, des chiffres ou des signes à ce mot de passe."))
    case "validation_failed":
      // What is left after our own checks: over bcrypt's 72 bytes.
      return .weakPassword(
        .init(field: field, code: "too_long", message: "Ce mot de passe est trop long."))
    default: return nil
    }
  }

  /// Status and code, for logs.
  var described: String { "supabase auth: \(status) \(code.prefix(60)) \(message)" }

  /// What a part that knows no better says.
  var unexpected: IdentityError { common ?? .misconfigured(detail: described) }
}
