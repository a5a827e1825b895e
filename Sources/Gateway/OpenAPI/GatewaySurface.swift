import HTTPTypes
import JSONLogging
import Postgres
import Reactor
import ServiceHost
import Telemetry
import Upstream

/// What the public listener serves, what `/openapi.json` says it does, and what the metrics count:
/// three lists of lines such as `GET /api/procedures/:id`, for a test to hold against each other.
package enum GatewaySurface {
  /// The operations of `/openapi.json`.
  package static var documented: [String] {
    OpenAPIOperations.all.map { "\($0.method.rawValue) \($0.template)" }.sorted()
  }

  /// The routes whose counters start at 0.
  package static var measured: [String] {
    GatewayRoutes.templates.map { "\($0.method) \($0.template)" }.sorted()
  }

  /// The routes of the table that a gateway with these settings serves, and those of them that ask
  /// for a session. Nothing is opened.
  package static func served(
    _ settings: GatewaySettings
  ) throws -> (all: [String], protected: [String]) {
    let telemetry = try GatewayTelemetry(TelemetrySettings(version: BuildVersion.text))
    let reactor = try Reactor(name: "surface")
    defer { reactor.shutdown() }
    let database = try PostgresPool(
      settings: PostgresSettings(url: settings.databaseURL.reveal()), reactor: reactor)
    let pool = WorkerPool(
      workers: settings.workers, token: nil, client: UpstreamClient(reactor: reactor))
    let routes = GatewayRoutes.list(
      settings: settings,
      identity: try BuiltInIdentity(
        database: database,
        settings: IdentitySettings(
          secretKey: settings.secretKey.reveal(), previousSecretKey: nil,
          issuer: settings.publicURL,
          loginLimit: nil)),
      database: database, documentBytes: DatabaseBytes(database: database),
      assistant: Assistant(pool: pool, telemetry: telemetry, deadline: settings.chatDeadline),
      telemetry: telemetry, pages: try Pages(isHTTPS: settings.isHTTPS),
      realtime: RealtimeHub(
        database: database, gatewayID: UUIDv7.make(nowMilliseconds: 0), telemetry: telemetry,
        hasEnded: { _ in false }, makeListener: { _ in nil }))
    func lines(_ routes: [Route]) -> [String] {
      routes.map { "\($0.method.rawValue) \($0.template)" }.sorted()
    }
    return (lines(routes), lines(routes.filter { $0.access == .session }))
  }

  /// The operations that the document says ask for a session.
  package static var documentedAsProtected: [String] {
    OpenAPIOperations.all.filter { $0.access == .session }
      .map { "\($0.method.rawValue) \($0.template)" }.sorted()
  }
}
