/// Several everyday words that say more together than apart: "perd la tête", "boîte aux lettres".
///
/// A document's list of everyday words has them; each is one more term of the index, found where a
/// question has its words one after the other.
struct Saying: Sendable, Hashable {
  /// Terms of the question, in order.
  let parts: [String]
  /// The term that stands for it in the index; no word has a `+`.
  let term: String

  /// Nil for a single word, which is its own term.
  init?(_ terms: [String]) {
    guard terms.count > 1 else { return nil }
    parts = terms
    term = terms.joined(separator: "+")
  }

  /// Those that stand in a text's terms.
  static func of(_ terms: [String], in sayings: [String: [Saying]]) -> [Saying] {
    terms.indices.flatMap { start in
      (sayings[terms[start]] ?? []).filter { terms[start...].starts(with: $0.parts) }
    }
  }
}
