/// Why the knowledge base cannot be read: a fault of the project's own texts, never of a question.
package struct KnowledgeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong; the raw value is stable.
  package enum Code: String, Sendable, Hashable {
    case frontMatterMissing = "front_matter_missing"
    case fieldMissing = "field_missing"
    case slugDiffers = "slug_differs"
  }

  package let code: Code
  /// The document, and the field where there is one.
  package let place: String

  /// `aah-…/titre: field_missing`.
  package var description: String { "\(place): \(code.rawValue)" }
}
