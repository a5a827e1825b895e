/// How the cache took part in an answer: the value of `X-Cache`.
package enum CacheOutcome: String, Codable, Sendable, Hashable, CaseIterable {
  /// The answer was there.
  case hit
  /// The answer was made for this request.
  case miss
  /// The answer was being made for another request, and served this one too.
  case coalesced
  /// The cache was neither asked nor filled: `Cache-Control: no-store`, or nobody to own an entry.
  case bypass

  /// True where the request cost no generation of its own.
  package var isCached: Bool { self == .hit || self == .coalesced }
}
