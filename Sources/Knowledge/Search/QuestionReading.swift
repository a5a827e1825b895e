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

  /// What shows that a question is ours, before any document is looked at.
  enum Evidence: Sendable, Hashable {
    /// It names a subject of ours.
    case subject
    /// It uses words of the field: a disability, an office, a file.
    case field
    /// It names a subject that other matters share too.
    case shared
    /// It tells of a family.
    case story
    /// Nothing: only a document that speaks of nearly all of it will do.
    case none
    /// It names what is no matter of ours, or of no document.
    case elsewhere
  }

  /// What it is about, each with what it weighs.
  package let terms: [String: Double]
  /// Terms in the order of the question.
  package let order: [String]
  let evidence: Evidence
  let isUncovered: Bool
  /// Subjects that it names and that documents treat.
  package let subjects: [String]

  /// Where it belongs, by its words alone; a search may still find nothing.
  package var scope: Scope {
    if isUncovered { return .uncovered }
    return evidence == .story || evidence == .none || evidence == .elsewhere ? .foreign : .known
  }
}
