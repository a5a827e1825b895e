import HTTPTypes
import NIOCore
import ServiceHost

/// The document of `/openapi.json`: OpenAPI 3.1 of every operation, made once at start.
///
/// Operations come from `OpenAPIOperations`, shapes from `OpenAPISchemas`, problems from the very
/// values that the gateway answers.
enum OpenAPIDocument {
  static func json(version: String) -> JSONText {
    var json = JSONText()
    json.object {
      $0.member("openapi", "3.1.0")
      $0.object("info") {
        $0.member("title", "PhoenixCare gateway")
        $0.member("version", version)
        $0.member(
          "description",
          "Answers to families about disability benefits in France. JSON in snake_case, instants in "
            + "RFC 3339 UTC, calendar dates in Europe/Paris. Lists take `limit` and `before` and "
            + "answer `next_before`. Errors are RFC 9457 problems.")
      }
      $0.array("servers", ["/"]) { url, json in json.object { $0.member("url", url) } }
      $0.array(
        "tags",
        ["auth", "chat", "documents", "procedures", "aides", "account", "pages", "operations"]
      ) {
        tag, json in json.object { $0.member("name", tag) }
      }
      $0.object("paths") { paths(&$0) }
      $0.object("components") { components(&$0) }
    }
    return json
  }

  // MARK: Operations

  private static func paths(_ json: inout JSONText) {
    var seen: Set<String> = []
    for operation in OpenAPIOperations.all where seen.insert(operation.path).inserted {
      json.object(operation.path) {
        for one in OpenAPIOperations.all where one.path == operation.path { write(one, &$0) }
      }
    }
  }

  private static func write(_ operation: OpenAPIOperation, _ json: inout JSONText) {
    json.object(operation.method.rawValue.lowercased()) {
      $0.member("operationId", operation.id)
      $0.array("tags", [operation.tag]) { $1.string($0) }
      $0.member("summary", operation.summary)
      $0.array("security", securities(of: operation)) { name, json in
        json.object { if !name.isEmpty { $0.member(name, json: "[]") } }
      }
      if !operation.parameters.isEmpty {
        $0.array("parameters", operation.parameters, write)
      }
      if !operation.body.isEmpty {
        $0.object("requestBody") {
          $0.member("required", operation.isBodyRequired)
          $0.object("content") { write(operation.body, &$0) }
        }
      }
      $0.object("responses") { responses(of: operation, &$0) }
    }
  }

  /// The schemes of which one is enough; the empty one is none at all.
  private static func securities(of operation: OpenAPIOperation) -> [String] {
    switch operation.access {
    case .session: ["cookie", "bearer"]
    case .page: ["", "cookie"]
    case .open, .probe: []
    }
  }

  private static func write(_ parameter: OpenAPIOperation.Parameter, _ json: inout JSONText) {
    json.object {
      $0.member("name", parameter.name)
      $0.member("in", parameter.place.rawValue)
      $0.member("required", parameter.place == .path)
      $0.member("description", parameter.description)
      $0.member("schema", json: parameter.schema)
    }
  }

  private static func write(_ content: [OpenAPIOperation.Content], _ json: inout JSONText) {
    for one in content {
      json.object(one.type) { $0.member("schema", json: one.schema) }
    }
  }

  private static func responses(of operation: OpenAPIOperation, _ json: inout JSONText) {
    for answer in operation.answers {
      json.object(String(answer.status)) {
        $0.member("description", answer.description)
        $0.object("headers") {
          for name in ["X-Request-Id"] + answer.headers {
            $0.object(name) { $0.member("$ref", "#/components/headers/\(name)") }
          }
        }
        if !answer.content.isEmpty { $0.object("content") { write(answer.content, &$0) } }
      }
    }
    for status in operation.problemStatuses {
      let kind = operation.access == .page ? "Page" : "Problem"
      json.object(String(status)) {
        $0.member("$ref", "#/components/responses/\(kind)\(status)")
      }
    }
  }

  // MARK: Components

  private static func components(_ json: inout JSONText) {
    json.member("schemas", json: "{\n\(OpenAPISchemas.json)\n}")
    json.object("headers") {
      for (name, description) in headers {
        $0.object(name) {
          $0.member("description", description)
          $0.member("schema", json: #"{"type":"string"}"#)
        }
      }
    }
    json.object("responses") {
      for (status, problems) in OpenAPIProblems.byStatus { write(status, problems, &$0) }
    }
    json.object("securitySchemes") {
      $0.member(
        "cookie",
        json: #"{"type":"apiKey","in":"cookie","name":"phoenix_session","description":"#
          + #""Set by sign-up and login; `__Host-phoenix_session` over https."}"#)
      $0.member("bearer", json: #"{"type":"http","scheme":"bearer","bearerFormat":"JWT"}"#)
    }
  }

  private static let headers = [
    ("X-Request-Id", "Names the request in logs and problems; a sane one of the client is kept."),
    ("Set-Cookie", "`phoenix_session` and `phoenix_refresh`."),
    ("Location", "Where to find it."),
    ("ETag", "The version; `If-Match` and `If-None-Match` take it."),
    ("X-Cache", "`hit`, `miss`, `coalesced` or `bypass`."),
    ("Idempotent-Replayed", "`true` where an earlier request with this key was answered so."),
    ("Content-Disposition", "`attachment`, with a file name."),
    ("Content-Range", "Which bytes of how many."),
    ("Accept-Ranges", "`bytes`."),
    ("Retry-After", "Seconds to wait."),
    ("Allow", "The methods that there are."),
    ("WWW-Authenticate", "`Bearer`."),
  ]

  private static func write(_ status: Int, _ problems: [Problem], _ json: inout JSONText) {
    let description = problems.map { "`\($0.code)`" }.joined(separator: ", ")
    json.object("Problem\(status)") {
      $0.member("description", description)
      $0.object("headers") {
        for name in ["X-Request-Id", "Retry-After", "WWW-Authenticate"]
        where name == "X-Request-Id" || problems.contains(where: { $0.bears(name) }) {
          $0.object(name) { $0.member("$ref", "#/components/headers/\(name)") }
        }
      }
      $0.object("content") {
        $0.object("application/problem+json") {
          $0.object("schema") { $0.member("$ref", "#/components/schemas/Problem") }
          $0.object("examples") {
            for problem in problems {
              $0.object(problem.code) {
                $0.member("summary", problem.title)
                let body = problem.body(requestID: "01990f5e-7c1a-7b3e-8f00-1234567890ab")
                $0.member("value", json: String(buffer: body))
              }
            }
          }
        }
      }
    }
    json.object("Page\(status)") {
      $0.member("description", "A page that says: \(description).")
      $0.object("headers") {
        $0.object("X-Request-Id") { $0.member("$ref", "#/components/headers/X-Request-Id") }
      }
      $0.member("content", json: #"{"text/html":{"schema":{"type":"string"}}}"#)
    }
  }
}

extension Problem {
  fileprivate func bears(_ name: String) -> Bool {
    headers.contains { $0.name.rawName.lowercased() == name.lowercased() }
  }
}
