package import JSONLogging
package import Logging
package import Prometheus

/// Interprets what the gateway tells into metrics and log lines: the only place that does.
///
/// Why: code that does the work says what happened (`GatewayObservation`) and names no metric and
/// no log level. Because one interpreter reads each happening for both, for every route the lines
/// of the request log and the lines lost add up to the counter.
///
/// ```swift
/// let telemetry = try GatewayTelemetry(TelemetrySettings(version: "1.0", routes: routes))
/// telemetry.observe(.requestBegan)
/// telemetry.observe(.requestFinished(record))
/// let page = telemetry.renderMetrics(accept: request.headers[.accept])
/// ```
///
/// Invariants: `observe` never throws, never waits, and is safe from any thread; label values are
/// bounded; a log line holds no query, no content, no full address and no user id. `/metrics` is
/// complete from the first scrape: known series begin at 0.
package final class GatewayTelemetry: Sendable {
  /// The families, for what others add to them.
  package let registry: MetricsRegistry
  let metrics: GatewayMetrics
  let log: TelemetryLog
  private let clock: TelemetryClock
  private let witness: (@Sendable (GatewayObservation) -> Void)?

  /// Opens the log and registers every metric; `witness` sees each observation, for tests.
  package init(
    _ settings: TelemetrySettings, clock: TelemetryClock = .system,
    witness: (@Sendable (GatewayObservation) -> Void)? = nil
  ) throws {
    let registry = MetricsRegistry(startedAt: clock.wall())
    self.registry = registry
    self.clock = clock
    self.witness = witness
    metrics = try GatewayMetrics(registry, settings: settings)
    let log = try TelemetryLog(
      settings, requestLogger: "gateway.request", prefix: "phoenix", routes: metrics.http.templates,
      registry: registry, clock: clock)
    self.log = log
    try registry.callback(
      "phoenix_log_folded_total",
      help: "Log lines folded into one that says how many it stands for.", kind: .counter
    ) { _ in [CallbackSample(Double(log.foldedTotal))] }
    try registry.callback(
      "phoenix_metric_series_max",
      help: "The most samples this process can ever export, computed from its labels."
    ) { [unowned registry] _ in [CallbackSample(Double(registry.seriesMax))] }
    try registry.info(
      "phoenix_build_info", help: "The version that runs.", facts: [("version", settings.version)])
    try ProcessMetrics.register(in: registry)
  }

  /// Tells what happened.
  package func observe(_ observation: GatewayObservation) {
    witness?(observation)
    switch observation {
    case .requestBegan: metrics.http.inFlight.add(1)
    case .requestFinished(let record):
      let route = metrics.finished(record, now: clock.monotonic(), wall: clock.wall())
      log.request(record, tag: route.tag)
    case .realtimeOpened:
      metrics.http.inFlight.add(-1)
      metrics.realtimeConnections.add(1)
    case .realtimeClosed: metrics.realtimeConnections.add(-1)
    case .realtimeClientDropped: metrics.realtimeClientsDropped.increment()
    case .listener(let event): observe(event)
    case .aiAttemptFinished(let worker, let outcome, let seconds):
      attemptFinished(worker: worker, outcome: outcome, seconds: seconds)
    case .aiAnswered(let answer):
      metrics.ai.answered(answer, now: clock.monotonic())
      metrics.gemini.answered(answer)
    case .geminiCalled(let calls): metrics.gemini.called(calls)
    case .aiRetried(let worker):
      metrics.ai.retries.increment()
      log.failure(.warning, logger: "ai", "asked another worker", alike: ["worker": worker])
    case .workerChanged(let worker, let up):
      metrics.ai.up.child(worker).set(up ? 1 : 0)
      log.event(up ? .notice : .warning, logger: "ai", up ? "worker up" : "worker down") {
        $0.field("worker", worker)
      }
    case .workerInFlightChanged(let worker, let count):
      metrics.ai.inFlight.child(worker).set(count)
    case .circuitChanged(let worker, let from, let to):
      circuitChanged(worker: worker, from: from, to: to)
    case .rateLimited(let reason): metrics.limited(reason)
    case .authenticationFailed(let reason): metrics.notLetIn(reason)
    case .identityAsked(let outcome, let seconds):
      metrics.identity.finished(outcome, nanoseconds: nanoseconds(seconds))
    case .conversationsOutlived(let count):
      log.event(.notice, logger: "retention", "old conversations deleted") {
        $0.field("conversations", count)
      }
    case .backgroundWorkFinished(let work, let failure): finished(work, failure: failure)
    case .lifecycle(let event): log.lifecycle(event)
    case .dependencyChanged(let name, let up, let detail):
      log.event(
        up ? .notice : .error, logger: "dependency", up ? "dependency up" : "dependency down"
      ) {
        $0.field("dependency", name)
        $0.field("detail", detail)
      }
    case .eventLoopLagged(let seconds):
      metrics.eventLoopLag.observe(nanoseconds(seconds))
      // Told twice a second: the beat at which folded lines are written.
      log.tick()
    case .reactorLagged(let seconds): metrics.reactorLag.observe(nanoseconds(seconds))
    case .internalFault(let message, let requestID):
      log.internalFault(message: message, requestID: requestID)
    case .postgres(let event): observe(event)
    case .upstream(let event): observe(event)
    }
  }

  /// The exposition in the format the scraper asked for.
  package func renderMetrics(accept: String?) -> (contentType: String, body: [UInt8]) {
    let format = ExpositionFormat.negotiate(accept: accept)
    return (format.contentType(accept: accept), registry.render(format, now: clock.monotonic()))
  }

  /// Requests being answered now, realtime streams apart.
  package var requestsInFlight: Int { metrics.http.inFlight.value }

  /// The backend for swift-log; bootstrapped by the program's `main` alone.
  package func logHandler(label: String) -> JSONLogHandler { log.handler(label: label) }

  /// A logger that writes where telemetry writes.
  package func logger(label: String) -> Logger {
    Logger(label: label) { self.log.handler(label: $0) }
  }

  /// Opens the log files anew, on SIGHUP.
  package func reopenLogs() {
    log.sink.reopen()
    observe(.lifecycle(.logsReopened))
  }

  /// Blocks until every line told so far is written or lost; false when time ran out.
  @discardableResult
  package func flushLogs(timeout: Duration) -> Bool { log.flush(timeout: timeout) }

  private func attemptFinished(worker: String, outcome: AIOutcome, seconds: Double) {
    metrics.ai.attemptFinished(worker: worker, outcome: outcome)
    switch outcome {
    case .ok, .cancelled: return
    case .error, .timeout, .rejected:
      log.failure(
        .warning, logger: "ai", "worker request failed",
        alike: ["worker": worker, "outcome": outcome.rawValue]
      ) {
        $0.field("duration_ms", millisecondsOf: nanoseconds(seconds))
      }
    }
  }

  private func finished(_ work: BackgroundWork, failure: String?) {
    metrics.finished(work, failure == nil ? .ok : .failed)
    guard let failure else { return }
    log.failure(
      .warning, logger: "background", "background work failed",
      alike: ["work": work.rawValue, "error": failure])
  }

  private func circuitChanged(worker: String, from: CircuitState, to: CircuitState) {
    metrics.ai.circuit.child(worker).set(to.gaugeValue)
    metrics.ai.circuitTransitions.increment()
    log.event(to == .open ? .warning : .notice, logger: "ai", "circuit changed") {
      $0.field("worker", worker)
      $0.field("from", from.rawValue)
      $0.field("to", to.rawValue)
    }
  }
}
