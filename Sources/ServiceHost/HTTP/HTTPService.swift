import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// An HTTP/1.1 server: `HummingbirdCore`'s accept loop and graceful shutdown around our own
/// connection handler.
///
/// ```swift
/// let service = HTTPService(app, host: "127.0.0.1", port: 0, group: group, logger: logger)
/// // as a ServiceLifecycle service: run() returns when a graceful shutdown has ended
/// ```
///
/// Invariants: at most `limits.connectionsMax` connections; every head, body and pause is bounded
/// in bytes and time; each exchange is told `finished` exactly once.
package struct HTTPService<App: HTTPApplication>: Service {
  private let server: Server<Child>

  /// - Parameters:
  ///   - port: 0 lets the kernel choose; `listening` tells which.
  ///   - listening: called once with the bound port.
  package init(
    _ app: App, host: String, port: Int, limits: HTTPLimits = HTTPLimits(),
    group: any EventLoopGroup, logger: Logger,
    listening: (@Sendable (Int) async -> Void)? = nil
  ) {
    server = Server(
      childChannelSetup: Child(app: app, limits: limits, group: group),
      configuration: ServerConfiguration(
        address: .hostname(host, port: port), backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connectionsMax)),
      onServerRunning: { await listening?($0.localAddress?.port ?? port) },
      eventLoopGroup: group, logger: logger)
  }

  /// Serves until a graceful shutdown; throws where the address cannot be bound.
  package func run() async throws { try await server.run() }

  struct Connection: ServerChildChannelValue {
    let channel: any Channel
  }

  struct Child: ServerChildChannel {
    let app: App
    let limits: HTTPLimits
    let executors: [ObjectIdentifier: EventLoopTaskExecutor]

    init(app: App, limits: HTTPLimits, group: any EventLoopGroup) {
      self.app = app
      self.limits = limits
      executors = Dictionary(
        group.makeIterator().map { (ObjectIdentifier($0), EventLoopTaskExecutor($0)) },
        uniquingKeysWith: { first, _ in first })
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
      channel.eventLoop.makeCompletedFuture {
        let executor =
          executors[ObjectIdentifier(channel.eventLoop)] ?? EventLoopTaskExecutor(channel.eventLoop)
        let connection = HTTPConnection(app: app, limits: limits, executor: executor)
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.headBytesMax
        decoding.maxHeaderListSize = limits.headBytesMax
        decoding.maxHeaderFieldCount = limits.headFieldsMax
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPByteMeter(connection))
        try pipeline.addHandler(
          ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoding)))
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(connection)
        return Connection(channel: channel)
      }
    }

    /// The handler does the work; this only keeps the connection counted until it closes.
    func handle(value: Connection, logger: Logger) async {
      try? await value.channel.closeFuture.get()
    }
  }
}
