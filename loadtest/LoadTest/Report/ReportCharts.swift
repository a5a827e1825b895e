import Glibc

/// The charts of the report, each a figure.
struct ReportCharts {
  private let summary: Summary
  private let result: RunResult
  private let earlier: Summary?
  private let time: Axis

  init(_ summary: Summary, _ result: RunResult, _ baseline: Summary?) {
    self.summary = summary
    self.result = result
    earlier = baseline
    time = Axis.time(result.timeline.last?.at ?? 1)
  }

  /// The run as this side saw it.
  var run: [String] {
    [heatMap, percentiles, throughput, latencyOverTime, errors, stages].compactMap { $0 }
  }

  /// Resources and load as the server tells them.
  var server: [String] { [memory, processor].compactMap { $0 } }

  // MARK: Latency

  private static let columnsMax = 80
  private static let rowsPerDecade = 8.0

  /// How many requests took how long, in each stretch of the run.
  private var heatMap: String? {
    let seconds = result.timeline.filter { $0.tally.latency.count > 0 }
    let values = seconds.flatMap { second in
      [0.5, 100].compactMap { second.tally.latency.percentile($0) }
    }
    guard let least = values.min(), let most = values.max() else { return nil }
    let y = Axis.decades(least * 1000, most * 1000)
    let rows = Int(log10(y.high / y.low) * Self.rowsPerDecade)
    let edges = (0...rows).map { y.low * pow(10, Double($0) / Self.rowsPerDecade) }
    let columns = min(Self.columnsMax, max(1, result.timeline.count))
    let width = time.high / Double(columns)
    var cells = Array(repeating: Array(repeating: 0, count: rows), count: columns)
    for second in seconds {
      // An interval is known by its end.
      let column = min(columns - 1, max(0, Int((second.at - 0.5) / width)))
      let counts = second.tally.latency.counts(between: edges.map { $0 / 1000 })
      for (row, count) in counts.enumerated() {
        cells[column][min(rows - 1, max(0, row - 1))] += count
      }
    }
    let greatest = Double(cells.joined().max() ?? 1)
    var chart = Chart("Heat map of latency over time", x: time, y: y)
    shadeWarmup(&chart, y)
    for (column, counts) in cells.enumerated() {
      for (row, count) in counts.enumerated() where count > 0 {
        chart.cell(
          (Double(column) * width, edges[row]), (Double(column + 1) * width, edges[row + 1]), "fa",
          // By the logarithm, so that the few slow ones are seen beside the many fast.
          opacity: 0.18 + 0.82 * log(1 + Double(count)) / log(1 + greatest),
          tip: "\(Fixed(Double(column) * width, 0)) s, \(Self.ms(edges[row])) to "
            + "\(Self.ms(edges[row + 1])) ms: \(count)")
      }
    }
    return figure(
      "Latency over time",
      "Each cell: how many requests took so long; darker is more. Grey: warm-up.",
      chart.svg(xLabel: "seconds", xName: Self.plain, yLabel: "ms", yName: Self.ms))
  }

  /// Latency by percentile, the slow end spread out.
  private var percentiles: String? {
    let latency = result.total.histogram(.latency)
    let service = result.total.histogram(.service)
    guard latency.count > 0 else { return nil }
    let most = max(10, Double(latency.count))
    let x = Axis(
      low: 1, high: pow(10, log10(most).rounded(.up)), isLogarithmic: true,
      ticks: stride(from: 0, through: log10(most).rounded(.up), by: 1).map { pow(10, $0) })
    func points(_ histogram: LatencyHistogram) -> [(Double, Double)] {
      stride(from: 0, through: log10(x.high), by: 0.05).compactMap { exponent in
        let rest = pow(10, exponent)
        guard rest <= Double(histogram.count) * 1.01 else { return nil }
        return histogram.percentile(100 - 100 / rest).map { (rest, $0 * 1000) }
      }
    }
    let lines = [points(latency), points(service)]
    let values = lines.joined().map(\.1).filter { $0 > 0 }
    guard let least = values.min(), let greatest = values.max() else { return nil }
    var chart = Chart(
      "Latency by percentile", x: x, y: Axis.decades(least, greatest))
    chart.line(lines[0], "a")
    chart.line(lines[1], "b thin")
    var key = [("a", "latency, from the intended start"), ("b", "service time, from sending")]
    if let then = earlier?.latencyMs {
      chart.line(
        [(2, then.p50), (10, then.p90), (20, then.p95), (100, then.p99), (1000, then.p999)], "e")
      key.append(("e", "the earlier run"))
    }
    return figure(
      "Percentiles", Self.key(key),
      chart.svg(
        xLabel: "percentile", xName: { $0 == 1 ? "0" : "\(Self.percentile($0))" }, yLabel: "ms",
        yName: Self.ms))
  }

