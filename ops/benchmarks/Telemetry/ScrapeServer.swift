import Compression
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceHost
import ServiceLifecycle
import Telemetry
import UnixSignals

/// Two listeners on one group of event loops, as the gateway has them: the admin's, whose
/// `/metrics` has more than ten thousand samples, and one that answers every request with a few
/// words and tells all that a chat hit tells.
enum ScrapeServer {
  /// So many routes, each with its histograms, counters and quantiles, that the exposition has the
  /// samples asked for.
  private static let routes = (0..<180).map { "/api/benchmark/\($0)" }

  /// Serves until a signal ends the process.
  static func run(port: Int, adminPort: Int, nowhere: Int32, clock: UInt64) async throws {
    let telemetry = try GatewayTelemetry(
      TelemetrySettings(
        version: "bench", routes: routes.map { TelemetryRoute("GET", $0) },
        models: ["extractive"], workers: ["http://127.0.0.1:8000"], outputDescriptor: nowhere))
    for route in routes { tellChatHit(telemetry, clock, method: "GET", route: route) }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount))
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let services: [any Service] = [
      HTTPService(
        AdminApplication(
          readiness: Readiness(), settings: "{}", token: nil,
          gzip: { try? GzipEncoder.compress($0) },
          renderMetrics: { telemetry.renderMetrics(accept: $0) }),
        host: "127.0.0.1", port: adminPort, group: group, logger: logger),
      HTTPService(
        Worked(telemetry: telemetry, clock: clock), host: "127.0.0.1", port: port, group: group,
        logger: logger),
    ]
    try await ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
    ).run()
  }

  /// Answers in a task of the event loop, as the routes of the gateway do.
  private struct Worked: HTTPApplication {
    let telemetry: GatewayTelemetry
    let clock: UInt64

    func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (exchange: Void, plan: HTTPBodyPlan) {
      ((), head == nil ? .refuse(.malformedHead) : .collect(maxBytes: 0))
    }

    func respond(to request: Request, in exchange: Void) async -> Response {
      tellChatHit(telemetry, clock, method: "GET", route: ScrapeServer.routes[0])
      return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "{\"ok\":true}")))
    }

    func reject(_ fault: HTTPFault, in exchange: Void) -> HTTPReply {
      HTTPReply(status: fault.status, headers: [:], body: ByteBuffer())
    }

    func finished(_ exchange: Void, with completion: HTTPCompletion) {}
  }
}
