/// A document that an answer rests on.
package struct ChatSource: Codable, Sendable, Hashable {
  /// Name of the document: `aah-allocation-adultes-handicapes`.
  package var slug: String
  /// Title for people, French.
  package var title: String
  /// Where the family may read it: `/guides/<slug>`.
  package var url: String
  /// Relevance from 0 to 1, the best first.
  package var score: Double
  /// The passage quoted.
  package var excerpt: String

  package init(slug: String, title: String, url: String, score: Double, excerpt: String) {
    self.slug = slug
    self.title = title
    self.url = url
    self.score = score
    self.excerpt = excerpt
  }
}
