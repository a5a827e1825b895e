/// What the server said of itself at one moment of the run.
package struct ServerSample: Sendable, Equatable {
  /// Seconds since the run began.
  package var at: Double
  package var residentBytes: Double
  /// Since the server's start.
  package var cpuSeconds: Double
  package var requests: Double
  package var inFlight: Double

  package init(
    at: Double, residentBytes: Double, cpuSeconds: Double, requests: Double, inFlight: Double
  ) {
    self.at = at
    self.residentBytes = residentBytes
    self.cpuSeconds = cpuSeconds
    self.requests = requests
    self.inFlight = inFlight
  }

  /// The families that it is made of.
  static let names: Set<String> = [
    "process_resident_memory_bytes", "process_cpu_seconds_total", RequestCounts.metric,
    "phoenix_http_requests_in_flight",
  ]

  init(at: Double, _ metrics: MetricsSnapshot) {
    self.init(
      at: at, residentBytes: metrics.value("process_resident_memory_bytes") ?? 0,
      cpuSeconds: metrics.value("process_cpu_seconds_total") ?? 0,
      requests: metrics.sum(RequestCounts.metric) ?? 0,
      inFlight: metrics.value("phoenix_http_requests_in_flight") ?? 0)
  }
}
