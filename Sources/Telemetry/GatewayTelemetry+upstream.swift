internal import JSONLogging
internal import Logging
internal import Prometheus
internal import Upstream

extension GatewayTelemetry {
  /// Interprets what the HTTP client tells; what a worker did with it is told by the pool.
  func observe(_ event: UpstreamEvent) {
    switch event {
    case .connectionOpened: metrics.upstream.connectionsOpened.increment()
    case .transferFinished(let transfer): metrics.upstream.finished(transfer)
    case .idleConnectionDiscarded(let bytes):
      metrics.upstream.idleDiscarded.increment()
      // Closing is a peer's right; bytes nobody asked for could have been another user's answer.
      if bytes > 0 {
        log.event(.warning, logger: "upstream", "stray bytes discarded") {
          $0.field("bytes", bytes)
        }
      }
    case .resendRefused(let authority):
      metrics.upstream.resendsRefused.increment()
      log.event(.info, logger: "upstream", "resend refused") { $0.field("authority", authority) }
    }
  }
}
