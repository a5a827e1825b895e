import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceHost
import Telemetry

/// What a user may ask of their account: everything that is kept, that nothing be kept, and what
/// may be done with it.
struct AccountRoutes: Sendable {
  let database: PostgresPool
  let identity: any Identity
  let documents: DocumentStore
  let cookies: SessionCookies
  let bodyBytesMax: Int
  /// Makes the workers drop what they keep for a user.
  let forget: @Sendable (_ userID: String) async -> Void

  var routes: [Route] {
    [
      route(.get, "/api/account/export", export), route(.delete, "/api/account", delete),
      route(.get, "/api/account/consents", consents),
      route(.put, "/api/account/consents", setConsents),
    ]
  }

  private func route(
    _ method: HTTPRequest.Method, _ template: String,
    _ handler: @escaping @Sendable (GatewayRequest) async throws -> Response
  ) -> Route {
    Route(
      method: method, template: template, access: .session,
      bodyBytesMax: method == .put ? bodyBytesMax : 0, isLimited: true, handler: handler)
  }

  @Sendable private func export(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    // Before the first byte, so that a database that is away is a 503 and not a cut archive.
    _ = try await request.exchange.timed(\.db) { try await identity.me(session: session) }
    let record = try await request.exchange.timed(\.auth) {
      try await identity.providerRecord(of: session)
    }
    let now = Int64(MonotonicClock.wallMilliseconds() / 1000)
    let day = String(InstantText.rfc3339(seconds: now).prefix(10))
    let export = AccountExport(
      database: database, documents: documents, session: session, exchange: request.exchange,
      day: day,
      providerRecord: record)
    let isHead = request.head.method == .head
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/zip",
        .contentDisposition: "attachment; filename=\"phoenixcare-\(day).zip\"",
      ],
      body: ResponseBody { writer in
        var body: any ResponseBodyWriter = writer
        if !isHead { try await export.write(to: &body) }
        try await body.finishExport()
      })
  }

  @Sendable private func delete(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    // First, while the user may still do it.
    try await request.exchange.timed(\.db) { try await documents.bytes.deleteAll(of: session) }
    try await request.exchange.timed(\.auth) { try await identity.deleteAccount(of: session) }
    await forget(session.userID)
    var response = Response(status: .noContent)
    for cookie in cookies.clearing() {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }

  @Sendable private func consents(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    return try await answer(
      request,
      PostgresStatement(
        "select \(Self.columns) from users where id = $1", [.uuid(session.userID)]), session)
  }

  @Sendable private func setConsents(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var json = try request.jsonObject()
    let gemini = json.bool("gemini", required: true)
    try json.finish()
    guard let gemini else { throw Problem.internal }
    let response = try await answer(
      request,
      PostgresStatement(
        """
        update users set consents = consents || jsonb_build_object('gemini', $2::bool),
          consents_at = now()
        where id = $1 returning \(Self.columns)
        """, [.uuid(session.userID), .bool(gemini)]), session)
    // What was made of this user's text under the consent that ends is not given again.
    if !gemini { await forget(session.userID) }
    return response
  }

  private static let columns =
    "coalesce(consents->'gemini' = 'true', false), \(ChatStore.rfc3339("consents_at"))"

  private func answer(
    _ request: GatewayRequest, _ statement: PostgresStatement, _ session: Session
  ) async throws -> Response {
    let rows = try await request.exchange.timed(\.db) {
      let rows = try await database.run([statement], as: .user(claims: session.claims))[0]
      guard rows.isEmpty else { return rows }
      // Signed in elsewhere, and here for the first time: asking who it is makes the profile.
      _ = try await identity.me(session: session)
      return try await database.run([statement], as: .user(claims: session.claims))[0]
    }
    guard let row = rows.first else { throw Problem.unauthenticated }
    let gemini = try row.bool(0)
    let updatedAt = try row.optionalString(1)
    var json = JSONText()
    json.object {
      $0.object("consents") { $0.member("gemini", gemini) }
      $0.member("updated_at", updatedAt)
    }
    return .json(json)
  }
}

extension ResponseBodyWriter {
  /// Ends the body from behind an existential.
  fileprivate func finishExport() async throws { try await finish(nil) }
}
