import Synchronization

/// The facts of our own passages, each read once: they stand in prompts again and again.
final class PassageFacts: Sendable {
  /// More than the documents hold; beyond it nothing is kept.
  private static let passagesMax = 10_000
  private let known = Mutex<[String: Set<String>]>([:])

  /// The facts of a passage, as `AnswerCheck` compares them.
  func values(of passage: String) -> Set<String> {
    if let values = known.withLock({ $0[passage] }) { return values }
    let values = AnswerCheck.values(of: passage)
    known.withLock { known in
      if known.count < Self.passagesMax { known[passage] = values }
    }
    return values
  }
}
