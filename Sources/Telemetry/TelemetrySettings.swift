package import JSONLogging
package import Logging

/// What telemetry has to know before the first observation.
package struct TelemetrySettings: Sendable {
  /// The version in `phoenix_build_info`.
  package var version: String
  /// The least level that is written.
  package var level: Logger.Level
  /// Where `request.log`, `error.log` and `system.log` go; nil: stdout alone.
  package var logDirectory: String?
  /// Every route there is; others are counted as `unmatched`.
  package var routes: [TelemetryRoute]
  /// Models whose counters start at 0.
  package var models: [String]
  /// Models of Gemini whose counters start at 0 in a worker.
  package var geminiModels: [String]
  /// Workers whose counters start at 0.
  package var workers: [String]
  /// A log file is set aside when it has grown to this.
  package var logFileBytesMax: Int
  /// How many files set aside are kept.
  package var logFilesKept: Int
  /// Bytes of log lines that may wait for the writer before lines are dropped.
  package var logBufferBytesMax: Int
  /// Lines of requests answered below 400 that are written in a second; further ones are counted
  /// and left out. Nil writes them all.
  package var successLinesPerSecondMax: Int?
  /// The file descriptor of the first output.
  package var outputDescriptor: Int32
  /// Makes a gzip stream for log files set aside; nil leaves them as they are.
  package var makeLogCompressor: LogCompressorFactory?

  /// Settings; what is not named has a default that fits.
  package init(
    version: String, level: Logger.Level = .info, logDirectory: String? = nil,
    routes: [TelemetryRoute] = [], models: [String] = [], geminiModels: [String] = [],
    workers: [String] = [],
    logFileBytesMax: Int = 64 << 20, logFilesKept: Int = 8, logBufferBytesMax: Int = 4 << 20,
    successLinesPerSecondMax: Int? = nil, outputDescriptor: Int32 = 1,
    makeLogCompressor: LogCompressorFactory? = nil
  ) {
    self.version = version
    self.level = level
    self.logDirectory = logDirectory
    self.routes = routes
    self.models = models
    self.geminiModels = geminiModels
    self.workers = workers
    self.logFileBytesMax = logFileBytesMax
    self.logFilesKept = logFilesKept
    self.logBufferBytesMax = logBufferBytesMax
    self.successLinesPerSecondMax = successLinesPerSecondMax
    self.outputDescriptor = outputDescriptor
    self.makeLogCompressor = makeLogCompressor
  }
}

/// A route as metrics know it.
package struct TelemetryRoute: Sendable, Hashable {
  /// The method it answers.
  package var method: String
  /// The template, as `/api/documents/:id`.
  package var template: String
  /// Statuses whose counters start at 0.
  package var statuses: [Int]

  /// A route; by default 200 and 500 start at 0.
  package init(_ method: String, _ template: String, statuses: [Int] = [200, 500]) {
    self.method = method
    self.template = template
    self.statuses = statuses
  }
}
