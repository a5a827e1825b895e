/// How one request to one worker ended; the label `outcome`.
package enum AIOutcome: String, Sendable, CaseIterable {
  /// A complete answer.
  case ok
  /// An error answer, a broken connection or a cut stream.
  case error
  /// The deadline passed.
  case timeout
  /// The worker, or the breaker before it, declined.
  case rejected
  /// The client left first.
  case cancelled
}
