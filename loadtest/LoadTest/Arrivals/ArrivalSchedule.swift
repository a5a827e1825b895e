import Glibc

/// The instants at which one event loop's requests are meant to start, as nanoseconds since the
/// run began.
///
/// Constant arrivals are dealt out to the loops in turn, each computed from its number, so nothing
/// drifts. Poisson arrivals of the loops are independent; together they are again Poisson. Where
/// the rate changes over time, both follow it: an arrival is due when so many requests, counted or
/// drawn, have come due.
package struct ArrivalSchedule: Sendable {
  private let process: ArrivalProcess
  private let loops: Double
  /// Requests of all loops that are due at the next arrival.
  private var due: Double
  private var cursor: RateCursor
  private var random: RandomSource

  /// - Parameters:
  ///   - profile: requests a second of all loops together.
  ///   - loop: this loop's number among `loops`.
  package init(
    profile: RateProfile, process: ArrivalProcess, loop: Int, of loops: Int, seed: UInt64
  ) {
    self.process = process
    self.loops = Double(loops)
    due = process == .constant ? Double(loop) : 0
    cursor = RateCursor(profile)
    random = RandomSource(seed: seed)
  }

  /// A schedule of one rate without end; above 0.
  package init(rate: Double, process: ArrivalProcess, loop: Int, of loops: Int, seed: UInt64) {
    self.init(
      profile: RateProfile(rate: rate), process: process, loop: loop, of: loops, seed: seed)
  }

  /// The next instant, never before the one returned last; nil after the profile's end.
  package mutating func next() -> UInt64? {
    switch process {
    case .constant:
      defer { due += loops }
      return cursor.instant(of: due).map { UInt64($0.rounded()) }
    case .poisson:
      due -= log(1 - random.unit()) * loops
      return cursor.instant(of: due).map { UInt64($0.rounded()) }
    }
  }
}
