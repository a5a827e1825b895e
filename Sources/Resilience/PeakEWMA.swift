import Glibc

/// How long a place takes to answer, told by its recent past: a moving average that jumps up at
/// once and comes down slowly.
///
/// A mean hides a place that has just become slow until half the window is over; so a time above
/// the average replaces it, and one below pulls it down by the share of `decay` that passed since
/// the last. What is in flight counts too: each of them waits about as long.
///
/// A pure value; time is passed in, nanoseconds of one monotonic clock; one that stepped back
/// counts as the latest seen.
package struct PeakEWMA: Sendable {
  private let decay: Double
  private var average: Double
  private var latest: UInt64
  /// Requests sent and not ended.
  package private(set) var inFlight = 0

  /// - Parameters:
  ///   - initial: assumed until the first answer: short, so that a new place is tried.
  ///   - decay: after this long without news two thirds of a peak are forgotten.
  package init(initial: Duration = .milliseconds(1), decay: Duration = .seconds(10), now: UInt64) {
    average = Double(initial.wholeNanoseconds)
    self.decay = Double(max(1, decay.wholeNanoseconds))
    latest = now
  }

  /// A request was sent there.
  package mutating func started() { inFlight += 1 }

  /// It was answered after `time`.
  package mutating func ended(after time: Duration, at now: UInt64) {
    inFlight = max(0, inFlight - 1)
    let sample = Double(time.wholeNanoseconds)
    let weight = weight(at: now)
    average = sample > average ? sample : average * weight + sample * (1 - weight)
    latest = max(latest, now)
  }

  /// It ended in a way that says nothing of the time (cancelled by its caller).
  package mutating func abandoned() { inFlight = max(0, inFlight - 1) }

  /// The time expected of one more request, in nanoseconds: an idle place forgets its peak, so that
  /// it is tried again.
  package func cost(at now: UInt64) -> Double {
    max(1, average * weight(at: now)) * Double(inFlight + 1)
  }

  /// What is left of the past at `now`, in (0, 1].
  private func weight(at now: UInt64) -> Double {
    exp(-Double(now > latest ? now - latest : 0) / decay)
  }
}
