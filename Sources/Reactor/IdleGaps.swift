/// How long the loop has lately had nothing to do, as a moving mean: whether polling for the next
/// event is likely to catch it, or only burns the time that another process could use.
package struct IdleGaps {
  private let worthSpinning: UInt64
  /// Nanoseconds; starts hopeful.
  private var mean: UInt64 = 0

  /// - Parameter worthSpinning: the longest mean gap, in nanoseconds, that is worth polling for.
  package init(worthSpinning: UInt64) { self.worthSpinning = worthSpinning }

  /// Whether polling pays.
  package var areShort: Bool { mean <= worthSpinning }

  /// A gap ended; a very long one counts as four worthwhile ones, so that a burst after a quiet
  /// hour is soon met by polling.
  package mutating func ended(after nanoseconds: UInt64) {
    // Events that came together had no gap between them, and say nothing about the next wait.
    guard nanoseconds > 3_000 else { return }
    mean = (mean * 7 + min(nanoseconds, worthSpinning * 4)) / 8
  }
}
