/// An error as the API words it: the status, and `{"error":{…}}` (reference, section 7).
package struct APIError: Error, Sendable {
  let code: Int
  let status: String
  let message: String
  let details: [JSONNode]

  init(_ code: Int, _ status: String, _ message: String, details: [JSONNode] = []) {
    self.code = code
    self.status = status
    self.message = message
    self.details = details
  }

  var body: JSONNode {
    var members: [(name: String, value: JSONNode)] = [
      ("code", .int(code)), ("message", .string(message)), ("status", .string(status)),
    ]
    if !details.isEmpty { members.append(("details", .array(details))) }
    return .object([("error", .object(members))])
  }

  private static func detail(
    _ type: String, _ members: [(name: String, value: JSONNode)]
  ) -> JSONNode {
    .object([("@type", .string("type.googleapis.com/google.rpc." + type))] + members)
  }

  // MARK: Keys and names

  static let missingKey = APIError(
    403, "PERMISSION_DENIED",
    "Method doesn't allow unregistered callers (callers without established identity). "
      + "Please use API Key or other form of API consumer identity to call this API.")

  static let wrongKey: APIError = {
    let message = "API key not valid. Please pass a valid API key."
    return APIError(
      400, "INVALID_ARGUMENT", message,
      details: [
        detail(
          "ErrorInfo",
          [
            ("reason", "API_KEY_INVALID"), ("domain", "googleapis.com"),
            ("metadata", .object([("service", "generativelanguage.googleapis.com")])),
          ]),
        detail("LocalizedMessage", [("locale", "en-US"), ("message", .string(message))]),
      ])
  }()

  static func unknownModel(_ model: String, method: String) -> APIError {
    APIError(
      404, "NOT_FOUND",
      "models/\(model) is not found for API version v1beta, or is not supported for \(method). "
        + "Call ListModels to see the list of available models and their supported methods.")
  }

  static let notFound = APIError(404, "NOT_FOUND", "Requested entity was not found.")

  // MARK: What is asked

  static func invalid(_ message: String) -> APIError {
    APIError(400, "INVALID_ARGUMENT", message)
  }

  static func badField(_ field: String, _ message: String) -> APIError {
    APIError(
      400, "INVALID_ARGUMENT", message,
      details: [
        detail(
          "BadRequest",
          [
            (
              "fieldViolations",
              .array([
                .object([("field", .string(field)), ("description", .string(message))])
              ])
            )
          ])
      ])
  }

  static func unknownField(_ name: String, at path: String) -> APIError {
    let place = path.isEmpty ? "" : " at '\(path)'"
    return badField(
      path,
      "Invalid JSON payload received. Unknown name \"\(name)\"\(place): Cannot find field.")
  }

  static let malformedJSON = invalid("Invalid JSON payload received. Unexpected token.")

  // MARK: The provider's own trouble

  static func quota(model: String, retryDelay: String?, perDay: Bool) -> APIError {
    let metric = "generativelanguage.googleapis.com/generate_content_paid_tier_requests"
    let limit = perDay ? 20 : 1000
    var details = [
      detail(
        "Help",
        [
          (
            "links",
            .array([
              .object([
                ("description", "Learn more about Gemini API quotas"),
                ("url", "https://ai.google.dev/gemini-api/docs/rate-limits"),
              ])
            ])
          )
        ]),
      detail(
        "QuotaFailure",
        [
          (
            "violations",
            .array([
              .object([
                ("quotaMetric", .string(metric)),
                (
                  "quotaId",
                  .string("GenerateRequestsPer\(perDay ? "Day" : "Minute")PerProjectPerModel")
                ),
                (
                  "quotaDimensions",
                  .object([("location", "global"), ("model", .string(model))])
                ),
                ("quotaValue", .string(String(limit))),
              ])
            ])
          )
        ]),
    ]
    if let retryDelay { details.append(detail("RetryInfo", [("retryDelay", .string(retryDelay))])) }
    return APIError(
      429, "RESOURCE_EXHAUSTED",
      "You exceeded your current quota, please check your plan and billing details. "
        + "For more information on this error, head to: "
        + "https://ai.google.dev/gemini-api/docs/rate-limits.\n"
        + "* Quota exceeded for metric: \(metric), limit: \(limit), model: \(model)"
        + (retryDelay.map { "\nPlease retry in \($0)." } ?? ""),
      details: details)
  }

  static let internalError = APIError(
    500, "INTERNAL",
    "An internal error has occurred. Please retry or report in "
      + "https://developers.generativeai.google/guide/troubleshooting")

  static let unavailable = APIError(
    503, "UNAVAILABLE", "The model is overloaded. Please try again later.")

  static let deadline = APIError(
    504, "DEADLINE_EXCEEDED", "The request timed out. Please try again.")

  static let precondition = APIError(
    400, "FAILED_PRECONDITION", "User location is not supported for the API use.")

  static let cancelled = APIError(499, "CANCELLED", "The operation was cancelled.")
}
