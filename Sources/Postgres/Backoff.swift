/// Pauses between attempts: doubled from failure to failure up to a longest, each shortened at
/// random by up to a half, so that many clients of one server do not come back at once.
package struct Backoff: Sendable {
  private let first: Duration
  private let longest: Duration
  /// Failures since the last success.
  package private(set) var failuresInRow = 0

  /// A sequence that begins with `first`.
  package init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
  }

  /// The pause after one more failure.
  /// - Parameter jitter: at random, from 0 to 1.
  package mutating func failed(jitter: Double) -> Duration {
    failuresInRow += 1
    var pause = first
    for _ in 1..<failuresInRow where pause < longest { pause *= 2 }
    return min(pause, longest) * (1 - jitter / 2)
  }

  /// An attempt succeeded.
  package mutating func succeeded() {
    failuresInRow = 0
  }
}
