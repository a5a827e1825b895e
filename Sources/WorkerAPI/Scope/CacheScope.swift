/// Whose an answer is: the first field of a `CacheKey`, and what decides who may be served it.
package enum CacheScope: Sendable, Hashable {
  /// Everybody's: nothing of a user entered the prompt, and the message names nobody.
  case `public`
  /// One user's.
  case user(String)

  /// Decides the scope of one message; nil where the answer is personal and nobody owns it, so that
  /// it must not be kept at all.
  ///
  /// - Parameters:
  ///   - message: as the user wrote it; case and punctuation matter.
  ///   - userID: the user who asks.
  package static func decide(
    message: String, userID: String?, hasHistory: Bool, hasMemories: Bool, hasDocument: Bool
  ) -> CacheScope? {
    let isPersonal =
      hasHistory || hasMemories || hasDocument
      || PersonalDataDetector.firstFinding(in: message) != nil
    guard isPersonal else { return .public }
    return userID.map { .user($0.lowercased()) }
  }
}
