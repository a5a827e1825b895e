/// What happened in one second, for the live line and the timeline.
package struct IntervalTally: Sendable {
  package var sent = 0
  package var finished = 0
  package var failed = 0
  package var answered = 0
  package var latency = LatencyHistogram()

  package init() {}

  /// Counts what the other counted too.
  package mutating func add(_ other: IntervalTally) {
    sent += other.sent
    finished += other.finished
    failed += other.failed
    answered += other.answered
    latency.add(other.latency)
  }
}
