import HTTPTypes
import HummingbirdCore
import JSONLogging
import Knowledge
import Postgres
import ServiceHost
import Telemetry

/// Every route of the gateway, in one list.
enum GatewayRoutes {
  static func list(
    settings: GatewaySettings, identity: any Identity, database: PostgresPool,
    documentBytes: any DocumentBytes,
    assistant: Assistant, telemetry: GatewayTelemetry, pages: Pages, realtime: RealtimeHub
  ) -> [Route] {
    let store = ChatStore(database: database)
    let cookies = SessionCookies(isHTTPS: settings.isHTTPS)
    let keys = IdempotencyKeys(
      database: database, requestMax: max(settings.chatDeadline, settings.analysisDeadline))
    let catalogue = AidesCatalogue.standard
    let forget: @Sendable (String) async -> Void = { await assistant.forget(userID: $0) }
    let chat = ChatRoutes(
      store: store, assistant: assistant, keys: keys, telemetry: telemetry,
      bodyBytesMax: settings.jsonBytesMax)
    let documents = DocumentStore(database: database, bytes: documentBytes)
    let intake = DocumentIntake(
      store: documents, keys: keys,
      limits: DocumentIntake.Limits(
        fileBytesMax: settings.uploadBytesMax, userBytesMax: settings.userBytesMax))
    let bytes = settings.jsonBytesMax
    let lists: [[Route]] = [
      probes,
      AuthRoutes(identity: identity, keys: keys, cookies: cookies, bodyBytesMax: bytes).routes,
      chat.routes,
      HistoryRoutes(store: store, forget: forget).routes,
      ProcedureRoutes(
        store: ProcedureStore(database: database), keys: keys, bodyBytesMax: bytes
      ).routes,
      AideRoutes(catalogue: catalogue).routes,
      DocumentRoutes(store: documents, intake: intake).routes,
      AnalysisRoutes(
        store: documents, intake: intake, pool: assistant.pool, telemetry: telemetry,
        deadline: settings.analysisDeadline
      ).routes,
      DashboardRoutes(database: database, catalogue: catalogue).routes,
      MemoryRoutes(database: database, forget: forget).routes,
      AccountRoutes(
        database: database, identity: identity, documents: documents, cookies: cookies,
        bodyBytesMax: bytes,
        forget: forget
      ).routes,
      RealtimeRoutes(hub: realtime, telemetry: telemetry).routes,
      PageRoutes(
        pages: pages, tokens: FormTokens(secretKey: settings.secretKey.reveal()),
        identity: identity,
        cookies: cookies, chat: chat, telemetry: telemetry
      ).routes,
      AssetRoutes.routes,
      OpenAPIRoutes.routes(version: BuildVersion.text),
    ]
    return lists.flatMap { $0 }
  }

  /// Answered in place by the pipeline; listed so that they match and are counted.
  private static let probes = ["/healthz", "/readyz"].map {
    Route(
      method: .get, template: $0, access: .public, bodyBytesMax: 0, isLimited: false,
      handler: { _ in throw Problem.notFound })
  }

  /// Methods, templates and usual statuses, exported at 0 before their first request.
  static let templates: [TelemetryRoute] = [
    TelemetryRoute("GET", "/healthz", statuses: [200]),
    TelemetryRoute("GET", "/readyz", statuses: [200, 503]),
    TelemetryRoute("GET", "/openapi.json", statuses: [200, 304]),
    TelemetryRoute("POST", "/api/auth/signup", statuses: [201, 202, 409, 422, 500, 503]),
    TelemetryRoute("POST", "/api/auth/login", statuses: [200, 401, 429, 500, 503]),
    TelemetryRoute("POST", "/api/auth/logout", statuses: [204, 500, 503]),
    TelemetryRoute("POST", "/api/auth/refresh", statuses: [200, 401, 500, 503]),
    TelemetryRoute("POST", "/api/auth/password", statuses: [204, 401, 500, 503]),
    TelemetryRoute("GET", "/api/auth/me", statuses: [200, 401, 500, 503]),
    TelemetryRoute("POST", "/api/chat/message", statuses: [200, 401, 422, 500, 502, 503, 504]),
    TelemetryRoute("GET", "/api/chat/history", statuses: [200, 401, 500, 503]),
    TelemetryRoute("GET", "/api/chat/conversations", statuses: [200, 401, 500, 503]),
    TelemetryRoute("DELETE", "/api/chat/reset", statuses: [200, 401, 500, 503]),
    TelemetryRoute("GET", "/api/procedures", statuses: [200, 401, 500, 503]),
    TelemetryRoute("POST", "/api/procedures", statuses: [201, 401, 422, 500, 503]),
    TelemetryRoute("GET", "/api/procedures/:id", statuses: [200, 401, 404, 500, 503]),
    TelemetryRoute(
      "PATCH", "/api/procedures/:id", statuses: [200, 401, 404, 409, 412, 422, 500, 503]),
    TelemetryRoute("DELETE", "/api/procedures/:id", statuses: [204, 401, 404, 500, 503]),
    TelemetryRoute("GET", "/api/aides", statuses: [200, 401, 422]),
    TelemetryRoute("GET", "/api/aides/:id", statuses: [200, 401, 404]),
    TelemetryRoute("GET", "/api/dashboard/stats", statuses: [200, 401, 500, 503]),
    TelemetryRoute("GET", "/api/memories", statuses: [200, 401, 500, 503]),
    TelemetryRoute("DELETE", "/api/memories/:id", statuses: [204, 401, 404, 500, 503]),
    TelemetryRoute("GET", "/api/account/export", statuses: [200, 401, 500, 503]),
    TelemetryRoute("DELETE", "/api/account", statuses: [204, 401, 500, 503]),
    TelemetryRoute("GET", "/api/account/consents", statuses: [200, 401, 500, 503]),
    TelemetryRoute("PUT", "/api/account/consents", statuses: [200, 401, 422, 500, 503]),
    TelemetryRoute("GET", "/api/realtime", statuses: [200, 401, 429, 499, 503]),
    TelemetryRoute("GET", "/", statuses: [200]),
    TelemetryRoute("GET", "/login", statuses: [200, 303]),
    TelemetryRoute("POST", "/login", statuses: [303, 401, 403, 429]),
    TelemetryRoute("POST", "/signup", statuses: [303, 403, 409, 422]),
    TelemetryRoute("POST", "/logout", statuses: [303, 403]),
    TelemetryRoute("GET", "/chat", statuses: [200, 303]),
    TelemetryRoute("POST", "/chat", statuses: [303, 403, 422, 503]),
    TelemetryRoute("GET", "/guides/:slug", statuses: [200, 404]),
    TelemetryRoute("GET", "/assets/:name", statuses: [200, 304, 404]),
    TelemetryRoute(
      "POST", "/api/chat/analyze-document",
      statuses: [200, 401, 413, 415, 422, 500, 502, 503, 504]),
    TelemetryRoute("GET", "/api/documents", statuses: [200, 401, 500, 503]),
    TelemetryRoute("POST", "/api/documents", statuses: [201, 401, 413, 415, 422, 500, 503]),
    TelemetryRoute("GET", "/api/documents/:id", statuses: [200, 401, 404, 500, 503]),
    TelemetryRoute("DELETE", "/api/documents/:id", statuses: [204, 401, 404, 500, 503]),
    TelemetryRoute(
      "GET", "/api/documents/:id/content", statuses: [200, 206, 401, 404, 416, 500, 503]),
  ]
}
