/// The answer of `GET /api/chat/stats`: counts since the start, and what is held now.
package struct ChatStats: Codable, Sendable, Hashable {
  package var model: String
  package var corpusVersion: String
  package var validityDate: String
  package var entries: Int
  package var capacity: Int
  /// Answers being made now.
  package var inFlight: Int
  package var hits: Int
  package var misses: Int
  package var coalesced: Int
  package var bypassed: Int
  package var evictions: Int
  package var expirations: Int
  package var forgotten: Int
  package var hitRate: Double

  private enum CodingKeys: String, CodingKey {
    case model
    case corpusVersion = "corpus_version"
    case validityDate = "validity_date"
    case entries
    case capacity
    case inFlight = "in_flight"
    case hits
    case misses
    case coalesced
    case bypassed
    case evictions
    case expirations
    case forgotten
    case hitRate = "cache_hit_rate"
  }
}
