/// Joining two rankings of passages.
extension KnowledgeIndex {
  /// How little the first places count above those that follow (Cormack, Clarke and Büttcher 2009).
  private static let rankOffset = 60.0

  /// What words found and what is near in meaning, joined by reciprocal ranks: a passage counts
  /// `1 / (60 + its place)` in each ranking that has it.
  ///
  /// - Parameters:
  ///   - hits: found by words, the best first; where there are none, nothing is joined, since
  ///     whether a question is ours words alone decide.
  ///   - near: places in `passages`, the nearest first.
  /// - Returns: at most `limit`, and of one document a third of them; the best has the score of
  ///   the best hit, the others their part of it.
  package func fuse(
    _ hits: [PassageHit], near: [Int], for reading: QuestionReading, limit: Int
  ) -> [PassageHit] {
    guard let best = hits.first, limit > 0 else { return [] }
    var order: [String] = []
    var found: [String: (hit: PassageHit, rank: Double)] = [:]
    func add(_ hit: PassageHit, at place: Int) {
      let name = hit.slug + "\u{0}" + hit.heading
      if found[name] == nil { order.append(name) }
      let rank = (found[name]?.rank ?? 0) + 1 / (Self.rankOffset + Double(place + 1))
      found[name] = (found[name]?.hit ?? hit, rank)
    }
    for (place, hit) in hits.enumerated() { add(hit, at: place) }
    for (place, index) in near.enumerated() where passages.indices.contains(index) {
      let passage = passages[index]
      add(
        PassageHit(passage: passage, score: 0, excerpt: excerpt(of: passage, for: reading)),
        at: place)
    }
    let ranked = order.compactMap { found[$0] }.enumerated()
      .sorted { ($0.element.rank, $1.offset) > ($1.element.rank, $0.offset) }.map(\.element)
    let most = ranked.first?.rank ?? 1
    var taken: [String: Int] = [:]
    return ranked.filter { entry in
      taken[entry.hit.slug, default: 0] += 1
      return taken[entry.hit.slug, default: 0] <= (limit + 2) / 3
    }.prefix(limit).map { entry in
      PassageHit(
        passage: entry.hit.passage, score: best.score * entry.rank / most,
        excerpt: entry.hit.excerpt)
    }
  }
}
