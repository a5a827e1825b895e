/// A question as it was understood.
package struct QuestionReading: Sendable {
  /// Where a question belongs.
  package enum Scope: Sendable, Hashable {
    /// The documents may answer it.
    case known
    /// A matter of disability and rights that no document treats.
    case uncovered
    /// Nothing that this knowledge base is for.
    case foreign
  }

  /// What it is about, each with what it weighs.
  package let terms: [String: Double]
  /// Terms in the order of the question.
  package let order: [String]
  package let scope: Scope
  /// Subjects that it names and that documents treat.
  package let subjects: [String]
}
