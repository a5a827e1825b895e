/// How many requests may be tried again: a share of the traffic of the last seconds plus a floor,
/// so that retries can mend single failures but never double the load of an outage.
///
/// A pure value; time is passed in, nanoseconds of one monotonic clock. Counts are kept in ten
/// slices of the window.
package struct RetryBudget: Sendable {
  private static let slices: UInt64 = 10
  private let slice: UInt64
  private let share: Double
  private let floorPerSecond: Double
  private let windowSeconds: Double
  private var requests = [Int](repeating: 0, count: Int(slices))
  private var retries = [Int](repeating: 0, count: Int(slices))
  private var current: UInt64 = 0

  /// - Parameters:
  ///   - share: retries per request, 0.2 is one in five.
  ///   - floorPerSecond: retries allowed however little traffic there is.
  package init(
    window: Duration = .seconds(10), share: Double = 0.2, floorPerSecond: Double = 10
  ) {
    let nanoseconds = max(1_000_000, window.wholeNanoseconds)
    windowSeconds = Double(nanoseconds) / 1e9
    slice = nanoseconds / Self.slices
    self.share = max(0, share)
    self.floorPerSecond = max(0, floorPerSecond)
  }

  /// A first try was sent.
  package mutating func requested(at now: UInt64) {
    advance(to: now)
    requests[Int(current % Self.slices)] += 1
  }

  /// Takes one retry out of the budget; false where none is left.
  package mutating func takeRetry(at now: UInt64) -> Bool {
    advance(to: now)
    let allowed = Double(requests.reduce(0, +)) * share + floorPerSecond * windowSeconds
    guard Double(retries.reduce(0, +)) < allowed else { return false }
    retries[Int(current % Self.slices)] += 1
    return true
  }

  /// Empties the slices that the window has left.
  private mutating func advance(to now: UInt64) {
    let target = now / slice
    guard target > current else { return }
    for step in 1...min(Self.slices, target - current) {
      let index = Int((target - min(Self.slices, target - current) + step) % Self.slices)
      requests[index] = 0
      retries[index] = 0
    }
    current = target
  }
}
