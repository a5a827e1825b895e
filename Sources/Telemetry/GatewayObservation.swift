package import Postgres
package import Upstream

/// Everything the gateway has to tell, in the past tense and told once.
///
/// Code that does the work names no metric and no log level; `GatewayTelemetry` interprets these
/// cases into both, so counts in the log and in the metrics cannot drift apart.
///
/// Exactly one `requestFinished` follows each `requestBegan`. A realtime stream also tells
/// `realtimeOpened` and `realtimeClosed` between the two, and marks its record `isRealtime`.
package enum GatewayObservation: Sendable {
  /// The head of a request was read, or as much of it as could be.
  case requestBegan
  /// The last byte of the answer was written, or the client left.
  case requestFinished(RequestRecord)
  /// A request turned into a realtime stream and is no longer in flight.
  case realtimeOpened
  /// A realtime stream ended.
  case realtimeClosed
  /// A client of a realtime stream did not keep up, and its stream was ended.
  case realtimeClientDropped
  /// The connection that listens told something.
  case listener(PostgresListenerEvent)
  /// One request to one worker ended.
  case aiAttemptFinished(worker: String, outcome: AIOutcome, seconds: Double)
  /// A family got an answer.
  case aiAnswered(AIAnswerRecord)
  /// An answer failed on the way, and its worker told the calls that it had caused.
  case geminiCalled([GeminiCallRecord])
  /// A second worker was asked, before the first byte; `worker` is the one that failed.
  case aiRetried(worker: String)
  /// A worker's probe changed its mind.
  case workerChanged(worker: String, up: Bool)
  /// The number of requests a worker has in hand changed.
  case workerInFlightChanged(worker: String, count: Int)
  /// A worker's breaker changed its state.
  case circuitChanged(worker: String, from: CircuitState, to: CircuitState)
  /// A limit turned a request away.
  case rateLimited(reason: RateLimitReason)
  /// A request was not let in.
  case authenticationFailed(reason: AuthenticationFailureReason)
  /// One request to Supabase Auth ended.
  case identityAsked(outcome: IdentityOutcome, seconds: Double)
  /// Conversations were deleted because they were older than they are kept.
  case conversationsOutlived(count: Int)
  /// Work that no request waits for ended; `failure` says why where it failed, and holds no secret.
  case backgroundWorkFinished(BackgroundWork, failure: String?)
  /// A step in the life of the program.
  case lifecycle(LifecycleEvent)
  /// A dependency went up or down; `detail` holds no secret.
  case dependencyChanged(name: String, up: Bool, detail: String)
  /// An event loop was late by so much.
  case eventLoopLagged(seconds: Double)
  /// The thread of the drivers was late by so much.
  case reactorLagged(seconds: Double)
  /// A fault of our own; `message` holds no content of a family.
  case internalFault(message: String, requestID: RequestID?)
  /// The PostgreSQL driver told something.
  case postgres(PostgresEvent)
  /// The HTTP client told something.
  case upstream(UpstreamEvent)
}
