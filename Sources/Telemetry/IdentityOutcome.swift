/// How a request to Supabase Auth ended; the label `outcome` of `phoenix_identity_requests_total`.
package enum IdentityOutcome: String, Sendable, CaseIterable {
  /// It did what was asked.
  case ok
  /// It said no, as to a wrong password.
  case refused
  /// Its own limits said no.
  case limited
  /// It failed, or could not be reached.
  case failed
  /// It did not answer in time.
  case timeout
  /// It was not asked: the breaker is open.
  case rejected
  /// Whoever asked left.
  case cancelled
}
