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
  /// Those of them that neither documents nor lexicon know.
  let unknown: Set<String>
  /// It names a subject that no document treats.
  let isUncovered: Bool
  /// It names what is no matter of ours.
  let isElsewhere: Bool
  /// Subjects that it names and that documents treat.
  package let subjects: [String]

  /// Where it belongs, by its words alone; a search may still find nothing.
  package var scope: Scope {
    if isUncovered { return .uncovered }
    let isOfField = order.contains { FieldWords.own.contains($0) }
    return !isElsewhere && (isOfField || !subjects.isEmpty) ? .known : .foreign
  }
}
