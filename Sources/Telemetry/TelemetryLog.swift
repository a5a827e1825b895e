internal import JSONLogging
internal import Logging
internal import Prometheus
internal import Synchronization

/// The log of one program: its outputs, and the two shapes of line telemetry writes itself.
final class TelemetryLog: Sendable {
  /// Longer paths are cut: the head of a request may be 16 KiB.
  private static let pathBytesMax = 1024
  private static let methodBytesMax = 32

  let sink: LogSink
  let level: Logger.Level
  let monotonic: @Sendable () -> UInt64
  let folding = Mutex(LogFolding<FailureKind>())
  private let wall: @Sendable () -> UInt64
  private let requestLogger: String
  private let outputCount: Int
  private let requestOutput: Int
  private let sampler: SuccessSampler?
  /// Lines left out by sampling, by the tag of their route.
  private let sampled: [Counter]

  /// Opens the outputs and registers the log's own metrics; `routes` are the templates in the order
  /// of their tags, which begin at 1.
  init(
    _ settings: TelemetrySettings, requestLogger: String, prefix: String, routes: [String],
    registry: MetricsRegistry, clock: TelemetryClock
  ) throws {
    level = settings.level
    wall = clock.wall
    monotonic = clock.monotonic
    sampler = settings.successLinesPerSecondMax.map { SuccessSampler(linesPerSecondMax: $0) }
    self.requestLogger = requestLogger
    var outputs: [LogOutput] = [.descriptor(settings.outputDescriptor, name: "stdout")]
    var directory: LogDirectory?
    if let path = settings.logDirectory {
      let locked = try LogDirectory(path: path)
      directory = locked
      let files: [(String, LogChannel)] = [
        ("request", .request), ("error", .error), ("system", .system),
      ]
      for (name, accepts) in files {
        outputs.append(
          .file(
            locked.file(name + ".log"), name: name, accepts: accepts,
            bytesMax: settings.logFileBytesMax, kept: settings.logFilesKept,
            compressor: settings.makeLogCompressor))
      }
    }
    outputCount = outputs.count
    requestOutput = directory == nil ? 0 : 1
    sink = try LogSink(
      outputs: outputs, capacityBytes: settings.logBufferBytesMax, tags: routes.count + 1,
      retaining: directory)
    let left = try registry.counter(
      prefix + "_request_log_sampled_total",
      help: "Lines of success left out of the request log on purpose, by route.",
      labels: [MetricLabel("route", valuesMax: max(1, routes.count))])
    sampled = routes.map { left.child($0) }
    try register(in: registry, prefix: prefix, routes: routes)
  }

  func handler(label: String) -> JSONLogHandler {
    JSONLogHandler(label: label, level: level, sink: sink, now: wall)
  }

  /// The one line of a request, whatever the level: for each route, lines, lines lost and lines
  /// left out by sampling add up to the requests counted.
  func request(_ record: RequestRecord, tag: Int) {
    if let sampler, record.status < 400, sampled.indices.contains(tag - 1),
      !sampler.admits(now: monotonic())
    {
      sampled[tag - 1].increment()
      return
    }
    let isFault = record.status >= 500
    var line = LogLine(
      wallNanoseconds: wall(), level: isFault ? "error" : "info", logger: requestLogger,
      message: "request")
    line.field("request_id", record.requestID.text)
    line.field("trace_id") { bytes in
      Hex.append(record.traceID.high, to: &bytes)
      Hex.append(record.traceID.low, to: &bytes)
    }
    line.field("span_id") { Hex.append(record.spanID.value, to: &$0) }
    line.field("method", Self.cut(record.method, Self.methodBytesMax))
    line.field("route", record.route)
    line.field("path", Self.path(record.path))
    line.field("status", record.status)
    line.field("duration_ms", millisecondsOf: record.durationNanoseconds)
    line.field("bytes_in", record.bytesIn)
    line.field("bytes_out", record.bytesOut)
    line.field("user", record.user)
    line.field("client", record.client)
    line.field("worker", record.worker)
    line.field("cache", record.cache?.rawValue)
    line.field("tokens", record.tokens)
    line.field("db_ms", millisecondsOf: record.stages.db)
    line.field("ai_ms", millisecondsOf: record.stages.ai)
    line.field("auth_ms", millisecondsOf: record.stages.auth)
    line.field("queue_ms", millisecondsOf: record.stages.queue)
    line.field("render_ms", millisecondsOf: record.stages.render)
    line.field("error", record.errorCode)
    sink.append(line.finished(), channels: isFault ? [.request, .error] : .request, tag: tag)
  }

  /// A line that is no request's, where the level allows it.
  func event(
    _ level: Logger.Level, logger: String, _ message: String,
    fields: (inout LogLine) -> Void = { _ in }
  ) {
    guard level >= self.level else { return }
    var line = LogLine(
      wallNanoseconds: wall(), level: level.rawValue, logger: logger, message: message)
    fields(&line)
    sink.append(line.finished(), channels: level >= .error ? [.system, .error] : .system)
  }

  /// Lines written and lost, for each output and, of request lines, for each route.
  private func register(
    in registry: MetricsRegistry, prefix: String, routes: [String]
  ) throws(MetricsError) {
    let sink = sink
    let outputsMax = outputCount
    try registry.callback(
      prefix + "_log_lines_total", help: "Log lines written, by output.", kind: .counter,
      labels: ["output"], seriesMax: outputsMax
    ) { _ in
      sink.counts.map { CallbackSample(labels: [$0.name], Double($0.written)) }
    }
    try registry.callback(
      prefix + "_log_dropped_total", help: "Log lines lost, by output.", kind: .counter,
      labels: ["output"], seriesMax: outputsMax
    ) { _ in
      sink.counts.map { CallbackSample(labels: [$0.name], Double($0.dropped)) }
    }
    let output = requestOutput
    try registry.callback(
      prefix + "_request_log_dropped_total",
      help: "Lines lost from the request log, by route: lines + lost + sampled = requests.",
      kind: .counter, labels: ["route"], seriesMax: max(1, routes.count)
    ) { _ in
      routes.enumerated().map { tag, route in
        CallbackSample(labels: [route], Double(sink.dropped(tag: tag + 1, output: output)))
      }
    }
  }

  /// Lines folded into others that say how many they stand for.
  var foldedTotal: UInt64 { folding.withLock { $0.foldedTotal } }

  /// The path as it may stand in a log: never a query, bounded.
  private static func path(_ path: String) -> String {
    guard let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else {
      return cut(path, pathBytesMax)
    }
    return cut(String(path[..<mark]), pathBytesMax)
  }

  static func cut(_ text: String, _ bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: bytesMax)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
      end = text.utf8.index(before: end)
    }
    return String(text[..<end])
  }
}
