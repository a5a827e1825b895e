import Knowledge

/// Whether a question goes on from the one before.
enum FollowUp {
  private static let wordsMax = 12

  static func goesOn(_ question: String, understood: Bool, subjects: [String]) -> Bool {
    let words = FrenchText.cacheNormalised(question).split { !$0.isLetter && !$0.isNumber }
      .map(String.init)
    guard words.count <= wordsMax, let first = words.first else { return false }
    if openings.contains(first) { return true }
    if !subjects.isEmpty { return false }
    return !understood || words.contains { pronouns.contains($0) }
  }

  private static let openings: Set<String> = ["et", "ou", "mais", "donc", "alors"]
  private static let pronouns: Set<String> = ["il", "elle", "ils", "elles", "ca", "cela", "celle"]
}
