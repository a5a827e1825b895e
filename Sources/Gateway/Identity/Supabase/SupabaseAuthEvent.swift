package import Telemetry

/// What the client of Supabase Auth has to tell, each once.
package enum SupabaseAuthEvent: Sendable {
  /// One request ended; a retry is a request of its own.
  case requestFinished(outcome: IdentityOutcome, seconds: Double)
  /// The breaker changed its mind.
  case availabilityChanged(isUp: Bool, detail: String)
}
