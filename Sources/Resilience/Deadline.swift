/// The instant by which something has to be done, handed down from the request to everything it
/// waits for: each step takes what is left, so that steps in a row never add up to more.
///
/// A pure value; time is passed in, nanoseconds of one monotonic clock.
package struct Deadline: Sendable, Hashable, Comparable {
  /// When time is up, in nanoseconds of that clock.
  package let instant: UInt64

  /// Ends at `instant`.
  package init(at instant: UInt64) { self.instant = instant }

  /// Ends `duration` after `now`; at once where that is not positive.
  package init(after duration: Duration, now: UInt64) {
    let (sum, overflow) = now.addingReportingOverflow(duration.wholeNanoseconds)
    instant = overflow ? .max : sum
  }

  /// Whether time is up.
  package func isPast(at now: UInt64) -> Bool { now >= instant }

  /// What is left, never negative.
  package func remaining(at now: UInt64) -> Duration {
    .nanoseconds(Int64(clamping: isPast(at: now) ? 0 : instant - now))
  }

  /// This deadline, or `duration` from now where that is earlier: a step's own limit.
  package func limited(to duration: Duration, now: UInt64) -> Deadline {
    min(self, Deadline(after: duration, now: now))
  }

  package static func < (one: Deadline, other: Deadline) -> Bool { one.instant < other.instant }
}
