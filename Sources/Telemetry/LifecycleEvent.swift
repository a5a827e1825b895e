/// A step in the life of a program.
package enum LifecycleEvent: Sendable, Equatable {
  /// The settings are read; parts are being built.
  case starting
  /// A listener is bound; `name` is public, admin or internal.
  case listening(name: String, address: String)
  /// Every dependency is up.
  case ready
  /// Serving, with a part missing.
  case degraded(reason: String)
  /// Not serving.
  case notReady(reason: String)
  /// A signal asked to stop; readiness is off and requests in flight end.
  case draining(inFlight: Int)
  /// All accepted requests are answered, or the drain's time is over.
  case drained(unanswered: Int)
  /// The last thing told.
  case stopped
  /// The settings are wrong; one text for each fault, never a value.
  case settingsInvalid(faults: [String])
  /// The log files were opened anew on SIGHUP.
  case logsReopened
  /// A part of the program failed and was started again.
  case partRestarted(name: String, reason: String)
}
