package import Logging

/// The swift-log backend: each event becomes one JSON object on one line of a `LogSink`.
///
/// `{"ts","level","logger","msg", …metadata}`: metadata keys in alphabetical order, the event's
/// before the logger's before the provider's. A key that would hide one of the four gets a `_` at
/// its end. Values of keys the redaction covers are replaced. Nothing blocks and nothing is thrown.
package struct JSONLogHandler: LogHandler {
  /// Metadata on every line of this logger.
  package var metadata: Logger.Metadata = [:]
  /// Metadata of the task a line is written from.
  package var metadataProvider: Logger.MetadataProvider?
  /// The least level written.
  package var logLevel: Logger.Level

  private let label: String
  private let sink: LogSink
  private let redaction: LogRedaction
  private let now: @Sendable () -> UInt64

  /// A handler for one label; `now` gives nanoseconds since 1970.
  package init(
    label: String, level: Logger.Level, sink: LogSink, redaction: LogRedaction = .standard,
    metadataProvider: Logger.MetadataProvider? = nil, now: @escaping @Sendable () -> UInt64
  ) {
    self.label = label
    logLevel = level
    self.sink = sink
    self.redaction = redaction
    self.metadataProvider = metadataProvider
    self.now = now
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line = LogLine(
      wallNanoseconds: now(), level: event.level.rawValue, logger: label,
      message: event.message.description)
    var merged = metadataProvider?.get() ?? [:]
    merged.merge(metadata) { _, own in own }
    if let given = event.metadata { merged.merge(given) { _, own in own } }
    if let error = event.error, merged["error"] == nil {
      merged["error"] = .string(String(describing: error))
    }
    for (key, value) in merged.sorted(by: { $0.key < $1.key }) {
      let name = Self.reserved.contains(key) ? key + "_" : key
      line.field(named: name) { bytes in
        append(redaction.covers(key) ? .string(LogRedaction.mark) : value, depth: 0, to: &bytes)
      }
    }
    let channels: LogChannel = event.level >= .error ? [.system, .error] : .system
    sink.append(line.finished(), channels: channels)
  }

  private static let reserved: Set<String> = ["ts", "level", "logger", "msg"]
  /// Deeper values are written as a description: no stack is worth a log line.
  private static let depthMax = 8

  private func append(_ value: Logger.Metadata.Value, depth: Int, to bytes: inout [UInt8]) {
    switch value {
    case .string(let text): appendText(text, to: &bytes)
    case .stringConvertible(let some): appendText(some.description, to: &bytes)
    case .array(let items) where depth < Self.depthMax:
      bytes.append(UInt8(ascii: "["))
      for (position, item) in items.enumerated() {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        append(item, depth: depth + 1, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .dictionary(let fields) where depth < Self.depthMax:
      bytes.append(UInt8(ascii: "{"))
      for (position, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        appendText(field.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        let shown = redaction.covers(field.key) ? .string(LogRedaction.mark) : field.value
        append(shown, depth: depth + 1, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .array, .dictionary: appendText("[too deep]", to: &bytes)
    }
  }

  private func appendText(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    JSONEscape.append(text, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }
}
