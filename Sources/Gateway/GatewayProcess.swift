import Compression
import Cryptography
import Glibc
import JSONLogging
import Logging
import NIOCore
import NIOPosix
import Postgres
import Reactor
import ServiceHost
import ServiceLifecycle
import Telemetry
import UnixSignals
import Upstream

/// The gateway as a process: makes every part, joins them, runs them, and ends them in order.
///
/// ```swift
/// try await GatewayProcess(settings: settings).run()   // returns after SIGTERM, drained
/// ```
///
/// Shutdown order, by their place in the group (last first): readiness turns and the drain delay
/// passes; live streams end; the public listener closes and requests in flight end; the admin
/// listener; probes; the pools, when nobody needs them any more.
package struct GatewayProcess: Sendable {
  private let settings: GatewaySettings

  package init(settings: GatewaySettings) { self.settings = settings }

  /// Serves until SIGTERM or SIGINT; throws where it cannot start.
  package func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let secret = settings.secretKey.reveal()
    let routesForMetrics = GatewayRoutes.templates
    let telemetry = try GatewayTelemetry(
      TelemetrySettings(
        version: BuildVersion.text, level: Logger.Level(rawValue: settings.logLevel) ?? .info,
        logDirectory: settings.logDirectory, routes: routesForMetrics,
        models: [settings.geminiModel], workers: settings.workers,
        successLinesPerSecondMax: settings.logSuccessRate,
        makeLogCompressor: LogGzip.factory))
    telemetry.observe(.lifecycle(.starting))
    let logger = Logger(label: "phoenix.gateway") { _ in telemetry.logHandler(label: "gateway") }

    let readiness = Readiness(dependencies: DependencyProbes.names)
    let reactor = try Reactor(name: "gateway-io")
    let database = try PostgresPool(
      settings: PostgresSettings(url: settings.databaseURL.reveal()), reactor: reactor,
      observe: { telemetry.observe(.postgres($0)) })
    let upstream = UpstreamClient(
      reactor: reactor, observe: { telemetry.observe(.upstream($0)) })
    let workers = WorkerPool(
      workers: settings.workers, token: settings.workerToken?.reveal(), client: upstream,
      observe: { WorkerTelling.tell($0, to: telemetry) })
    let identity = try Self.identity(
      settings, database: database, client: upstream, telemetry: telemetry)
    let realtime = RealtimeHub(
      database: database,
      gatewayID: UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds()),
      telemetry: telemetry, hasEnded: { identity.hasEnded($0) },
      makeListener: { listener(to: $0, on: reactor, telemetry: telemetry) })
    let assistant = Assistant(pool: workers, telemetry: telemetry, deadline: settings.chatDeadline)
    let hashKey = HMACSHA256.authenticate(Array("log-user".utf8), key: secret)
    let pages = try Pages(isHTTPS: settings.isHTTPS)
    let pipeline = Pipeline(
      routes: RouteTable(
        GatewayRoutes.list(
          settings: settings, identity: identity, database: database,
          documentBytes: Self.documentBytes(
            settings, database: database, client: upstream, telemetry: telemetry),
          assistant: assistant, telemetry: telemetry, pages: pages, realtime: realtime)),
      originPolicy: OriginPolicy(
        publicURL: settings.publicURL, allowed: settings.allowedOrigins,
        developmentPort: settings.isProduction ? nil : settings.port),
      securityHeaders: SecurityHeaders(isHTTPS: settings.isHTTPS),
      limits: RequestLimits(settings.rateLimit, telemetry: telemetry),
      sessions: SessionGate(
        identity: identity, cookies: SessionCookies(isHTTPS: settings.isHTTPS)),
      pages: pages, telemetry: telemetry, readiness: readiness,
      trustedProxies: settings.trustedProxies,
      hashUser: UserHashes { id in
        UserHash.make(userID: id) { HMACSHA256.authenticate($0, key: hashKey) }
      }.hash)

    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount))
    var limits = HTTPLimits()
    limits.drainTimeout = .nanoseconds(settings.drainTimeout.nanoseconds)
    let (host, adminHost, drainDelay) = (settings.host, settings.adminHost, settings.drainDelay)
    let services: [any Service] = [
      ClosingService { await database.shutdown() },
      RunningService { await workers.run() },
      RunningService { await identity.run() },
      RunningService { await realtime.run() },
      RunningService { [days = settings.retentionDays] in
        guard let days else { return }
        await RetentionCleaner(database: database, days: days, telemetry: telemetry).run()
      },
      DependencyProbes(
        readiness: readiness, database: database, workers: workers, telemetry: telemetry,
        prepare: { try await identity.prepare() }),
      EventLoopLag(group: group, reactor: reactor, telemetry: telemetry),
      HangupService { telemetry.reopenLogs() },
      HTTPService(
        AdminApplication(
          readiness: readiness, settings: settings.description,
          token: settings.adminToken?.reveal(),
          gzip: { try? GzipEncoder.compress($0) },
          renderMetrics: { telemetry.renderMetrics(accept: $0) }),
        host: adminHost, port: settings.adminPort, group: group, logger: logger,
        listening: {
          telemetry.observe(.lifecycle(.listening(name: "admin", address: "\(adminHost):\($0)")))
        }),
      HTTPService(
        pipeline, host: host, port: settings.port, limits: limits, group: group, logger: logger,
        listening: {
          telemetry.observe(.lifecycle(.listening(name: "public", address: "\(host):\($0)")))
          readiness.started()
        }),
      ClosingService { await realtime.end() },
      DrainService(readiness: readiness, delay: drainDelay) {
        telemetry.observe(.lifecycle(.draining(inFlight: telemetry.requestsInFlight)))
      },
    ]
    do {
      try await ServiceGroup(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
      ).run()
    } catch {
      telemetry.observe(.lifecycle(.partRestarted(name: "gateway", reason: "\(error)")))
      _ = telemetry.flushLogs(timeout: .seconds(2))
      throw error
    }
    telemetry.observe(.lifecycle(.drained(unanswered: telemetry.requestsInFlight)))
    telemetry.observe(.lifecycle(.stopped))
    _ = telemetry.flushLogs(timeout: .seconds(2))
  }
}

