internal import Synchronization

/// A flag one of many may raise.
final class LogFlag: Sendable {
  private let isUp = Atomic<Bool>(false)

  /// Whether it was down until now.
  func raise() -> Bool { !isUp.exchange(true, ordering: .acquiringAndReleasing) }

  func lower() { isUp.store(false, ordering: .releasing) }
}
