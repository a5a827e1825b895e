/// How a run goes, told once a second.
package enum Progress: Sendable {
  case signingUp(Int, of: Int)
  case running(elapsed: Double, of: Double, interval: IntervalTally, inFlight: Int)

  /// One line for a terminal.
  package var line: String {
    switch self {
    case .signingUp(let count, let all): return "signing up \(count) of \(all) users"
    case .running(let elapsed, let planned, let interval, let inFlight):
      func percentile(_ percent: Double) -> String {
        interval.latency.percentile(percent).map { "\(Milliseconds($0)) ms" } ?? "-"
      }
      return "\(Fixed(min(elapsed, planned), 0))/\(Fixed(planned, 0)) s  "
        + "\(interval.finished) finished  p50 \(percentile(50))  p99 \(percentile(99))  "
        + "\(interval.failed) failed  \(inFlight) in flight"
    }
  }
}