extension GatewayProcess {
  /// The bytes of documents where the settings say that they are.
  private static func documentBytes(
    _ settings: GatewaySettings, database: PostgresPool, client: UpstreamClient,
    telemetry: GatewayTelemetry
  ) -> any DocumentBytes {
    guard let supabase = settings.supabase, let bucket = supabase.storageBucket else {
      return DatabaseBytes(database: database)
    }
    return StorageBytes(
      storage: SupabaseStorage(settings: supabase, bucket: bucket, client: client),
      database: database, tell: witness(telemetry))
  }

  private static func witness(_ telemetry: GatewayTelemetry) -> BackgroundWitness {
    { telemetry.observe(.backgroundWorkFinished($0, failure: $1)) }
  }

  /// Accounts where the settings say that they are.
  private static func identity(
    _ settings: GatewaySettings, database: PostgresPool, client: UpstreamClient,
    telemetry: GatewayTelemetry
  ) throws -> any Identity {
    guard let supabase = settings.supabase else {
      return try BuiltInIdentity(
        database: database,
        settings: IdentitySettings(
          secretKey: settings.secretKey.reveal(),
          previousSecretKey: settings.previousSecretKey?.reveal(),
          issuer: settings.publicURL, loginLimit: settings.loginLimit),
        tell: witness(telemetry))
    }
    return try SupabaseIdentity(
      database: database, client: client, settings: supabase, loginLimit: settings.loginLimit,
      tell: witness(telemetry)
    ) { event in
      switch event {
      case .requestFinished(let outcome, let seconds):
        telemetry.observe(.identityAsked(outcome: outcome, seconds: seconds))
      case .availabilityChanged(let isUp, let detail):
        telemetry.observe(.dependencyChanged(name: "supabase_auth", up: isUp, detail: detail))
      }
    }
  }

  /// The connection that listens; nil, and told, where the URL names a pooler in transaction mode.
  private func listener(
    to channel: String, on reactor: Reactor, telemetry: GatewayTelemetry
  ) -> PostgresListener? {
    do {
      return try PostgresListener(
        settings: PostgresListenerSettings(url: settings.listenDatabaseURL.reveal()),
        channels: [channel], reactor: reactor, observe: { telemetry.observe(.listener($0)) })
    } catch {
      telemetry.observe(.listener(.connectionFailed(error)))
      return nil
    }
  }
}

/// A part that has to be closed when everything above it has ended.
struct ClosingService: Service {
  let close: @Sendable () async -> Void

  func run() async throws {
    try? await gracefulShutdown()
    await close()
  }
}

/// A part that runs until it is cancelled; one with nothing to do ends nobody else.
struct RunningService: Service {
  let work: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown { await work() }
    try? await gracefulShutdown()
  }
}
