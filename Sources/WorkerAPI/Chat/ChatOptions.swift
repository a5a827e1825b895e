/// What a caller may choose about an answer. Every option is part of the cache key.
package struct ChatOptions: Codable, Sendable, Hashable {
  /// Sources shown with an answer.
  package static let sourcesRange = 1...8

  /// At most so many sources; `sourcesRange`.
  package var maxSources: Int

  package init(maxSources: Int = 3) { self.maxSources = maxSources }

  private enum CodingKeys: String, CodingKey {
    case maxSources = "max_sources"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(maxSources: try values.decodeIfPresent(Int.self, forKey: .maxSources) ?? 3)
  }
}
