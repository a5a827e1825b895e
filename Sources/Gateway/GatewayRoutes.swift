import HTTPTypes
import HummingbirdCore
import JSONLogging
import Postgres
import ServiceHost
import Telemetry

/// Every route of the gateway, in one list.
enum GatewayRoutes {
  static func table(
    settings: GatewaySettings, identity: BuiltInIdentity, database: PostgresPool,
    assistant: Assistant, telemetry: GatewayTelemetry, pages: Pages
  ) -> RouteTable {
    let store = ChatStore(database: database)
    let cookies = SessionCookies(isHTTPS: settings.isHTTPS)
    let chat = ChatRoutes(
      store: store, assistant: assistant, telemetry: telemetry,
      bodyBytesMax: settings.jsonBytesMax)
    let documents = DocumentStore(database: database)
    let intake = DocumentIntake(
      store: documents,
      limits: DocumentIntake.Limits(
        fileBytesMax: settings.uploadBytesMax, userBytesMax: settings.userBytesMax))
    return RouteTable(
      probes
        + AuthRoutes(
          identity: identity, cookies: cookies, bodyBytesMax: settings.jsonBytesMax
        ).routes
        + chat.routes
        + PageRoutes(
          pages: pages, tokens: FormTokens(secretKey: settings.secretKey.reveal()),
          identity: identity,
          cookies: cookies, chat: chat, telemetry: telemetry
        ).routes
        + AssetRoutes.routes
        + HistoryRoutes(store: store) { await assistant.forget(userID: $0) }.routes
        + DocumentRoutes(store: documents, intake: intake).routes
        + AnalysisRoutes(
          store: documents, intake: intake, pool: assistant.pool, telemetry: telemetry,
          deadline: settings.analysisDeadline
        ).routes)
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
    TelemetryRoute("POST", "/api/auth/signup", statuses: [201, 409, 422, 500, 503]),
    TelemetryRoute("POST", "/api/auth/login", statuses: [200, 401, 429, 500, 503]),
    TelemetryRoute("POST", "/api/auth/logout", statuses: [204, 500, 503]),
    TelemetryRoute("POST", "/api/auth/refresh", statuses: [200, 401, 500, 503]),
    TelemetryRoute("POST", "/api/auth/password", statuses: [204, 401, 500, 503]),
    TelemetryRoute("GET", "/api/auth/me", statuses: [200, 401, 500, 503]),
    TelemetryRoute("POST", "/api/chat/message", statuses: [200, 401, 422, 500, 502, 503, 504]),
    TelemetryRoute("GET", "/api/chat/history", statuses: [200, 401, 500, 503]),
    TelemetryRoute("GET", "/api/chat/conversations", statuses: [200, 401, 500, 503]),
    TelemetryRoute("DELETE", "/api/chat/reset", statuses: [200, 401, 500, 503]),
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
