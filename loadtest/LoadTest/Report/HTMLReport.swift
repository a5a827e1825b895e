/// `report.html`: a run for people, in one file without scripts or anything from elsewhere.
///
/// What decides comes first (verdict, what failed, the promises), then how the run went over time,
/// then what the server says beside it, then every number. It reads on a telephone and on paper.
package struct HTMLReport: Sendable {
  package let text: String

  /// - Parameters:
  ///   - result: the run that `summary` is of, for the charts.
  ///   - baseline: an earlier run to compare with.
  package init(_ summary: Summary, _ result: RunResult, baseline: Summary?) {
    let tables = ReportTables(summary, baseline)
    let charts = ReportCharts(summary, result, baseline)
    var body = Self.head(summary)
    body += Self.tiles(summary)
    if !summary.failures.isEmpty {
      let items = summary.failures.map { "<li>\(XMLText.escaped($0))</li>" }.joined()
      body += "<ul class=\"failures\">\(items)</ul>"
    }
    body += tables.thresholds
    body += "<h2>How it went</h2><div class=\"charts\">\(charts.run.joined())</div>"
    if !charts.server.isEmpty {
      body += "<h2>What the server says of itself</h2>"
      body += "<div class=\"charts\">\(charts.server.joined())</div>"
    }
    body += tables.overhead + tables.baseline + tables.operations + tables.errors
    body += tables.reconciliation + tables.generator
    body += Self.foot(summary)
    text = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width,initial-scale=1">
      <title>\(XMLText.escaped(summary.scenario)): load test</title>
      <style>\(ReportStyle.sheet)</style></head>
      <body>\(body)</body></html>

      """
  }

  private static func head(_ summary: Summary) -> String {
    let verdict: String
    switch (summary.exitCode, summary.isValid) {
    case (0, _): verdict = "<span class=\"badge good\">all held</span>"
    case (_, false): verdict = "<span class=\"badge bad\">invalid run</span>"
    case (3, _): verdict = "<span class=\"badge bad\">target lost</span>"
    default:
      let count = summary.failures.count
      verdict = "<span class=\"badge bad\">\(count) failed</span>"
    }
    return """
      <header><p>\(verdict)</p><h1>\(XMLText.escaped(summary.scenario))</h1>
      <p class="soft">\(XMLText.escaped(summary.target)) · \(XMLText.escaped(summary.startedAt)) · \
      \(arrival(summary)) · \(Fixed(summary.measuredS, 0)) s measured\
      \(summary.users > 0 ? " · \(summary.users) users" : "")</p></header>
      """
  }

  private static func arrival(_ summary: Summary) -> String {
    let arrival = summary.arrival
    switch arrival.kind {
    case "closed": return "closed loop, \(arrival.clients ?? 0) clients"
    case "staged":
      return "open loop in stages, up to \(Fixed(arrival.rate ?? 0, 0))/s, \(arrival.process ?? "")"
    default:
      let rate = arrival.rate ?? 0
      return "open loop, \(Fixed(rate, rate < 10 ? 1 : 0))/s, \(arrival.process ?? "")"
    }
  }

  private static func tiles(_ summary: Summary) -> String {
    let requests = summary.requests
    var tiles = [
      ("\(requests.finished)", "requests"), ("\(Fixed(requests.perSecond, 1))/s", "throughput"),
      ("\(Share(requests.errorRate ?? 0))", "errors"),
    ]
    if let latency = summary.latencyMs {
      for (value, name) in [
        (latency.p50, "p50"), (latency.p95, "p95"), (latency.p99, "p99"), (latency.max, "max"),
      ] { tiles.append(("\(Milliseconds(value / 1000)) ms", name)) }
    }
    if let ratio = requests.cacheHitRatio { tiles.append(("\(Share(ratio))", "cache hits")) }
    if let achieved = requests.achievedRate {
      tiles.append(("\(Share(achieved))", "of the plan sent in time"))
    }
    if let canaries = summary.canaries, canaries.planted > 0 {
      tiles.append(("\(canaries.foreignSeen)", "foreign canaries in \(canaries.answersSearched)"))
    }
    let cells = tiles.map { "<div><b>\($0.0)</b><span>\($0.1)</span></div>" }.joined()
    return "<div class=\"tiles\">\(cells)</div>"
  }

  private static func foot(_ summary: Summary) -> String {
    """
    <footer>Latency counts from the instant a request was meant to start, so a stall is seen by \
    everyone who would have met it; service time counts from its sending. Seed \(summary.seed), \
    ended as \(summary.ending), exit code \(summary.exitCode).</footer>
    """
  }
}
