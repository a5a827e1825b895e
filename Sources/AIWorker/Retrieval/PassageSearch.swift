package import Knowledge
import WorkerAPI

/// Finds passages for a question that a model is to answer: by words, and where these leave a doubt
/// by meaning too.
///
/// A question whose best document is clear costs no call for its vector, and no wait. Whether a
/// question is ours is decided by words alone, at the threshold that holds without a key.
package struct PassageSearch: Sendable {
  /// What was found, and what finding it cost.
  struct Result: Sendable {
    var choice: PassageChoice
    var calls: [ModelCall] = []
    /// Time of our own: the wait for the provider is not in it.
    var nanoseconds: UInt64
  }

  private static let hitsMax = 12
  /// From this part of the best document's score on, another document may be the right one.
  private static let rivalShare = 0.8
  /// Below it even the best says little.
  private static let clearMin = 0.35

  let index: KnowledgeIndex
  let vectors: PassageVectors?
  let now: @Sendable () -> UInt64

  func find(_ request: ChatSendRequest) async throws -> Result {
    let started = now()
    var text = request.message
    var reading = index.read(request.message)
    var hits = index.search(reading, limit: Self.hitsMax)
    if let earlier = request.history.last(where: { $0.role == .user })?.content,
      FollowUp.goesOn(request.message, understood: !hits.isEmpty, subjects: reading.subjects)
    {
      reading = index.read(request.message, after: earlier)
      hits = index.search(reading, limit: Self.hitsMax)
      text = earlier + "\n" + request.message
    }
    var result = Result(
      choice: PassageChoice(hits, sourcesMax: request.options.maxSources),
      nanoseconds: now() - started)
    guard let vectors, Self.isDoubtful(hits) else { return result }
    let found = try await vectors.nearest(to: text)
    result.calls = found.calls
    guard let matches = found.matches else { return result }
    let again = now()
    result.choice = PassageChoice(
      index.fuse(hits, near: matches.map(\.row), for: reading, limit: Self.hitsMax),
      sourcesMax: request.options.maxSources)
    result.nanoseconds += now() - again
    return result
  }

  /// Whether another document comes close to the best one, or the best one says little.
  package static func isDoubtful(_ hits: [PassageHit]) -> Bool {
    guard let best = hits.first else { return false }
    guard best.score >= clearMin else { return true }
    let rival = hits.first { $0.slug != best.slug }
    return rival.map { $0.score >= best.score * rivalShare } ?? false
  }
}
