/// What a run found; reports and verdicts are read from it.
package struct RunResult: Sendable {
  /// How a run came to its end.
  package enum Ending: String, Sendable {
    case completed
    /// Someone asked it to stop.
    case interrupted
    /// Nothing answered any more.
    case targetLost = "target_lost"
  }

  /// One second of the run.
  package struct Second: Sendable {
    /// Seconds since the run began, at its end.
    package let at: Double
    package let tally: IntervalTally
  }

  package let scenario: Scenario
  /// The scenario's operations and, last, the sign-up.
  package let operations: [Operation]
  package let tally: LoopTally
  /// Seconds in which measured requests were due.
  package let measured: Double
  package let ending: Ending
  package let timeline: [Second]
  /// CPU seconds of this process over the run.
  package let processorSeconds: Double
  /// Requests of the run, warm-up included and sign-ups not: what the CPU was spent on.
  package let requests: Int
  package let reconciliation: Reconciliation?
  /// When it started, in seconds since 1970.
  package let startedAt: Double

  /// The mix's operations with their tallies, without the sign-up.
  package var mix: [(operation: Operation, tally: OperationTally)] {
    Array(zip(operations, tally.operations).dropLast())
  }

  /// All operations of the mix as one.
  package var total: OperationTally {
    mix.reduce(into: OperationTally()) { $0.add($1.tally) }
  }

  /// Failed of finished requests; nil where none finished.
  package func errorRate(_ tally: OperationTally) -> Double? {
    tally.finished > 0 ? Double(tally.failed) / Double(tally.finished) : nil
  }

  /// Requests sent in time of those that were due; nil where none was.
  package var achievedRate: Double? {
    tally.planned > 0 ? Double(tally.sentInTime) / Double(tally.planned) : nil
  }

  /// (hit + coalesced) / (hit + coalesced + miss); nil without a chat answer that says.
  package var cacheHitRatio: Double? {
    let cache = total.cache
    let hits = (cache[.hit] ?? 0) + (cache[.coalesced] ?? 0)
    let asked = hits + (cache[.miss] ?? 0)
    return asked > 0 ? Double(hits) / Double(asked) : nil
  }

  /// Why the figures say more of the generator than of the target; empty where they do not.
  package var generatorFaults: [String] {
    var faults: [String] = []
    if let lag = tally.loopLag.percentile(99), lag > Self.loopLagMax {
      faults.append("its event loop noticed arrivals late: p99 \(Milliseconds(lag)) ms")
    }
    if case .open = scenario.arrival, let achieved = achievedRate, achieved < 0.99 {
      faults.append("it sent \(Share(achieved)) of the planned requests in time")
    }
    return faults
  }

  /// Seconds of lag from which a latency of milliseconds can no longer be believed.
  static let loopLagMax = 0.02
}
