package import HTTPTypes
package import NIOCore

/// An error as a client sees it: RFC 9457 problem details with a stable `code`.
///
/// `detail` is French, meant for a family; `code` is for programs and is listed in docs/errors.md.
/// Nothing internal belongs in any member.
package struct Problem: Error, Sendable {
  /// One field of a request that is wrong.
  package struct FieldError: Sendable {
    /// Path of the field: `message`, `steps[0].title`.
    package var field: String
    /// Stable, snake_case.
    package var code: String
    /// French.
    package var message: String

    package init(field: String, code: String, message: String) {
      self.field = field
      self.code = code
      self.message = message
    }
  }

  package var status: HTTPResponse.Status
  package var code: String
  package var title: String
  package var detail: String
  package var errors: [FieldError]
  /// Further headers: `Allow`, `Retry-After`.
  package var headers: HTTPFields

  package init(
    _ status: HTTPResponse.Status, code: String, title: String, detail: String,
    errors: [FieldError] = [], headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.errors = errors
    self.headers = headers
  }

  /// The JSON body. `type` is a URI under which docs/errors.md describes the code.
  package func body(requestID: String) -> ByteBuffer {
    var json = JSONText()
    json.object {
      $0.member("type", "urn:phoenixcare:problem:\(code)")
      $0.member("title", title)
      $0.member("status", status.code)
      $0.member("detail", detail)
      $0.member("code", code)
      $0.member("request_id", requestID)
      $0.array("errors", errors) { error, json in
        json.object {
          $0.member("field", error.field)
          $0.member("code", error.code)
          $0.member("message", error.message)
        }
      }
    }
    return ByteBuffer(bytes: json.bytes)
  }

  /// The whole answer, without the headers that every response bears.
  package func reply(requestID: String) -> HTTPReply {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return HTTPReply(status: status, headers: headers, body: body(requestID: requestID))
  }
}
