import Glibc

/// The instants at which one event loop's requests are meant to start, as nanoseconds since the
/// run began.
///
/// Constant arrivals are dealt out to the loops in turn, each computed from its number, so nothing
/// drifts. Poisson arrivals of the loops are independent; together they are again Poisson.
package struct ArrivalSchedule: Sendable {
  private let process: ArrivalProcess
  private let gap: Double
  private let first: Double
  private var count = 0.0
  private var elapsed = 0.0
  private var random: RandomSource

  /// - Parameters:
  ///   - rate: requests a second of all loops together; above 0.
  ///   - loop: this loop's number among `loops`.
  package init(rate: Double, process: ArrivalProcess, loop: Int, of loops: Int, seed: UInt64) {
    self.process = process
    gap = Double(loops) * 1e9 / rate
    first = Double(loop) * 1e9 / rate
    random = RandomSource(seed: seed)
  }

  /// The next instant; never before the one returned last.
  package mutating func next() -> UInt64 {
    switch process {
    case .constant:
      defer { count += 1 }
      return UInt64(first + count * gap)
    case .poisson:
      elapsed -= log(1 - random.unit()) * gap
      return UInt64(elapsed)
    }
  }
}
