import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry

/// A user's documents: list, upload, one, its bytes, delete.
struct DocumentRoutes: Sendable {
  let store: DocumentStore
  let intake: DocumentIntake

  var routes: [Route] {
    [
      route(.get, "/api/documents", list),
      Route(
        method: .post, template: "/api/documents", access: .session,
        bodyBytesMax: intake.limits.bodyBytesMax, isLimited: true, handler: upload,
        isStreamed: true),
      route(.get, "/api/documents/:id", show),
      route(.delete, "/api/documents/:id", delete),
      route(.get, "/api/documents/:id/content", content),
    ]
  }

  private func route(
    _ method: HTTPRequest.Method, _ template: String,
    _ handler: @escaping @Sendable (GatewayRequest) async throws -> Response
  ) -> Route {
    Route(
      method: method, template: template, access: .session, bodyBytesMax: 0, isLimited: true,
      handler: handler)
  }

  @Sendable private func list(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var query = request.queryFields()
    let before = query.uuid("before")
    let limit = query.int("limit", default: 50, in: 1...100)
    try query.finish()
    let page = try await request.exchange.timed(\.db) {
      try await store.list(before: before, limit: limit, of: session)
    }
    var json = JSONText()
    json.object {
      $0.array("documents", page) { document, json in Self.write(document, into: &json) }
      $0.member("next_before", page.count == limit ? page.last?.id : nil)
    }
    return .json(json)
  }

  @Sendable private func upload(_ request: GatewayRequest) async throws -> Response {
    switch try await intake.take(request, doublet: .store, takesDocumentID: false) {
    case .reference: throw Problem.internal
    case .replayed(let answer): return answer.response
    case .document(let document, let claim):
      var json = JSONText()
      Self.write(document, into: &json)
      let made = IdempotencyKeys.Made(
        headers: ["Location": "/api/documents/\(document.id)"], json: json)
      if let claim {
        await request.exchange.timed(\.db) { await intake.keys.complete(claim, made) }
      }
      return made.response
    }
  }

  @Sendable private func show(_ request: GatewayRequest) async throws -> Response {
    var json = JSONText()
    Self.write(try await document(of: request), into: &json)
    return .json(json)
  }

  @Sendable private func delete(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    guard let id = DocumentID(request.parameters["id"] ?? "") else { throw Problem.notFound }
    let isDeleted = try await request.exchange.timed(\.db) {
      try await store.bytes.delete(id.text, of: session)
      return try await store.delete(id.text, of: session)
    }
    guard isDeleted else { throw Problem.notFound }
    return Response(status: .noContent)
  }

  @Sendable private func content(_ request: GatewayRequest) async throws -> Response {
    let document = try await document(of: request)
    return try await DocumentDownload(
      store: store, document: document, session: request.requireSession(),
      exchange: request.exchange
    ).response(to: request.head)
  }

  private func document(of request: GatewayRequest) async throws -> DocumentStore.Document {
    let session = try request.requireSession()
    // What is no id names nothing, as an id that nobody has.
    guard let id = DocumentID(request.parameters["id"] ?? "") else { throw Problem.notFound }
    let document = try await request.exchange.timed(\.db) {
      try await store.document(id.text, of: session)
    }
    guard let document else { throw Problem.notFound }
    return document
  }

  /// The JSON of a document, in the contract's shape.
  static func write(_ document: DocumentStore.Document, into json: inout JSONText) {
    json.object {
      $0.member("id", document.id)
      $0.member("filename", document.filename)
      $0.member("content_type", document.contentType)
      $0.member("size_bytes", document.sizeBytes)
      $0.member("sha256", document.sha256)
      $0.member("created_at", document.createdAt)
      $0.member("analysis", json: document.analysis ?? "null")
    }
  }
}
