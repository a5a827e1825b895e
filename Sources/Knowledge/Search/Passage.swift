/// A part of a document that answers one question: the unit that is searched and quoted.
package struct Passage: Sendable {
  /// A sentence as it stands in the document.
  package struct Sentence: Sendable {
    package let text: String
    /// What it is about, as questions are read.
    package let terms: Set<String>
  }

  package let slug: String
  package let title: String
  package let url: String
  /// The question it answers; empty for the opening of a document.
  package let heading: String
  /// What the heading is about.
  package let headingTerms: Set<String>
  package let sentences: [Sentence]

  /// The whole text.
  package var text: String { sentences.map(\.text).joined(separator: " ") }
}
