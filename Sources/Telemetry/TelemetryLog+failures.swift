internal import JSONLogging
internal import Logging
internal import Synchronization

/// What makes two failures the same one: their line but for time and the like.
struct FailureKind: Hashable, Sendable {
  struct Field: Hashable, Sendable {
    let key: String
    let value: String
  }

  let level: Logger.Level
  let logger: String
  let message: String
  let fields: [Field]
}

extension TelemetryLog {
  /// Longer values are cut, in the line and in what makes two failures alike.
  private static let valueBytesMax = 500

  /// A line of what may fail many times a second: the first is written with `fields`, the like that
  /// follow are folded into one line every ten seconds, `repeated` times in `window_ms`.
  func failure(
    _ level: Logger.Level, logger: String, _ message: String, alike: KeyValuePairs<String, String>,
    fields: (inout LogLine) -> Void = { _ in }
  ) {
    guard level >= self.level else { return }
    let kind = FailureKind(
      level: level, logger: logger, message: message,
      fields: alike.map { .init(key: $0.key, value: Self.cut($0.value, Self.valueBytesMax)) })
    let now = monotonic()
    let (ended, action) = folding.withLock { ($0.due(now: now), $0.occurred(kind, now: now)) }
    for folded in ended { write(folded) }
    guard action == .write else { return }
    event(level, logger: logger, message) { line in
      for field in kind.fields { line.field(named: field.key, text: field.value) }
      fields(&line)
    }
  }

  /// Writes what was folded in windows that are over; called every half second or so.
  func tick() {
    let now = monotonic()
    for folded in folding.withLock({ $0.due(now: now) }) { write(folded) }
  }

  /// Writes what was folded and blocks until every line is written or lost; false when time ran
  /// out.
  func flush(timeout: Duration) -> Bool {
    let now = monotonic()
    for folded in folding.withLock({ $0.all(now: now) }) { write(folded) }
    return sink.flush(timeout: timeout)
  }

  private func write(_ folded: LogFolding<FailureKind>.Folded) {
    let kind = folded.kind
    event(kind.level, logger: kind.logger, kind.message) { line in
      for field in kind.fields { line.field(named: field.key, text: field.value) }
      line.field("repeated", folded.count)
      line.field("window_ms", millisecondsOf: Int(clamping: folded.nanoseconds))
    }
  }
}
