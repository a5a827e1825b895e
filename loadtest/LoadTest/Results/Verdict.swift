/// The judgement over a run, and the exit code that says it.
package struct Verdict: Sendable {
  /// One threshold with what was measured.
  package struct Judged: Sendable {
    package let threshold: Threshold
    /// In the bound's unit; nil where nothing was measured, which never holds.
    package let actual: Double?
    package let holds: Bool
  }

  package let judged: [Judged]
  package let exitCode: ExitCode
  /// One line for each thing that failed.
  package let failures: [String]

  /// Judges every threshold, the reconciliation and the ending.
  package init(_ result: RunResult) {
    judged = result.scenario.thresholds.map { threshold in
      let actual = result.value(of: threshold)
      let holds = actual.map { threshold.comparison.holds($0, threshold.bound) } ?? false
      return Judged(threshold: threshold, actual: actual, holds: holds)
    }
    var failures = judged.filter { !$0.holds }.map {
      "threshold \($0.threshold.text): \($0.actualText)"
    }
    failures += (result.reconciliation?.mismatches ?? []).map {
      "reconciliation \($0.description)"
    }
    if result.ending == .targetLost {
      failures.append("target lost: \(result.scenario.base) answers no more")
    }
    self.failures = failures
    exitCode =
      result.ending == .targetLost ? .unreachable : failures.isEmpty ? .held : .failed
  }
}

extension Verdict.Judged {
  /// What was measured, with its unit.
  package var actualText: String {
    guard let actual else { return "no data" }
    switch threshold.metric {
    case .percentile, .mean, .min, .max: return "\(Milliseconds(actual)) ms"
    case .rate: return "\(Fixed(actual, 1))/s"
    case .errorRate, .cacheHitRatio, .achievedRate: return "\(Share(actual))"
    }
  }
}

/// The exit codes of the program.
package enum ExitCode: Int32, Sendable {
  /// Everything held.
  case held = 0
  /// The scenario is bad.
  case badScenario = 2
  /// The target cannot be reached.
  case unreachable = 3
  /// A threshold or the reconciliation failed.
  case failed = 99
}

extension RunResult {
  /// What a threshold speaks of, in its bound's unit.
  func value(of threshold: Threshold) -> Double? {
    let subject =
      threshold.operation.map { name in
        mix.first { $0.operation.name == name }?.tally ?? OperationTally()
      } ?? total
    switch threshold.metric {
    case .percentile(let percent):
      return subject.histogram(threshold.phase, threshold.cache).percentile(percent)
    case .mean: return subject.histogram(threshold.phase, threshold.cache).mean
    case .min:
      let histogram = subject.histogram(threshold.phase, threshold.cache)
      return histogram.count > 0 ? Double(histogram.min) / 1e9 : nil
    case .max:
      let histogram = subject.histogram(threshold.phase, threshold.cache)
      return histogram.count > 0 ? Double(histogram.max) / 1e9 : nil
    case .errorRate: return errorRate(subject)
    case .rate:
      return measured > 0 ? Double(subject.finished - subject.failed) / measured : nil
    case .cacheHitRatio: return cacheHitRatio
    case .achievedRate: return achievedRate
    }
  }
}
