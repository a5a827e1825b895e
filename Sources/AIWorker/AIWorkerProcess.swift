import Glibc
import JSONLogging
import Logging
import NIOCore
import NIOPosix
import ServiceHost
import ServiceLifecycle
import Telemetry
import UnixSignals

/// A worker as a process: makes every part, joins them, runs them, and ends them in order.
///
/// ```swift
/// try await AIWorkerProcess(settings: settings).run()   // returns after SIGTERM, drained
/// ```
///
/// Shutdown: `/health` says draining and the delay passes; the listener closes and requests in
/// flight end, within the drain timeout; the log is written out.
package struct AIWorkerProcess: Sendable {
  private let settings: AIWorkerSettings

  package init(settings: AIWorkerSettings) { self.settings = settings }

  /// Serves until SIGTERM or SIGINT; throws where it cannot start.
  package func run() async throws {
    // A caller that leaves must not end the process.
    signal(SIGPIPE, SIG_IGN)
    let telemetry = try WorkerTelemetry(
      TelemetrySettings(
        version: BuildVersion.text, level: Logger.Level(rawValue: settings.logLevel) ?? .info,
        routes: WorkerApplication.templates,
        models: [ExtractiveGenerator.model, DocumentAnalyzer.model],
        geminiModels: settings.gemini.map { [$0.model, $0.embeddingModel] }
          ?? [GeminiModel.usualName]))
    let observe: @Sendable (AIWorkerObservation) -> Void = { telemetry.observe($0) }
    observe(.lifecycle(.starting))
    let logger = telemetry.logger(label: "worker")
    let readiness = Readiness()
    let extractive = ExtractiveGenerator(observe: observe)
    let gemini = try GeminiRuntime.start(settings.gemini, observe: observe)
    let service = ChatService(
      generator: gemini.map {
        GeminiGenerator(
          gemini: $0.client, extractive: extractive,
          vectors: Self.vectors(settings.vectorFile, $0.client, observe: observe),
          observe: observe)
      } ?? extractive,
      cache: ResponseCache(capacity: settings.cacheEntries, lifetime: settings.cacheLifetime),
      corpus: extractive.corpus, observe: observe)
    if let cacheFile = settings.cacheFile { service.restore(from: cacheFile) }
    let app = WorkerApplication(
      service: service, analyzer: DocumentAnalyzer(gemini: gemini?.client, observe: observe),
      uploadBytesMax: settings.uploadBytesMax,
      token: settings.token?.reveal(), readiness: readiness,
      renderMetrics: {
        let (type, body) = telemetry.renderMetrics(accept: $0)
        return (type, body)
      }, observe: observe)

    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount))
    var limits = HTTPLimits()
    limits.drainTimeout = .nanoseconds(settings.drainTimeout.nanoseconds)
    let host = settings.host
    let services: [any Service] = [
      WorkerLoopLag(group: group, observe: observe),
      HangupService { telemetry.reopenLogs() },
      HTTPService(
        app, host: host, port: settings.port, limits: limits, group: group, logger: logger,
        listening: {
          observe(.lifecycle(.listening(name: "internal", address: "\(host):\($0)")))
          readiness.started()
          observe(.lifecycle(.ready))
        }),
      DrainService(readiness: readiness, delay: settings.drainDelay) {
        observe(.lifecycle(.draining(inFlight: app.requestsInFlight)))
      },
    ]
    defer { telemetry.flushLogs(timeout: .seconds(2)) }
    try await ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
    ).run()
    if let cacheFile = settings.cacheFile { service.save(to: cacheFile) }
    await gemini?.stop()
    observe(.lifecycle(.drained(unanswered: app.requestsInFlight)))
    observe(.lifecycle(.stopped))
  }

  /// None where there is no place to keep them: every start would pay for every document anew.
  private static func vectors(
    _ path: String?, _ gemini: GeminiClient,
    observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) -> PassageVectors? {
    path.map { PassageVectors(gemini: gemini, path: $0, observe: observe) }
  }
}

/// Measures how late an event loop runs what was due: the first sign of a loop that blocks.
private struct WorkerLoopLag: Service {
  let group: any EventLoopGroup
  let observe: @Sendable (AIWorkerObservation) -> Void

  func run() async throws {
    let clock = TelemetryClock.system
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(500))
        for loop in group.makeIterator() {
          let asked = clock.monotonic()
          loop.execute {
            observe(.eventLoopLagged(seconds: Double(clock.monotonic() - asked) / 1e9))
          }
        }
      }
    }
  }
}
