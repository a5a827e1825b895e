/// The judgement over a run, and the exit code that says it.
package struct Verdict: Sendable {
  /// One threshold with what was measured.
  package struct Judged: Sendable {
    package let threshold: Threshold
    /// In the bound's unit; nil where nothing was measured, which never holds.
    package let actual: Double?
    package let holds: Bool
    /// A product target about answers that this run by its nature had none of: hits in a run of
    /// misses. A scenario's own threshold is never idle.
    package var isIdle = false
  }

  package let judged: [Judged]
  package let exitCode: ExitCode
  /// Whether the generator kept up, so that the figures speak of the target.
  package let isValid: Bool
  /// One line for each thing that failed.
  package let failures: [String]

  /// Judges every threshold, the reconciliation and the ending.
  package init(_ result: RunResult) {
    judged = result.scenario.thresholds.map { threshold in
      let actual = result.value(of: threshold)
      let isIdle = actual == nil && result.hasNone(of: threshold)
      let holds = actual.map { threshold.comparison.holds($0, threshold.bound) } ?? isIdle
      return Judged(threshold: threshold, actual: actual, holds: holds, isIdle: isIdle)
    }
    var failures = judged.filter { !$0.holds }.map(\.failure)
    failures += (result.reconciliation?.disagreements ?? []).map { "reconciliation \($0)" }
    failures += result.generatorFaults.map { "invalid run, the generator fell behind: \($0)" }
    failures += Self.isolation(result.canaries)
    if let disagreement = result.overhead?.disagreement { failures.append(disagreement) }
    let total = result.total
    let worst = total.failures.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
    if result.ending == .targetLost {
      let why = worst.map { ": \($0.key.rawValue), \($0.key.explanation)" } ?? ""
      failures.append("target lost: \(result.scenario.base) answers no more\(why)")
    } else if total.finished > 0, total.failed == total.finished, let worst {
      failures.append(
        "no request succeeded: \(worst.value) of \(total.finished) \(worst.key.rawValue), "
          + worst.key.explanation)
    }
    self.failures = failures
    isValid = result.generatorFaults.isEmpty
    exitCode =
      result.ending == .targetLost ? .unreachable : failures.isEmpty ? .held : .failed
  }

  /// No answer may hold another user's canary; and looking must be able to see one.
  private static func isolation(_ canaries: CanaryTally) -> [String] {
    if canaries.foreign > 0 {
      return [
        "isolation: \(canaries.foreign) foreign canaries in \(canaries.searched) answers: "
          + canaries.examples.joined(separator: "; ")
      ]
    }
    return []
  }
}

extension Verdict.Judged {
  /// What to say where it does not hold.
  package var failure: String { "threshold \(threshold.text): \(actualText)" }

  /// What was measured, with its unit.
  package var actualText: String {
    guard let actual else { return isIdle ? "no such answer" : "no data" }
    switch threshold.metric {
    case .percentile, .mean, .min, .max: return "\(Milliseconds(actual)) ms"
    case .rate: return "\(Fixed(actual, 1))/s"
    case .errorRate, .cacheHitRatio, .achievedRate: return "\(Share(actual))"
    case .memorySlope: return "\(Fixed(actual, 1)) MB/h"
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
  /// Whether a target speaks of a cache result that no answer of the operation had, while other
  /// answers of it did tell theirs.
  func hasNone(of threshold: Threshold) -> Bool {
    guard threshold.reason != nil, let wanted = threshold.cache else { return false }
    let told = mix.filter { threshold.operation == nil || $0.operation.name == threshold.operation }
      .reduce(into: [CacheClass: Int]()) { $0.merge($1.tally.cache, uniquingKeysWith: +) }
    return told[wanted] == nil && told.contains { $0.key != .none && $0.value > 0 }
  }

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
    case .memorySlope: return memorySlope
    }
  }
}
