import FoundationEssentials

extension Summary {
  /// Everything a run found, with its verdict.
  package init(_ result: RunResult, _ verdict: Verdict) {
    let total = result.total
    let scenario = result.scenario
    schemaVersion = 1
    self.scenario = scenario.name
    target = "\(scenario.base)"
    startedAt = Date(timeIntervalSince1970: result.startedAt).formatted(.iso8601)
    seed = scenario.seed
    ending = result.ending.rawValue
    exitCode = verdict.exitCode.rawValue
    failures = verdict.failures
    arrival = Arrival(scenario)
    users = scenario.users
    measuredS = result.measured.rounded(decimals: 3)
    requests = Requests(
      planned: result.tally.planned, sentInTime: result.tally.sentInTime,
      finished: total.finished, failed: total.failed, errorRate: result.errorRate(total),
      achievedRate: result.achievedRate,
      perSecond: result.measured > 0
        ? (Double(total.finished) / result.measured).rounded(decimals: 2) : 0,
      bytesReceived: total.bytesReceived, cacheHitRatio: result.cacheHitRatio)
    latencyMs = Latency(total.histogram(.latency))
    serviceMs = Latency(total.histogram(.service))
    operations = zip(result.operations, result.tally.operations)
      .filter { operation, _ in operation.kind != .signUp || scenario.users > 0 }
      .map { OperationPart($0, $1) }
    thresholds = verdict.judged.map {
      ThresholdPart(
        text: $0.threshold.text, reason: $0.threshold.reason, actual: $0.actualText,
        holds: $0.holds)
    }
    reconciliation = result.reconciliation.map { reconciliation in
      ReconciliationPart(
        holds: reconciliation.holds, unanswered: reconciliation.unanswered,
        rows: reconciliation.rows.map {
          .init(
            method: $0.method, route: $0.route, status: $0.status, client: $0.client,
            server: $0.server, holds: $0.holds)
        })
    }
    generator = Generator(
      eventLoops: scenario.eventLoops, cpuSeconds: result.processorSeconds.rounded(decimals: 3),
      cpuUsPerRequest: result.requests > 0
        ? (result.processorSeconds * 1e6 / Double(result.requests)).rounded(decimals: 2) : nil,
      scheduleDelayMs: Latency(result.tally.scheduleDelay),
      loopLagMs: Latency(result.tally.loopLag), faults: result.generatorFaults)
    let counts = result.tally.connections
    connections = Connections(
      opened: counts.opened, failed: counts.failed, openMax: counts.openMax,
      strayReads: counts.stray)
    timeline = result.timeline.map { second in
      let latency = Latency(second.tally.latency)
      return Second(
        atS: second.at.rounded(decimals: 2), sent: second.tally.sent,
        finished: second.tally.finished, failed: second.tally.failed, p50Ms: latency?.p50,
        p95Ms: latency?.p95, p99Ms: latency?.p99, maxMs: latency?.max)
    }
  }
}

extension Summary.Arrival {
  init(_ scenario: Scenario) {
    durationS = scenario.duration.inSeconds
    warmupS = scenario.warmup.inSeconds
    switch scenario.arrival {
    case .open(let rate, let process):
      kind = "open"
      self.rate = rate
      self.process = process.rawValue
    case .closed(let clients):
      kind = "closed"
      self.clients = clients
    }
  }
}

extension Summary.OperationPart {
  init(_ operation: Operation, _ tally: OperationTally) {
    name = operation.name
    method = operation.method
    route = operation.route
    // The sign-up is not measured; what the ledger holds of it is all there is.
    finished = operation.kind == .signUp ? tally.ledger.values.reduce(0, +) : tally.finished
    failed = tally.failed
    let statuses = operation.kind == .signUp ? tally.ledger : tally.statuses
    self.statuses = .init(uniqueKeysWithValues: statuses.map { ("\($0)", $1) })
    failures = .init(uniqueKeysWithValues: tally.failures.map { ($0.rawValue, $1) })
    cache = .init(uniqueKeysWithValues: tally.cache.map { ($0.rawValue, $1) })
    latencyMs = .init(tally.histogram(.latency))
    serviceMs = .init(tally.histogram(.service))
    firstByteMs = .init(tally.histogram(.firstByte))
    firstDeltaMs = .init(tally.histogram(.firstDelta))
  }
}

extension Summary.Latency {
  init?(_ histogram: LatencyHistogram) {
    guard let mean = histogram.mean else { return nil }
    func milliseconds(_ percent: Double) -> Double {
      ((histogram.percentile(percent) ?? 0) * 1000).rounded(decimals: 4)
    }
    count = histogram.count
    min = (Double(histogram.min) / 1e6).rounded(decimals: 4)
    self.mean = (mean * 1000).rounded(decimals: 4)
    p50 = milliseconds(50)
    p90 = milliseconds(90)
    p95 = milliseconds(95)
    p99 = milliseconds(99)
    p999 = milliseconds(99.9)
    max = (Double(histogram.max) / 1e6).rounded(decimals: 4)
  }
}

extension Double {
  func rounded(decimals: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
