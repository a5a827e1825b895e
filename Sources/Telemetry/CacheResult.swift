/// What the answer cache did for one question; the label `result` and the header `X-Cache`.
package enum CacheResult: String, Sendable, CaseIterable {
  /// Found ready.
  case hit
  /// Not found, so made.
  case miss
  /// Not found, but another request was already making it.
  case coalesced
  /// The client asked not to use the cache.
  case bypass
}
