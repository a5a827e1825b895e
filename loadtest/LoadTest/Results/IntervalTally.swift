/// What happened in one second, for the live view and the timeline.
package struct IntervalTally: Sendable {
  package var sent = 0
  package var finished = 0
  package var failed = 0
  package var answered = 0
  package var latency = LatencySketch()
  /// What the server must have counted, by operation, for its window of five minutes.
  package var served: [Int: ServedSketch] = [:]

  package init() {}

  /// Counts what the other counted too.
  package mutating func add(_ other: IntervalTally) {
    sent += other.sent
    finished += other.finished
    failed += other.failed
    answered += other.answered
    latency.add(other.latency)
    for (operation, sketch) in other.served {
      served[operation, default: ServedSketch()].add(sketch)
    }
  }
}
