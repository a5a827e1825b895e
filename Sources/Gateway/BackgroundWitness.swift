package import Telemetry

/// Told how a work ended that no request waits for: why it failed, or nil.
package typealias BackgroundWitness =
  @Sendable (_ work: BackgroundWork, _ failure: String?) -> Void
