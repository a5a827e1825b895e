import ServiceLifecycle
import UnixSignals

/// Calls `reopen` on every SIGHUP, as log rotation from outside expects, until the shutdown.
package struct HangupService: Service {
  private let reopen: @Sendable () -> Void

  /// - Parameter reopen: opens the log files anew.
  package init(reopen: @escaping @Sendable () -> Void) { self.reopen = reopen }

  package func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    await cancelWhenGracefulShutdown {
      for await _ in signals { reopen() }
    }
  }
}
