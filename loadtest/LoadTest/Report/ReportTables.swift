/// The tables of the report.
struct ReportTables {
  private let summary: Summary
  private let earlier: Summary?

  init(_ summary: Summary, _ baseline: Summary?) {
    self.summary = summary
    earlier = baseline
  }

  var thresholds: String {
    guard !summary.thresholds.isEmpty else { return "" }
    let rows = summary.thresholds.map { item in
      [
        "<code>\(XMLText.escaped(item.text))</code>"
          + (item.reason.map { "<br><span class=\"note\">\(XMLText.escaped($0))</span>" } ?? ""),
        XMLText.escaped(item.actual), Self.mark(item.holds),
      ]
    }
    return "<h2>Promises</h2>" + Self.table(["promise", "measured", ""], rows)
  }

  var operations: String {
    let rows = summary.operations.map { item in
      [
        XMLText.escaped(item.name), "\(item.finished)", "\(item.failed)",
        Self.ms(item.latencyMs?.p50), Self.ms(item.latencyMs?.p95), Self.ms(item.latencyMs?.p99),
        Self.ms(item.latencyMs?.max), Self.ms(item.serviceMs?.p99), Self.ms(item.firstByteMs?.p95),
      ]
    }
    return "<h2>Operations</h2>"
      + Self.table(
        [
          "ms", "requests", "failed", "p50", "p95", "p99", "max", "service p99", "first byte p95",
        ], rows)
  }

  var errors: String {
    var rows: [[String]] = []
    for operation in summary.operations {
      for (status, count) in operation.statuses.sorted(by: { $0.key < $1.key })
      where status >= "400" {
        rows.append([XMLText.escaped(operation.name), "status \(status)", "\(count)"])
      }
      for (kind, count) in operation.failures.sorted(by: { $0.key < $1.key }) where kind != "status"
      {
        let meaning = FailureKind(rawValue: kind)?.explanation ?? kind
        rows.append([
          XMLText.escaped(operation.name), XMLText.escaped("\(kind): \(meaning)"), "\(count)",
        ])
      }
    }
    guard !rows.isEmpty else { return "" }
    return "<h2>Errors</h2>" + Self.table(["operation", "kind", "requests"], rows, text: [1])
  }

  var overhead: String {
    guard let part = summary.overhead else { return "" }
    let rows = [
      [
        "<code>phoenix_gateway_overhead_seconds</code>, median's bucket",
        "\(Self.ms(part.histogramFromMs)) to \(Self.ms(part.histogramToMs))",
      ],
      ["<code>Server-Timing</code>: total − db − ai, median", Self.ms(part.serverTimingMs)],
      ["pairs: through − direct − db, median", Self.ms(part.pairedMs)],
      ["straight to the worker, median", Self.ms(part.directMs)],
      ["through the gateway, median", Self.ms(part.throughMs)],
    ]
    return "<h2>What the gateway adds, told three ways \(Self.mark(part.holds))</h2>"
      + Self.table(["\(part.pairs) questions, each asked both ways in turn", "ms"], rows)
  }

  var reconciliation: String {
    guard let part = summary.reconciliation else { return "" }
    var rows = part.rows.map { row in
      [
        XMLText.escaped("\(row.method) \(row.route) \(row.status.map(String.init) ?? "in all")"),
        "client <b>\(row.client)</b>", "server <b>\(row.server)</b>", Self.mark(row.holds),
      ]
    }
    rows += part.checks.map { check in
      [
        XMLText.escaped(check.subject)
          + (check.allowance.map { "<br><span class=\"note\">\(XMLText.escaped($0))</span>" } ?? ""),
        XMLText.escaped(check.ours) + " <b>\(XMLText.escaped(check.oursValue))</b>",
        XMLText.escaped(check.theirs) + " <b>\(XMLText.escaped(check.theirsValue))</b>",
        Self.mark(check.holds),
      ]
    }
    let notes = part.notes.map { "<p class=\"note\">Not compared: \(XMLText.escaped($0))</p>" }
    return "<h2>The same numbers, told by others \(Self.mark(part.holds))</h2>"
      + Self.table(["", "one says", "another says", ""], rows) + notes.joined()
  }

  var generator: String {
    let part = summary.generator
    var rows = [
      ["event loops", "\(part.eventLoops)"], ["CPU seconds", "\(Fixed(part.cpuSeconds, 2))"],
    ]
    if let cost = part.cpuUsPerRequest { rows.append(["CPU µs a request", "\(Fixed(cost, 1))"]) }
    rows.append(["schedule delay p99, ms", Self.ms(part.scheduleDelayMs?.p99)])
    rows.append(["event loop lag p99, ms", Self.ms(part.loopLagMs?.p99)])
    rows.append(["connections opened", "\(summary.connections.opened)"])
    rows.append(["connections at once, at most", "\(summary.connections.openMax)"])
    rows.append(["connections that failed", "\(summary.connections.failed)"])
    return "<h2>The load tester itself \(Self.mark(summary.isValid))</h2>"
      + Self.table(["", ""], rows)
  }

  var baseline: String {
    guard let earlier else { return "" }
    var rows: [[String]] = []
    func compare(_ name: String, _ now: Double?, _ then: Double?, lowerIsBetter: Bool = true) {
      guard let now, let then else { return }
      let change = then > 0 ? (now - then) / then : 0
      let isWorse = lowerIsBetter ? change > 0.1 : change < -0.1
      let isBetter = lowerIsBetter ? change < -0.1 : change > 0.1
      let style = isWorse ? " class=\"bad\"" : isBetter ? " class=\"good\"" : ""
      rows.append([
        XMLText.escaped(name), "\(Fixed(then, 2))", "\(Fixed(now, 2))",
        "<span\(style)>\(change >= 0 ? "+" : "")\(Fixed(change * 100, 1)) %</span>",
      ])
    }
    compare(
      "requests a second", summary.requests.perSecond, earlier.requests.perSecond,
      lowerIsBetter: false)
    compare(
      "errors, %", summary.requests.errorRate.map { $0 * 100 },
      earlier.requests.errorRate.map { $0 * 100 })
    for operation in summary.operations {
      let then = earlier.operations.first { $0.name == operation.name }
      compare("\(operation.name) p50, ms", operation.latencyMs?.p50, then?.latencyMs?.p50)
      compare("\(operation.name) p99, ms", operation.latencyMs?.p99, then?.latencyMs?.p99)
    }
    return "<h2>Beside the run of \(XMLText.escaped(earlier.startedAt))</h2>"
      + Self.table(["", "then", "now", "change"], rows)
  }

  private static func ms(_ value: Double?) -> String {
    value.map { Milliseconds($0 / 1000).description } ?? "–"
  }

  private static func mark(_ holds: Bool) -> String {
    holds ? "<span class=\"good\">✓ ok</span>" : "<span class=\"bad\">✗ failed</span>"
  }

  /// - Parameter text: columns to align as text; the first always is.
  private static func table(
    _ head: [String], _ rows: [[String]], text: Set<Int> = []
  ) -> String {
    func line(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.enumerated().map { index, cell in
          "<\(tag)\(text.contains(index) ? " class=\"text\"" : "")>\(cell)</\(tag)>"
        }.joined() + "</tr>"
    }
    return "<div class=\"scroll\"><table><thead>\(line(head, "th"))</thead><tbody>"
      + rows.map { line($0, "td") }.joined() + "</tbody></table></div>"
  }
}