  private static func percentile(_ rest: Double) -> String {
    let value = 100 - 100 / rest
    let decimals = max(0, Int(log10(rest).rounded()) - 2)
    return Fixed(value, decimals).description
  }

  private var latencyOverTime: String? {
    let lines: [(String, Double)] = [("c", 50), ("a", 95), ("d", 99)]
    let seconds = result.timeline.filter { $0.tally.latency.count > 0 }
    let series = lines.map { style, percent in
      (
        style,
        seconds.compactMap { second in
          second.tally.latency.percentile(percent).map { (second.at, $0 * 1000) }
        }
      )
    }
    let values = series.flatMap { $0.1.map(\.1) }.filter { $0 > 0 }
    guard let least = values.min(), let most = values.max() else { return nil }
    let y = Axis.decades(least, most)
    var chart = Chart("Latency percentiles over time", x: time, y: y)
    shadeWarmup(&chart, y)
    for (style, points) in series { chart.line(points, style) }
    return figure(
      "Percentiles over time", Self.key([("c", "p50"), ("a", "p95"), ("d", "p99")]),
      chart.svg(xLabel: "seconds", xName: Self.plain, yLabel: "ms", yName: Self.ms))
  }

  // MARK: Load

  /// Counts of an interval as rates: the first and last are shorter than a second.
  private var rates: [(at: Double, sent: Double, finished: Double, failed: Double)] {
    var earlier = 0.0
    return result.timeline.compactMap { second in
      let length = second.at - earlier
      earlier = second.at
      guard length > 0.2 else { return nil }
      return (
        second.at, Double(second.tally.sent) / length, Double(second.tally.finished) / length,
        Double(second.tally.failed) / length
      )
    }
  }

  private var throughput: String? {
    let rates = rates
    guard !rates.isEmpty else { return nil }
    let most = rates.map { max($0.sent, $0.finished) }.max() ?? 1
    let y = Axis.linear(upTo: most)
    var chart = Chart("Throughput over time", x: time, y: y)
    shadeWarmup(&chart, y)
    var key = [("a", "finished")]
    if let profile = result.scenario.openProfile?.rate {
      let warmup = result.scenario.warmup.inSeconds
      let planned = stride(from: 0, through: time.high, by: max(0.25, time.high / 200)).map {
        ($0, profile.rate(at: max(0, $0 - warmup)))
      }
      chart.line(planned.filter { $0.1 > 0 }, "e")
      key.append(("e", "planned"))
    }
    chart.line(rates.map { ($0.at, $0.sent) }, "b thin")
    chart.line(rates.map { ($0.at, $0.finished) }, "a")
    key.append(("b", "sent"))
    return figure(
      "Requests a second", Self.key(key),
      chart.svg(xLabel: "seconds", xName: Self.plain, yLabel: "/s", yName: Self.plain))
  }

  private var errors: String? {
    let rates = rates
    guard !rates.isEmpty else { return nil }
    let most = rates.map(\.failed).max() ?? 0
    guard most > 0 else {
      return figure("Errors a second", "None in the whole run.", "")
    }
    var chart = Chart("Errors over time", x: time, y: Axis.linear(upTo: most))
    var earlier = 0.0
    for rate in rates {
      if rate.failed > 0 {
        chart.cell((earlier, 0), (rate.at, rate.failed), "ff")
      }
      earlier = rate.at
    }
    return figure(
      "Errors a second", "Failed requests, whatever the reason.",
      chart.svg(xLabel: "seconds", xName: Self.plain, yLabel: "/s", yName: Self.plain))
  }

  // MARK: Server

