import HTTPTypes

/// One operation of the interface as `/openapi.json` describes it. `OpenAPITests` holds the list
/// against the route table, both ways.
struct OpenAPIOperation: Sendable {
  /// Who may call it, and how it says no.
  enum Access: Sendable {
    /// Anyone; problems as JSON.
    case open
    /// Whoever has a session; problems as JSON.
    case session
    /// Anyone, in a browser; problems as pages.
    case page
    /// Anyone; answered in place and never limited.
    case probe
  }

  /// Where a parameter stands.
  enum Place: String, Sendable { case path, query, header }

  struct Parameter: Sendable {
    let name: String
    let place: Place
    /// A JSON Schema as JSON text.
    let schema: String
    let description: String
  }

  /// What a request or an answer holds.
  struct Content: Sendable {
    let type: String
    /// A JSON Schema as JSON text.
    let schema: String

    /// JSON of one of `OpenAPISchemas`.
    static func json(_ name: String) -> Content {
      Content(type: "application/json", schema: reference(name))
    }

    static func reference(_ name: String) -> String {
      ##"{"$ref":"#/components/schemas/\##(name)"}"##
    }
  }

  struct Answer: Sendable {
    let status: Int
    let description: String
    var content: [Content] = []
    /// Header fields besides those that every answer bears.
    var headers: [String] = []
  }

  let method: HTTPRequest.Method
  /// As in the route table: `/api/procedures/:id`.
  let template: String
  let id: String
  let tag: String
  let summary: String
  let access: Access
  var parameters: [Parameter] = []
  var body: [Content] = []
  var isBodyRequired = true
  /// Answers that are no problem.
  let answers: [Answer]
  /// Statuses of problems besides those that every operation of its kind has.
  var problems: [Int] = []

  /// `/api/procedures/{id}`.
  var path: String {
    template.split(separator: "/", omittingEmptySubsequences: false).map {
      $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0)
    }.joined(separator: "/")
  }

  var isUnsafe: Bool { method != .get }

  /// Every status with which it may say no, in order.
  var problemStatuses: [Int] {
    guard access != .probe else { return [] }
    var statuses: Set = [400, 408, 413, 414, 429, 431, 500, 503]
    if access == .session { statuses.insert(401) }
    if isUnsafe { statuses.insert(403) }
    if !body.isEmpty { statuses.formUnion([415, 422]) }
    if parameters.contains(where: { $0.place == .query }) { statuses.insert(422) }
    if parameters.contains(where: { $0.place == .path }) { statuses.insert(404) }
    return statuses.union(problems).sorted()
  }
}

extension OpenAPIOperation.Parameter {
  static let pathID = Self(
    name: "id", place: .path, schema: #"{"type":"string","format":"uuid"}"#,
    description: "Id of a row of the caller's own; any other answers 404.")
  static let before = Self(
    name: "before", place: .query, schema: #"{"type":"string","format":"uuid"}"#,
    description: "`next_before` of the page before.")
  static let conversationID = Self(
    name: "conversation_id", place: .query, schema: #"{"type":"string","format":"uuid"}"#,
    description: "A conversation; the newest where none is named.")
  static let idempotencyKey = Self(
    name: "Idempotency-Key", place: .header,
    schema: #"{"type":"string","minLength":1,"maxLength":255,"pattern":"^[!-~]+$"}"#,
    description: "Makes a retry safe for 24 hours: the same key and body give the same answer, "
      + "with `Idempotent-Replayed: true`, and nothing is made twice. With another body 422; "
      + "while the first is under way 409.")
  static let ifMatch = Self(
    name: "If-Match", place: .header, schema: #"{"type":"string"}"#,
    description: "`ETag` of the version that the change was made on; stale: 412.")

  static func limit(_ standard: Int) -> Self {
    Self(
      name: "limit", place: .query,
      schema: #"{"type":"integer","minimum":1,"maximum":100,"default":\#(standard)}"#,
      description: "How many at most.")
  }

  static func text(_ name: String, max: Int, _ description: String) -> Self {
    Self(
      name: name, place: .query, schema: #"{"type":"string","maxLength":\#(max)}"#,
      description: description)
  }

  static func word(_ name: String, of words: [String], _ description: String) -> Self {
    let list = words.map { "\"\($0)\"" }.joined(separator: ",")
    return Self(
      name: name, place: .query, schema: #"{"type":"string","enum":[\#(list)]}"#,
      description: description)
  }
}
