internal import Synchronization

/// Lets so many lines of success through in each second of the clock handed in.
///
/// One number holds both, so that no lock is needed: the second in the upper 40 bits, the lines let
/// through in it in the lower 24.
final class SuccessSampler: Sendable {
  private static let countBits: UInt64 = 24
  private let linesMax: UInt64
  private let state = Atomic<UInt64>(0)

  init(linesPerSecondMax: Int) {
    linesMax = min(UInt64(max(0, linesPerSecondMax)), 1 << Self.countBits - 1)
  }

  /// Whether the line is written; `now` is monotonic nanoseconds.
  func admits(now: UInt64) -> Bool {
    while true {
      let seen = state.load(ordering: .relaxed)
      // A thread that was held up counts in the newer second that another began.
      let second = max(now / 1_000_000_000, seen >> Self.countBits)
      let count = second == seen >> Self.countBits ? seen & (1 << Self.countBits - 1) : 0
      if count >= linesMax { return false }
      let next = second << Self.countBits | (count + 1)
      if state.weakCompareExchange(expected: seen, desired: next, ordering: .relaxed).exchanged {
        return true
      }
    }
  }
}
