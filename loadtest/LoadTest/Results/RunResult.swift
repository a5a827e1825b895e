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
  /// What the server said of itself while the run went; empty without an admin address.
  package let samples: [ServerSample]
  /// The gateway's overhead, where pairs were asked for.
  package let overhead: Overhead?
  /// When it started, in seconds since 1970.
  package let startedAt: Double

  /// The mix's operations with their tallies, without the sign-up.
  package var mix: [(operation: Operation, tally: OperationTally)] {
    Array(zip(operations, tally.operations).dropLast())
  }

  /// Canaries of all operations, the way in included.
  package var canaries: CanaryTally {
    tally.operations.reduce(into: CanaryTally()) { $0.add($1.canaries) }
  }

  /// Growth of the server's resident memory in MB an hour, by least squares over the measured
  /// time; nil below a minute, where it would only be the start.
  package var memorySlope: Double? {
    let points = samples.filter { $0.at >= scenario.warmup.inSeconds && $0.residentBytes > 0 }
    guard points.count >= 10, let first = points.first, let last = points.last,
      last.at - first.at >= 60
    else { return nil }
    let count = Double(points.count)
    let meanAt = points.reduce(0) { $0 + $1.at } / count
    let meanBytes = points.reduce(0) { $0 + $1.residentBytes } / count
    var covariance = 0.0
    var variance = 0.0
    for point in points {
      covariance += (point.at - meanAt) * (point.residentBytes - meanBytes)
      variance += (point.at - meanAt) * (point.at - meanAt)
    }
    return variance > 0 ? covariance / variance * 3600 / 1_048_576 : nil
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

  /// Why the figures say more of the generator than of the target: with any, the run is invalid.
  package var generatorFaults: [String] {
    var faults: [String] = []
    let most = scenario.generatorLagMax.inSeconds
    if let lag = tally.loopLag.percentile(99), lag > most {
      faults.append(
        "its event loop was late: p99 \(Milliseconds(lag)) ms, where "
          + "\(Milliseconds(most)) ms are allowed (generator_lag_max)")
    }
    if scenario.openProfile != nil, let achieved = achievedRate, achieved < Self.achievedLeast {
      faults.append("it sent \(Share(achieved)) of the planned requests in time")
    }
    for (kind, count) in total.failures.sorted(by: { $0.value > $1.value }) where kind.isGenerators
    {
      faults.append("\(count) requests failed with \(kind.rawValue): \(kind.explanation)")
    }
    return faults
  }

  /// The share of planned requests that must have been sent in time.
  static let achievedLeast = 0.99
}
