import NIOCore
import Reactor
import ServiceLifecycle
import Telemetry

/// Measures how late the event loops and the drivers' thread run what was due: the first sign of
/// one that is blocked or has too much to do.
struct EventLoopLag: Service {
  let group: any EventLoopGroup
  let reactor: Reactor
  let telemetry: GatewayTelemetry

  /// What runs on the drivers' thread says when its turn came.
  private actor ReactorProbe {
    private let reactor: Reactor

    init(reactor: Reactor) { self.reactor = reactor }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
      reactor.asUnownedSerialExecutor()
    }

    func turn() -> UInt64 { MonotonicClock.now() }
  }

  func run() async throws {
    let probe = ReactorProbe(reactor: reactor)
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
        let asked = MonotonicClock.now()
        let turn = await probe.turn()
        telemetry.observe(.reactorLagged(seconds: Double(turn - asked) / 1e9))
      }
    }
  }
}
