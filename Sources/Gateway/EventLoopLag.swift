import NIOCore
import ServiceLifecycle
import Telemetry

/// Measures how late an event loop runs what was due: the first sign of a loop that blocks.
struct EventLoopLag: Service {
  let group: any EventLoopGroup
  let telemetry: GatewayTelemetry

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(500))
        for loop in group.makeIterator() {
          let asked = MonotonicClock.now()
          loop.execute {
            telemetry.observe(
              .eventLoopLagged(seconds: Double(MonotonicClock.now() - asked) / 1e9))
          }
        }
      }
    }
  }
}
