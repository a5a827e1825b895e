/// A run for people, as plain text for a terminal.
package struct TextReport: CustomStringConvertible {
  package let description: String

  package init(_ result: RunResult, _ verdict: Verdict) {
    var lines: [String] = []
    let total = result.total
    let arrival: String
    switch result.scenario.arrival {
    case .open(let rate, let process):
      arrival = "open loop, \(process.rawValue), \(Fixed(rate, rate < 10 ? 2 : 0))/s"
    case .staged(let profile, let process):
      arrival =
        "open loop, \(process.rawValue), \(profile.stages.count) stages, "
        + "\(Fixed(profile.peak, profile.peak < 10 ? 2 : 0))/s at most"
    case .closed(let clients): arrival = "closed loop, \(clients) clients"
    }
    lines.append("\(result.scenario.name) against \(result.scenario.base)")
    lines.append("  \(arrival), \(Fixed(result.measured, 1)) s measured, \(result.ending.rawValue)")
    let rate = result.measured > 0 ? Double(total.finished) / result.measured : 0
    lines.append(
      "  \(total.finished) requests, \(Fixed(rate, 1))/s, \(total.failed) failed"
        + (result.errorRate(total).map { " (\(Share($0)))" } ?? "")
        + (result.achievedRate.map { ", \(Share($0)) of the plan sent in time" } ?? ""))
    if let ratio = result.cacheHitRatio { lines.append("  cache hit ratio \(Share(ratio))") }
    lines.append("")
    lines.append(contentsOf: Self.table(result))
    let failures = total.failures.sorted { $0.value > $1.value }
    if !failures.isEmpty {
      lines.append("")
      lines.append("  failures")
      for (kind, count) in failures {
        lines.append("    \(count) \(kind.rawValue): \(kind.explanation)")
      }
    }
    let statuses = total.statuses.sorted { $0.key < $1.key }
    lines.append("  statuses  " + statuses.map { "\($0.key): \($0.value)" }.joined(separator: "  "))
    if !verdict.judged.isEmpty {
      lines.append("")
      lines.append("  thresholds")
      for judged in verdict.judged {
        lines.append(
          "    \(judged.holds ? "ok  " : "FAIL") \(judged.threshold.text)  (\(judged.actualText))")
      }
    }
    lines += Self.witnesses(result)
    if result.requests > 0 {
      lines.append("")
      lines.append(
        "  generator: \(Fixed(result.processorSeconds * 1e6 / Double(result.requests), 1)) µs CPU "
          + "a request, \(result.tally.connections.openMax) connections at most")
    }
    let told = Set(verdict.judged.filter { !$0.holds }.map(\.failure))
    for failure in verdict.failures
    where !told.contains(failure) && !failure.hasPrefix("reconciliation") {
      lines.append("  FAIL \(failure)")
    }
    lines.append(
      "  \(verdict.isValid ? "" : "INVALID RUN, ")"
        + (verdict.exitCode == .held ? "all held" : "exit \(verdict.exitCode.rawValue)"))
    description = lines.joined(separator: "\n") + "\n"
  }

  /// What others said of the same run.
  private static func witnesses(_ result: RunResult) -> [String] {
    var lines: [String] = []
    if let reconciliation = result.reconciliation {
      let count = reconciliation.rows.count + reconciliation.checks.count
      lines.append("")
      lines.append(
        "  reconciliation \(reconciliation.holds ? "ok" : "FAIL"): \(count) numbers compared, "
          + "\(reconciliation.unanswered) requests unanswered")
      for text in reconciliation.disagreements { lines.append("    FAIL \(text)") }
      for note in reconciliation.notes { lines.append("    note: \(note)") }
    }
    let canaries = result.canaries
    if canaries.planted > 0 {
      lines.append(
        "  canaries: \(canaries.planted) planted, \(canaries.own) seen by their owner, "
          + "\(canaries.foreign) by others, in \(canaries.searched) answers")
    }
    if let overhead = result.overhead {
      lines.append(
        "  overhead, medians of \(overhead.count) pairs: \(overhead.told)")
    }
    if let slope = result.memorySlope {
      lines.append("  server memory: \(Fixed(slope, 1)) MB/h")
    }
    return lines
  }

  /// Latency from the intended start, and service time beside it, in milliseconds.
  private static func table(_ result: RunResult) -> [String] {
    var rows = [["ms", "count", "p50", "p95", "p99", "p99.9", "max", "service p99"]]
    var parts = result.mix.map { ($0.operation.name, $0.tally) }
    if parts.count > 1 { parts.append(("all", result.total)) }
    for (name, tally) in parts {
      let latency = tally.histogram(.latency)
      func percentile(_ percent: Double) -> String {
        latency.percentile(percent).map { Milliseconds($0).description } ?? "-"
      }
      let service = tally.histogram(.service).percentile(99)
      rows.append([
        name, "\(tally.finished)", percentile(50), percentile(95), percentile(99),
        percentile(99.9), percentile(100), service.map { Milliseconds($0).description } ?? "-",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { index, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + space : space + cell.0
      }
      return "  " + cells.joined(separator: "  ")
    }
  }
}
