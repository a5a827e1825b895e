import ServiceLifecycle

/// The first service to hear of a shutdown, because it is the last in the group: it turns
/// readiness off and keeps everything running for the time load balancers need to see it.
///
/// Order of a shutdown: readiness 503 → `delay` → listener closed, requests in flight end →
/// admin listener → pools.
package struct DrainService: Service {
  private let readiness: Readiness
  private let delay: Duration
  private let draining: @Sendable () -> Void

  /// - Parameters:
  ///   - delay: how long traffic is still served after readiness turned.
  ///   - draining: told when the shutdown begins.
  package init(
    readiness: Readiness, delay: Duration, draining: @escaping @Sendable () -> Void
  ) {
    self.readiness = readiness
    self.delay = delay
    self.draining = draining
  }

  package func run() async throws {
    try? await gracefulShutdown()
    readiness.drain()
    draining()
    // Not cancelled by the graceful shutdown, which is what woke us.
    try? await Task.sleep(for: delay)
  }
}
