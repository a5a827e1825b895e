/// Everything a worker has to tell, in the past tense and told once.
///
/// Exactly one `requestFinished` follows each `requestBegan`.
package enum AIWorkerObservation: Sendable {
  /// The head of a request was read.
  case requestBegan
  /// The last byte of the answer was written, or the caller left.
  case requestFinished(RequestRecord)
  /// The cache was asked.
  case cacheLookedUp(CacheResult)
  /// The number of entries in the cache changed.
  case cacheEntriesChanged(count: Int)
  /// Entries left the cache.
  case cacheEvicted(count: Int, reason: CacheEvictionReason)
  /// A request waited for another that was making the same answer.
  case singleFlightWaited(seconds: Double)
  /// Passages were looked up.
  case retrieved(seconds: Double, passages: Int)
  /// An answer was made or found.
  case answered(WorkerAnswerRecord)
  /// A call to Gemini ended, well or not.
  case geminiCalled(GeminiCallRecord)
  /// A call is tried again; `reason` is the code of what failed.
  case geminiRetried(reason: String)
  /// The breaker before Gemini changed its state.
  case geminiCircuitChanged(from: CircuitState, to: CircuitState)
  /// An answer by extraction stood in for Gemini; `reason` is the code of what failed.
  case fellBack(reason: String)
  /// Facts in an answer stood in no passage and were taken out.
  case factsFlagged(kind: FlaggedFactKind, count: Int)
  /// The model that is asked for is shut down, and another takes its place.
  case modelReplaced(asked: String, by: String)
  /// Public answers were written to the snapshot.
  case cacheSaved(entries: Int)
  /// Public answers were read from the snapshot; `refused` says why it was left alone.
  case cacheRestored(entries: Int, refused: String?)
  /// Vectors of passages were read from their file; `refused` says why it was left alone.
  case vectorsRead(passages: Int, missing: Int, refused: String?)
  /// Vectors were made for all passages.
  case vectorsMade(passages: Int)
  /// Vectors of passages or of a question could not be made; words alone chose.
  case vectorsFailed(reason: String)
  /// The caller's token was absent or wrong.
  case authenticationFailed(reason: AuthenticationFailureReason)
  /// A step in the life of the program.
  case lifecycle(LifecycleEvent)
  /// An event loop was late by so much.
  case eventLoopLagged(seconds: Double)
  /// A fault of our own; `message` holds no content of a family.
  case internalFault(message: String, requestID: RequestID?)
}

/// What kind of fact an answer stated without a passage; the label `kind`.
package enum FlaggedFactKind: String, Sendable, CaseIterable {
  /// A sum of money.
  case amount
  /// A calendar date.
  case date
  /// The number of a form.
  case form
  /// The number of a letter.
  case reference
  /// A decision that a letter is said to hold.
  case decision
}

/// Why entries left the worker's cache; the label `reason`.
package enum CacheEvictionReason: String, Sendable, CaseIterable {
  /// The cache was full.
  case capacity
  /// Their time was over.
  case expired
  /// A user reset or deleted.
  case reset
}

/// One answer of a worker.
package struct WorkerAnswerRecord: Sendable, Hashable {
  /// What the cache did.
  package var cache: CacheResult
  /// The model that answered, or `extractive`.
  package var model: String
  /// From the question read to the answer made.
  package var seconds: Double

  /// A record of one answer.
  package init(cache: CacheResult, model: String, seconds: Double) {
    self.cache = cache
    self.model = model
    self.seconds = seconds
  }
}
