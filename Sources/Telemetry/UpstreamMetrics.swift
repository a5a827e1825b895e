internal import Prometheus
internal import Upstream

/// What the HTTP client tells, whoever it is asked for.
final class UpstreamMetrics: Sendable {
  let connectionsOpened: Counter
  let idleDiscarded: Counter
  let resendsRefused: Counter
  private let transfers: CounterFamily
  private let succeeded: Counter

  init(_ registry: MetricsRegistry) throws(MetricsError) {
    transfers = try registry.counter(
      "phoenix_upstream_transfers_total",
      help: "Transfers of the HTTP client, by result: ok, or why it failed.",
      labels: [MetricLabel("result", valuesMax: 32)])
    succeeded = transfers.child("ok")
    connectionsOpened = try registry.counter(
      "phoenix_upstream_connections_opened_total", help: "Connections the HTTP client opened."
    )
    .child()
    idleDiscarded = try registry.counter(
      "phoenix_upstream_idle_discarded_total",
      help: "Idle connections discarded because the peer closed them or sent what none asked for."
    )
    .child()
    resendsRefused = try registry.counter(
      "phoenix_upstream_resends_refused_total",
      help: "Requests libcurl was kept from sending a second time."
    )
    .child()
  }

  func finished(_ transfer: UpstreamTransferRecord) {
    if let code = transfer.error {
      transfers.child(code.rawValue).increment()
    } else {
      succeeded.increment()
    }
  }
}
