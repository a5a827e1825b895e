package import JSONLogging
package import Logging
package import Prometheus

/// Interprets what a worker tells into metrics and log lines: the only place that does.
///
/// The counterpart of `GatewayTelemetry`, with the same invariants; a worker logs to its standard
/// output unless its settings name a directory.
package final class WorkerTelemetry: Sendable {
  /// The families, for what others add to them.
  package let registry: MetricsRegistry
  private let metrics: WorkerMetrics
  private let gemini: WorkerGeminiMetrics
  private let log: TelemetryLog
  private let clock: TelemetryClock
  private let witness: (@Sendable (AIWorkerObservation) -> Void)?

  /// Opens the log and registers every metric; `witness` sees each observation, for tests.
  package init(
    _ settings: TelemetrySettings, clock: TelemetryClock = .system,
    witness: (@Sendable (AIWorkerObservation) -> Void)? = nil
  ) throws {
    let registry = MetricsRegistry(startedAt: clock.wall())
    self.registry = registry
    self.clock = clock
    self.witness = witness
    metrics = try WorkerMetrics(registry, settings: settings)
    gemini = try WorkerGeminiMetrics(registry, models: settings.geminiModels)
    let log = try TelemetryLog(
      settings, requestLogger: "worker.request", prefix: "phoenix_worker",
      routes: metrics.http.templates,
      registry: registry, clock: clock)
    self.log = log
    try registry.callback(
      "phoenix_worker_log_folded_total",
      help: "Log lines folded into one that says how many it stands for.", kind: .counter
    ) { _ in [CallbackSample(Double(log.foldedTotal))] }
    try registry.callback(
      "phoenix_worker_metric_series_max",
      help: "The most samples this process can ever export, computed from its labels."
    ) { [unowned registry] _ in [CallbackSample(Double(registry.seriesMax))] }
    try registry.info(
      "phoenix_worker_build_info", help: "The version that runs.",
      facts: [("version", settings.version)])
    try ProcessMetrics.register(in: registry)
  }

  /// Tells what happened.
  package func observe(_ observation: AIWorkerObservation) {
    witness?(observation)
    switch observation {
    case .requestBegan: metrics.http.inFlight.add(1)
    case .requestFinished(let record):
      let route = metrics.http.finished(record, now: clock.monotonic(), wall: clock.wall())
      log.request(record, tag: route.tag)
    case .cacheLookedUp(let result): metrics.cacheLookedUp(result, now: clock.monotonic())
    case .cacheEntriesChanged(let count): metrics.cacheEntries.set(count)
    case .cacheEvicted(let count, let reason): metrics.evicted(count, reason: reason)
    case .singleFlightWaited(let seconds): metrics.singleFlightWait.observe(nanoseconds(seconds))
    case .retrieved(let seconds, _): metrics.retrieval.observe(nanoseconds(seconds))
    case .answered(let answer): metrics.answered(answer)
    case .geminiCalled(let call):
      gemini.called(call)
      log.geminiCall(call)
    case .geminiRetried(let reason): gemini.retried(reason)
    case .geminiCircuitChanged(let from, let to):
      gemini.circuit.set(to.gaugeValue)
      log.geminiCircuit(from: from, to: to)
    case .fellBack(let reason):
      gemini.fellBack(reason)
      log.failure(.warning, logger: "gemini", "answered without gemini", alike: ["reason": reason])
    case .factsFlagged(let kind, let count): gemini.flagged(kind, count)
    case .modelReplaced(let asked, let by):
      log.event(.warning, logger: "gemini", "model replaced") {
        $0.field("asked", asked)
        $0.field("by", by)
      }
    case .cacheSaved(let entries):
      log.event(.notice, logger: "cache", "cache saved") { $0.field("entries", entries) }
    case .cacheRestored(let entries, let refused):
      metrics.restored.add(entries)
      log.event(refused == nil ? .notice : .warning, logger: "cache", "cache restored") {
        $0.field("entries", entries)
        $0.field("refused", refused)
      }
    case .vectorsRead(let passages, let missing, let refused):
      log.event(refused == nil ? .notice : .warning, logger: "gemini", "vectors read") {
        $0.field("passages", passages)
        $0.field("missing", missing)
        $0.field("refused", refused)
      }
    case .vectorsMade(let passages):
      log.event(.notice, logger: "gemini", "vectors made") { $0.field("passages", passages) }
    case .vectorsFailed(let reason):
      log.failure(.warning, logger: "gemini", "searched without vectors", alike: ["reason": reason])
    case .authenticationFailed(let reason): metrics.notLetIn(reason)
    case .lifecycle(let event): log.lifecycle(event)
    case .eventLoopLagged(let seconds):
      metrics.eventLoopLag.observe(nanoseconds(seconds))
      // Told twice a second: the beat at which folded lines are written.
      log.tick()
    case .internalFault(let message, let requestID):
      log.internalFault(message: message, requestID: requestID)
    }
  }

  /// The exposition in the format the scraper asked for.
  package func renderMetrics(accept: String?) -> (contentType: String, body: [UInt8]) {
    let format = ExpositionFormat.negotiate(accept: accept)
    return (format.contentType(accept: accept), registry.render(format, now: clock.monotonic()))
  }

  /// Requests being answered now.
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
}
