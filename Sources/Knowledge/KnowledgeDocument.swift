/// One document of the knowledge base: what a family may read at `/guides/<slug>`.
package struct KnowledgeDocument: Sendable, Hashable {
  /// Where a document has its facts from.
  package struct Source: Sendable, Hashable {
    package let name: String
    /// Number of a form, a law, a leaf.
    package let reference: String
    /// Only where it is known for certain.
    package let url: String?
  }

  /// A question and what answers it. The opening of a document has no heading.
  package struct Section: Sendable, Hashable {
    package let heading: String
    package let paragraphs: [String]
  }

  package let slug: String
  /// Title for people, French.
  package let title: String
  /// `YYYY-MM-DD`: when the facts were last held against their sources.
  package let updated: String
  /// `YYYY-MM-DD`: since when what it says is in force.
  package let validFrom: String
  package let sources: [Source]
  /// Codes of the catalogue that it speaks of; empty where it is about none in particular.
  package let aides: [String]
  /// Slugs of the documents to read next.
  package let related: [String]
  /// How families speak of what it treats: found by, never quoted.
  package let everyday: [String]
  package let sections: [Section]

  /// Where the family may read it.
  package var url: String { "/guides/" + slug }

  /// Every document, in the order of the slugs.
  package static func all() throws(KnowledgeError) -> [KnowledgeDocument] {
    var documents: [KnowledgeDocument] = []
    for text in DocumentTexts.all { documents.append(try read(text)) }
    return documents
  }

  /// Those of them that can be read.
  static func readable() -> [KnowledgeDocument] {
    DocumentTexts.all.compactMap { try? read($0) }
  }

  private static func read(
    _ text: (slug: String, markdown: String)
  ) throws(KnowledgeError) -> KnowledgeDocument {
    let document = try DocumentReader.read(text.markdown)
    guard document.slug == text.slug else {
      throw KnowledgeError(code: .slugDiffers, place: text.slug)
    }
    return document
  }
}
