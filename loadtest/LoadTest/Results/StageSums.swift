/// What `Server-Timing` headers told, added up.
package struct StageSums: Sendable, Equatable {
  package private(set) var count = 0
  /// Nanoseconds.
  package private(set) var auth = 0.0
  package private(set) var db = 0.0
  package private(set) var queue = 0.0
  package private(set) var ai = 0.0
  package private(set) var total = 0.0
  package private(set) var overhead = 0.0

  package init() {}

  mutating func add(_ timing: ServerTiming) {
    count += 1
    auth += Double(timing.auth)
    db += Double(timing.db)
    queue += Double(timing.queue)
    ai += Double(timing.ai)
    total += Double(timing.total)
    overhead += Double(timing.overhead)
  }

  mutating func add(_ other: StageSums) {
    count += other.count
    auth += other.auth
    db += other.db
    queue += other.queue
    ai += other.ai
    total += other.total
    overhead += other.overhead
  }

  /// Mean seconds of a stage; nil without headers.
  package func mean(_ stage: KeyPath<StageSums, Double>) -> Double? {
    count > 0 ? self[keyPath: stage] / Double(count) / 1e9 : nil
  }
}
