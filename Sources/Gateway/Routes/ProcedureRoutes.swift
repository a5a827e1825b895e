import HTTPTypes
import HummingbirdCore
import ServiceHost
import Telemetry

/// A family's procedures: list, write, one, change, delete.
struct ProcedureRoutes: Sendable {
  let store: ProcedureStore
  let keys: IdempotencyKeys
  let bodyBytesMax: Int

  var routes: [Route] {
    [
      route(.get, "/api/procedures", list), route(.post, "/api/procedures", create),
      route(.get, "/api/procedures/:id", show), route(.patch, "/api/procedures/:id", change),
      route(.delete, "/api/procedures/:id", delete),
    ]
  }

  private func route(
    _ method: HTTPRequest.Method, _ template: String,
    _ handler: @escaping @Sendable (GatewayRequest) async throws -> Response
  ) -> Route {
    Route(
      method: method, template: template, access: .session,
      bodyBytesMax: method == .post || method == .patch ? bodyBytesMax : 0, isLimited: true,
      handler: handler)
  }

  @Sendable private func list(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var query = request.queryFields()
    let status = query.word("status", of: Procedure.statuses)
    let before = query.uuid("before")
    let limit = query.int("limit", default: 100, in: 1...100)
    try query.finish()
    let page = try await request.exchange.timed(\.db) {
      try await store.list(status: status, before: before, limit: limit, of: session)
    }
    var json = JSONText()
    json.object {
      $0.array("procedures", page) { $0.write(into: &$1) }
      $0.member("next_before", page.count == limit ? page.last?.id : nil)
    }
    return .json(json)
  }

  @Sendable private func create(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var json = try request.jsonObject()
    let draft = try ProcedureDraft(&json)
    return try await keys.answer(request, for: session) { id in
      let procedure = try await request.exchange.timed(\.db) {
        try await store.create(draft, id: id, of: session)
      }
      guard let procedure else { throw Problem.internal }
      var json = JSONText()
      procedure.write(into: &json)
      return IdempotencyKeys.Made(
        headers: ["Location": "/api/procedures/\(id)", "ETag": procedure.tag], json: json)
    }
  }

  @Sendable private func show(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let id = try request.pathID()
    let procedure = try await request.exchange.timed(\.db) {
      try await store.procedure(id, of: session)
    }
    guard let procedure else { throw Problem.notFound }
    return Self.answer(procedure)
  }

  @Sendable private func change(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let id = try request.pathID()
    var json = try request.jsonObject()
    let change = try ProcedureChange(&json)
    let precondition = request.head.headerFields[.ifMatch].map(Self.precondition)
    let outcome = try await request.exchange.timed(\.db) {
      try await store.change(id, change, if: precondition, of: session)
    }
    switch outcome {
    case .changed(let procedure): return Self.answer(procedure)
    case .staleVersion: throw Problem.staleVersion
    case .failedPrecondition: throw Problem.preconditionFailed
    case .unknown: throw Problem.notFound
    }
  }

  @Sendable private func delete(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let id = try request.pathID()
    let isDeleted = try await request.exchange.timed(\.db) {
      try await store.delete(id, of: session)
    }
    guard isDeleted else { throw Problem.notFound }
    return Response(status: .noContent)
  }

  private static func answer(_ procedure: Procedure) -> Response {
    var json = JSONText()
    procedure.write(into: &json)
    var response = Response.json(json)
    response.headers[.eTag] = procedure.tag
    return response
  }

  /// The strong tags of `If-Match` (RFC 9110, section 13.1.1); a weak one, or none of ours, matches
  /// nothing.
  static func precondition(_ header: String) -> ProcedureStore.Precondition {
    let tags = header.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    if tags == ["*"] { return .any }
    return .versions(
      tags.compactMap { tag in
        guard tag.count > 2, tag.first == "\"", tag.last == "\"" else { return nil }
        return Int32(tag.dropFirst().dropLast()).map { Int($0) }
      })
  }
}
