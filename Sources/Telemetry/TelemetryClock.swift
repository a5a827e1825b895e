internal import Glibc

/// The two clocks telemetry reads, handed in so that tests can turn them.
package struct TelemetryClock: Sendable {
  /// Nanoseconds that never go back, for windows and durations.
  package var monotonic: @Sendable () -> UInt64
  /// Nanoseconds since 1970 UTC, for time stamps and exemplars.
  package var wall: @Sendable () -> UInt64

  /// Clocks of one's own.
  package init(
    monotonic: @escaping @Sendable () -> UInt64, wall: @escaping @Sendable () -> UInt64
  ) {
    self.monotonic = monotonic
    self.wall = wall
  }

  /// The machine's.
  package static let system = TelemetryClock(
    monotonic: { read(CLOCK_MONOTONIC) }, wall: { read(CLOCK_REALTIME) })

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
