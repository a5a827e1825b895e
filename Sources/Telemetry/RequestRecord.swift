/// One finished HTTP request: the source of its metrics and of its one line in the log.
///
/// It holds no query, no body, no cookie and no address in full: what is not here cannot leak.
package struct RequestRecord: Sendable {
  /// `X-Request-Id` of the answer.
  package var requestID: RequestID
  /// The trace the request belongs to.
  package var traceID: TraceID
  /// The span of this service.
  package var spanID: SpanID
  /// The method as sent; metrics know the standard ones and `OTHER`.
  package var method: String
  /// The route's template, `unmatched` where no route took it.
  package var route: String
  /// The path as sent, without the query.
  package var path: String
  /// The status of the answer; 499 where the client left first.
  package var status: Int
  /// From the first byte of the head to the last byte written.
  package var durationNanoseconds: Int
  /// Bytes of the body received.
  package var bytesIn: Int
  /// Bytes of the body sent.
  package var bytesOut: Int
  /// A keyed hash of the user's id (`UserHash`).
  package var user: String?
  /// The truncated client address (`ClientAddress`).
  package var client: String?
  /// The worker that answered.
  package var worker: String?
  /// What the answer cache did.
  package var cache: CacheResult?
  /// Tokens spent in all.
  package var tokens: Int?
  /// Where the time went.
  package var stages: StageNanoseconds
  /// The `code` of the problem answered.
  package var errorCode: String?
  /// A realtime stream, which is no request in flight and has no latency.
  package var isRealtime: Bool

  /// The parts known from the head and the answer; the others are set as they become known.
  package init(
    requestID: RequestID, traceID: TraceID, spanID: SpanID, method: String,
    route: String = RequestRecord.unmatched, path: String, status: Int,
    durationNanoseconds: Int = 0, bytesIn: Int = 0, bytesOut: Int = 0, user: String? = nil,
    client: String? = nil, worker: String? = nil, cache: CacheResult? = nil, tokens: Int? = nil,
    stages: StageNanoseconds = StageNanoseconds(), errorCode: String? = nil,
    isRealtime: Bool = false
  ) {
    self.requestID = requestID
    self.traceID = traceID
    self.spanID = spanID
    self.method = method
    self.route = route
    self.path = path
    self.status = status
    self.durationNanoseconds = durationNanoseconds
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
    self.user = user
    self.client = client
    self.worker = worker
    self.cache = cache
    self.tokens = tokens
    self.stages = stages
    self.errorCode = errorCode
    self.isRealtime = isRealtime
  }

  /// The route of what no route took.
  package static let unmatched = "unmatched"

  /// The gateway's own share: the whole less the time waited on PostgreSQL and workers.
  package var overheadNanoseconds: Int {
    let total = max(0, durationNanoseconds)
    let ownAndWorkers = total - min(total, max(0, stages.db))
    return ownAndWorkers - min(ownAndWorkers, max(0, stages.ai))
  }
}

/// Where the time of a request goes; the label `stage`.
package enum RequestStage: String, Sendable, CaseIterable {
  /// Session and rights.
  case auth
  /// Waiting on PostgreSQL, the pool included.
  case db
  /// Waiting for a turn.
  case queue
  /// Waiting on workers.
  case ai
  /// The gateway's own: reading the request, checking it, making the answer's bytes, sending them.
  case render
}

/// The time one request spent in each stage; 0 where it did not pass through.
package struct StageNanoseconds: Sendable, Hashable {
  /// Session and rights.
  package var auth: Int
  /// Waiting on PostgreSQL, the pool included.
  package var db: Int
  /// Waiting for a turn.
  package var queue: Int
  /// Waiting on workers.
  package var ai: Int
  /// The gateway's own: reading the request, checking it, making the answer's bytes, sending them.
  package var render: Int

  /// Every stage defaults to 0.
  package init(auth: Int = 0, db: Int = 0, queue: Int = 0, ai: Int = 0, render: Int = 0) {
    self.auth = auth
    self.db = db
    self.queue = queue
    self.ai = ai
    self.render = render
  }

  /// With what is left of a whole as `render`: the parts are then the whole, unless two of them
  /// were measured over the same time.
  package func completed(for whole: Int) -> StageNanoseconds {
    var all = self
    all.render = max(0, whole - auth - db - queue - ai)
    return all
  }
}
