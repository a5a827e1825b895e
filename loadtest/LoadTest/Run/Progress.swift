/// How a run goes, told once a second.
package enum Progress: Sendable {
  case signingUp(Int, of: Int)
  case running(Moment)

  /// One second of the run.
  package struct Moment: Sendable {
    /// Seconds since the run began, warm-up included, and as planned.
    package let elapsed: Double
    package let planned: Double
    package let warmup: Double
    package let interval: IntervalTally
    package let inFlight: Int
    /// The rate meant; nil in a closed loop.
    package let wanted: RateProfile?
  }
}

/// The live view of a terminal: a few lines that are drawn anew every second.
package struct LiveView: Sendable {
  private static let historyMax = 60
  private let title: String
  private var rates: [Int] = []
  private var worst: [Double] = []
  private var finished = 0
  private var failed = 0
  private var all = LatencySketch()

  package init(title: String) { self.title = title }

  /// The lines to show now; none is longer than 78 columns.
  package mutating func lines(_ progress: Progress) -> [String] {
    switch progress {
    case .signingUp(let count, let all): return ["\(title): \(count) of \(all) users are in"]
    case .running(let moment): return lines(moment)
    }
  }

  private mutating func lines(_ moment: Progress.Moment) -> [String] {
    let interval = moment.interval
    finished += interval.finished
    failed += interval.failed
    all.add(interval.latency)
    rates = (rates + [interval.finished]).suffix(Self.historyMax)
    worst = (worst + [interval.latency.percentile(99) ?? 0]).suffix(Self.historyMax)
    let left = max(0, moment.planned - moment.elapsed)
    let part = min(1, moment.elapsed / max(moment.planned, 0.001))
    let filled = Int(part * 30)
    let bar =
      String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let warmth = moment.elapsed < moment.warmup ? ", warming up" : ""
    let wanted = moment.wanted.map {
      let at = max(0, moment.elapsed - 1 - moment.warmup)
      return " of \(Fixed($0.rate(at: at), 0)) planned"
    }
    return [
      String("\(title)\(warmth)".prefix(78)),
      "\(bar) \(Fixed(part * 100, 0))%  \(Self.clock(left)) left",
      "now    \(interval.finished)/s\(wanted ?? "")   \(moment.inFlight) in flight   "
        + "\(interval.failed) failed",
      "       p50 \(Self.ms(interval.latency, 50))   p95 \(Self.ms(interval.latency, 95))   "
        + "p99 \(Self.ms(interval.latency, 99))   max \(Self.ms(interval.latency, 100))",
      "so far \(finished) requests   \(failed) failed "
        + "(\(finished > 0 ? Share(Double(failed) / Double(finished)).description : "0%"))   "
        + "p99 \(Self.ms(all, 99))",
      "rate   \(Self.spark(rates.map(Double.init)))",
      "p99    \(Self.spark(worst))",
    ]
  }

  private static func ms(_ sketch: LatencySketch, _ percent: Double) -> String {
    sketch.percentile(percent).map { "\(Milliseconds($0)) ms" } ?? "-"
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
  }

  private static func spark(_ values: [Double]) -> String {
    let marks = Array("▁▂▃▄▅▆▇█")
    let most = values.max() ?? 0
    return String(
      values.map { most > 0 ? marks[min(7, Int($0 / most * 7.99))] : marks[0] })
  }
}
