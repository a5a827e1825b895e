/// A passage found, with how well it fits.
package struct PassageHit: Sendable {
  package let passage: Passage
  /// From 0 to 1: the part of the question that the passage speaks of.
  package let score: Double
  /// The sentences that fit best, at most some 320 characters.
  package let excerpt: String

  package var slug: String { passage.slug }
  package var title: String { passage.title }
  package var url: String { passage.url }
  package var heading: String { passage.heading }
}
