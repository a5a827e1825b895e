/// How many requests a second are meant to start, over the time of a run: stretches that hold a
/// rate or move evenly from one to another. So a ramp, a spike and a plain rate are one thing.
package struct RateProfile: Sendable, Equatable {
  /// One stretch; rates in requests a second.
  package struct Stage: Sendable, Equatable {
    package let from: Double
    package let to: Double
    /// Seconds; infinite for a plain rate.
    package let seconds: Double

    package init(from: Double, to: Double, seconds: Double) {
      self.from = from
      self.to = to
      self.seconds = seconds
    }

    /// Requests that come due in it.
    var count: Double { from == to && from == 0 ? 0 : (from + to) / 2 * seconds }
  }

  package let stages: [Stage]

  /// - Parameter stages: at least one; rates of 0 or more.
  package init(stages: [Stage]) { self.stages = stages }

  /// One rate without end.
  package init(rate: Double) { stages = [Stage(from: rate, to: rate, seconds: .infinity)] }

  /// The greatest rate.
  package var peak: Double { stages.reduce(0) { max($0, $1.from, $1.to) } }

  /// Seconds of all stages.
  package var seconds: Double { stages.reduce(0) { $0 + $1.seconds } }

  /// The same shape over another time.
  package func stretched(to seconds: Double) -> RateProfile {
    let factor = self.seconds.isFinite && self.seconds > 0 ? seconds / self.seconds : 1
    return RateProfile(
      stages: stages.map { Stage(from: $0.from, to: $0.to, seconds: $0.seconds * factor) })
  }

  /// The rate meant at an instant in seconds; 0 after the end.
  package func rate(at instant: Double) -> Double {
    var start = 0.0
    for stage in stages {
      if instant < start + stage.seconds {
        guard stage.seconds.isFinite else { return stage.from }
        return stage.from + (stage.to - stage.from) * (instant - start) / stage.seconds
      }
      start += stage.seconds
    }
    return 0
  }
}

/// Walks a profile forward: at what instant so many requests have come due.
struct RateCursor: Sendable {
  private let profile: RateProfile
  private var index = 0
  private var startNanoseconds = 0.0
  private var startCount = 0.0

  init(_ profile: RateProfile) { self.profile = profile }

  /// Nanoseconds since the begin; nil once the profile is over. `count` never goes back.
  mutating func instant(of count: Double) -> Double? {
    while index < profile.stages.count {
      let stage = profile.stages[index]
      let rest = count - startCount
      // The end of a stage belongs to the next one.
      if rest < stage.count { return startNanoseconds + Self.offset(of: rest, in: stage) }
      startCount += stage.count
      startNanoseconds += stage.seconds * 1e9
      index += 1
    }
    return nil
  }

  /// Solves `from t + (to - from) t² / 2d = rest` for t, in nanoseconds.
  private static func offset(of rest: Double, in stage: RateProfile.Stage) -> Double {
    guard stage.from != stage.to, stage.seconds.isFinite else { return rest * (1e9 / stage.from) }
    let slope = (stage.to - stage.from) / stage.seconds
    let root = (stage.from * stage.from + 2 * slope * rest).squareRoot()
    return rest > 0 ? 2 * rest / (stage.from + root) * 1e9 : 0
  }
}