  /// Where the server says the time went, on average, operation by operation.
  private var stages: String? {
    // The way in is not part of the load, and its passwords would dwarf everything.
    let entrance = result.scenario.entrance.name
    let parts = summary.operations.filter { $0.serverTimingMs != nil && $0.name != entrance }
    guard !parts.isEmpty else { return nil }
    let most = parts.compactMap { $0.serverTimingMs?.total }.max() ?? 1
    let names = [("a", "auth"), ("b", "db"), ("d", "queue"), ("c", "ai"), ("e", "gateway's own")]
    let row = 26.0
    let left = 118.0
    let wide = Chart.width - left - 70
    let height = Double(parts.count) * row + 6
    var svg = "<svg viewBox=\"0 0 \(Int(Chart.width)) \(Fixed(height, 0))\" role=\"img\" "
    svg += "aria-label=\"Stages by operation\">"
    for (index, part) in parts.enumerated() {
      guard let timing = part.serverTimingMs else { continue }
      let y = Double(index) * row + 4
      svg +=
        "<text x=\"0\" y=\"\(Fixed(y + 14, 1))\">\(XMLText.escaped(String(part.name.prefix(18))))</text>"
      let known = timing.auth + timing.db + timing.queue + timing.ai
      // Stages that ran beside each other add up to more than the whole: then they share it.
      let scale = known > timing.total && known > 0 ? timing.total / known : 1
      let rest = max(0, timing.total - known)
      var x = left
      for (value, style) in zip(
        [timing.auth, timing.db, timing.queue, timing.ai].map({ $0 * scale }) + [rest],
        names.map(\.0))
      {
        let length = most > 0 ? value / most * wide : 0
        svg += "<rect class=\"f\(style)\" x=\"\(Fixed(x, 1))\" y=\"\(Fixed(y, 1))\" "
        svg += "width=\"\(Fixed(length, 2))\" height=\"18\"/>"
        x += length
      }
      svg += "<text class=\"tick\" x=\"\(Fixed(x + 5, 1))\" y=\"\(Fixed(y + 14, 1))\">"
      svg += "\(Milliseconds(timing.total / 1000)) ms</text>"
    }
    return figure(
      "Where the time went", Self.key(names) + "<p>Means of <code>Server-Timing</code>.</p>",
      svg + "</svg>")
  }

  private var memory: String? {
    let points = result.samples.filter { $0.residentBytes > 0 }
    guard points.count > 1 else { return nil }
    let most = (points.map(\.residentBytes).max() ?? 0) / 1_048_576
    var chart = Chart("Resident memory of the server", x: time, y: Axis.linear(upTo: most))
    chart.line(points.map { ($0.at, $0.residentBytes / 1_048_576) }, "d")
    let slope = result.memorySlope.map { "Slope \(Fixed($0, 1)) MB an hour." } ?? ""
    return figure(
      "Gateway memory", slope,
      chart.svg(xLabel: "seconds", xName: Self.plain, yLabel: "MB", yName: Self.plain))
  }

  /// CPU of the server beside the requests that it counts.
  private var processor: String? {
    let samples = result.samples
    guard samples.count > 2 else { return nil }
    var points: [(Double, Double)] = []
    for (now, then) in zip(samples.dropFirst(), samples) where now.at > then.at {
      points.append((now.at, max(0, (now.cpuSeconds - then.cpuSeconds) / (now.at - then.at)) * 100))
    }
    guard let most = points.map(\.1).max(), let first = samples.first, let last = samples.last
    else {
      return nil
    }
    var chart = Chart("CPU of the server", x: time, y: Axis.linear(upTo: max(most, 1)))
    chart.line(points, "b")
    let requests = last.requests - first.requests
    let cost =
      requests > 0
      ? "\(Fixed((last.cpuSeconds - first.cpuSeconds) / requests * 1e6, 0)) µs of CPU a request."
      : ""
    return figure(
      "Gateway CPU", cost,
      chart.svg(xLabel: "seconds", xName: Self.plain, yLabel: "% of a core", yName: Self.plain))
  }

  // MARK: Parts

  /// The time that is not measured.
  private func shadeWarmup(_ chart: inout Chart, _ y: Axis) {
    let warmup = result.scenario.warmup.inSeconds
    guard warmup > 0 else { return }
    chart.cell((0, y.low), (warmup, y.high), "fe", opacity: 0.12, tip: "warm-up, not measured")
  }

  private func figure(_ title: String, _ note: String, _ drawing: String) -> String {
    let note = note.hasPrefix("<") || note.isEmpty ? note : "<p>\(note)</p>"
    return "<figure><figcaption>\(title)</figcaption>\(note)\(drawing)</figure>"
  }

  private static func key(_ entries: [(String, String)]) -> String {
    let items = entries.map { "<span><i class=\"i\($0.0)\"></i>\($0.1)</span>" }.joined()
    return "<div class=\"key\">\(items)</div>"
  }

  private static func plain(_ value: Double) -> String {
    value >= 10 || value == value.rounded()
      ? Fixed(value, 0).description : Fixed(value, value < 1 ? 2 : 1).description
  }

  private static func ms(_ value: Double) -> String {
    value >= 1
      ? Fixed(value, 0).description
      : Fixed(value, value >= 0.1 ? 1 : value >= 0.01 ? 2 : 3).description
  }
}
