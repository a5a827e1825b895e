/// What a gateway and a worker say to each other, and the cache key that both compute.
///
/// The worker keeps an answer under the key. The gateway makes a key of the same request to choose
/// the worker that owns it; it need not know the worker's model or corpus, only always say the
/// same.
///
/// ```swift
/// let request = ChatSendRequest(message: text, userID: user, consent: true)
/// let key = request.cacheKey(model: "extractive", corpus: corpus)   // nil: nobody's, never stored
/// ```
///
/// An answer comes as one `ChatSendAnswer`, or as `ChatEvent`s in a `text/event-stream`, which
/// `ServerSentEventParser` reads from pieces of any size. Only `done` makes a stream complete.
///
/// Invariants: a key cannot be made without a scope; a scope is `public` only where
/// `PersonalDataDetector` found nothing and nothing of a user entered the prompt; every size is
/// bounded. There is no transport here, and no state.
package enum WorkerRoutes {
  /// `POST`: one message, JSON or SSE.
  package static let sendPath = "/api/chat/send"
  /// `POST`: one file, read as a letter.
  package static let analyzePath = "/api/chat/analyze"
  /// `POST`: drop what is kept for one user; sent when a user resets or leaves.
  package static let forgetPath = "/api/chat/forget"
  /// `GET`: what the cache did.
  package static let statsPath = "/api/chat/stats"
  /// `GET`: the probe of the pool.
  package static let healthPath = "/health"
  /// `GET`: the worker's own metrics.
  package static let metricsPath = "/metrics"
  /// Header that bears a `CacheOutcome`, on JSON and on streams.
  package static let cacheHeader = "X-Cache"
}

/// The body of `POST /api/chat/forget`.
package struct ForgetRequest: Codable, Sendable, Hashable {
  package var userID: String

  package init(userID: String) { self.userID = userID.lowercased() }

  private enum CodingKeys: String, CodingKey {
    case userID = "user_id"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(userID: try values.decode(String.self, forKey: .userID))
  }
}

/// The answer of `POST /api/chat/forget`.
package struct ForgetAnswer: Codable, Sendable, Hashable {
  /// Entries that were dropped.
  package var forgotten: Int

  package init(forgotten: Int) { self.forgotten = forgotten }
}

/// The answer of `GET /health`.
package struct WorkerHealth: Codable, Sendable, Hashable {
  /// `ok`, or `draining` once a shutdown began.
  package var status: String
  /// (hit + coalesced) / (hit + coalesced + miss) since the start; 0 before the first.
  package var cacheHitRate: Double

  package init(status: String, cacheHitRate: Double) {
    self.status = status
    self.cacheHitRate = cacheHitRate
  }

  private enum CodingKeys: String, CodingKey {
    case status
    case cacheHitRate = "cache_hit_rate"
  }
}
