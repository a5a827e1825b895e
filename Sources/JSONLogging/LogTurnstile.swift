internal import Synchronization

/// Lets one thread at a time through, and makes it go round once more for those who came meanwhile.
///
/// | state | `enter` | `leave` |
/// | --- | --- | --- |
/// | 0 nobody inside | 1, come in | - |
/// | 1 one inside | 2, stay out | 0, go |
/// | 2 one inside, asked again | 2, stay out | 1, go round |
final class LogTurnstile: Sendable {
  private let state = Atomic<Int>(0)

  /// Whether the caller is the one inside; else the one inside will go round for it.
  func enter() -> Bool {
    while true {
      let seen = state.load(ordering: .acquiring)
      let next = seen == 0 ? 1 : 2
      if state.compareExchange(
        expected: seen, desired: next, ordering: .acquiringAndReleasing
      ).exchanged {
        return seen == 0
      }
    }
  }

  /// Whether the one inside is done; false: go round once more.
  func leave() -> Bool {
    state.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
  }

  /// The one that came in could not do its work.
  func abandon() { state.store(0, ordering: .releasing) }
}
