/// The last events of one user, for clients that come back: bounded, and without a gap.
package struct ChangeRing: Sendable {
  private let countMax: Int
  private var frames: [(position: UInt64, frame: String)] = []
  /// Every event after this position is here.
  package private(set) var since: UInt64

  /// - Parameters:
  ///   - since: the position from which on nothing is missed.
  ///   - countMax: events kept, at least 1.
  package init(since: UInt64, countMax: Int) {
    self.since = since
    self.countMax = max(1, countMax)
  }

  /// One more; the oldest goes where it is full.
  package mutating func append(_ frame: String, at position: UInt64) {
    if frames.count >= countMax { since = frames.removeFirst().position }
    frames.append((position, frame))
  }

  /// What came after `position`, oldest first; nil where some of it is not kept any more.
  package func after(_ position: UInt64) -> [String]? {
    guard position >= since else { return nil }
    return frames.filter { $0.position > position }.map(\.frame)
  }
}
