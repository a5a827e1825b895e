import ServiceHost

/// Reads an error of the API: the status, and where there is one the `google.rpc` body. A proxy may
/// have answered in its place, with a page or with nothing.
enum GeminiErrorReader {
  private static let detailBytesMax = 300

  static func error(status: Int, body: [UInt8]) -> GeminiError {
    let json = (try? JSONValue(parsing: body)).flatMap { value in
      // An array of one, where a stream without `alt=sse` fails.
      value["error"] ?? value.array?.first?["error"]
    }
    guard let json else { return GeminiError(code(status: status, name: "", json: .null)) }
    return error(json, status: status)
  }

  /// An `error` object; `status` where the object names none.
  static func error(_ json: JSONValue, status: Int = 500) -> GeminiError {
    let status = json["code"]?.int ?? status
    let code = code(status: status, name: json["status"]?.string ?? "", json: json)
    return GeminiError(
      code, detail: cut(json["message"]?.string ?? ""),
      retryAfter: detail("RetryInfo", of: json)?["retryDelay"]?.string.flatMap(duration))
  }

  private static func code(status: Int, name: String, json: JSONValue) -> GeminiError.Code {
    switch status {
    case 429:
      let violations = detail("QuotaFailure", of: json)?["violations"]?.array ?? []
      let isDaily = violations.contains { $0["quotaId"]?.string?.contains("PerDay") == true }
      return isDaily ? .quotaExhausted : .rateLimited
    case 400:
      if detail("ErrorInfo", of: json)?["reason"]?.string == "API_KEY_INVALID" {
        return .keyRefused
      }
      return name == "FAILED_PRECONDITION" ? .precondition : .invalidRequest
    case 401, 403: return .keyRefused
    case 404: return .modelMissing
    case 408, 504: return .providerDeadline
    case 499: return .refused
    case 502, 503: return .unavailable
    case 500...599: return .internalError
    case 400..<500: return .invalidRequest
    default: return .malformed
    }
  }

  /// The detail of that type; others are left alone.
  private static func detail(_ type: String, of json: JSONValue) -> JSONValue? {
    json["details"]?.array?.first { $0["@type"]?.string?.hasSuffix("google.rpc." + type) == true }
  }

  /// A protobuf duration: `23s`, `0.75s`.
  static func duration(_ text: String) -> Duration? {
    guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds.isFinite,
      seconds >= 0, seconds < 1e9
    else { return nil }
    return .milliseconds(Int64((seconds * 1000).rounded(.up)))
  }

  private static func cut(_ text: String) -> String {
    String(decoding: Array(text.utf8.prefix(detailBytesMax)), as: UTF8.self)
  }
}
