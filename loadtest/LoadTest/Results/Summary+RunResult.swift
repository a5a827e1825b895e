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
    isValid = verdict.isValid
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
      .filter { operation, _ in operation != scenario.entrance || scenario.users > 0 }
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
        },
        checks: reconciliation.checks.map {
          .init(
            subject: $0.subject, ours: $0.ours.who, oursValue: $0.ours.what,
            theirs: $0.theirs.who, theirsValue: $0.theirs.what, allowance: $0.allowance,
            holds: $0.holds)
        }, notes: reconciliation.notes)
    }
    canaries = CanaryPart(result.canaries)
    overhead = result.overhead.map { OverheadPart($0) }
    server = ServerPart(result)
    generator = Generator(
      eventLoops: scenario.eventLoops, cpuSeconds: result.processorSeconds.rounded(decimals: 3),
      cpuUsPerRequest: result.requests > 0
        ? (result.processorSeconds * 1e6 / Double(result.requests)).rounded(decimals: 2) : nil,
      scheduleDelayMs: Latency(result.tally.scheduleDelay),
      loopLagMs: Latency(result.tally.loopLag), faults: result.generatorFaults)
    let counts = result.tally.connections
    connections = Connections(
      opened: counts.opened, failed: counts.failed, openMax: counts.openMax,
      strayReads: counts.stray, outsideFirstMs: Latency(result.tally.outsideFirst),
      outsideLaterMs: Latency(result.tally.outsideLater))
    timeline = result.timeline.map { second in
      let latency = second.tally.latency
      func milliseconds(_ percent: Double) -> Double? {
        latency.percentile(percent).map { ($0 * 1000).rounded(decimals: 3) }
      }
      return Second(
        atS: second.at.rounded(decimals: 2), sent: second.tally.sent,
        finished: second.tally.finished, failed: second.tally.failed, p50Ms: milliseconds(50),
        p95Ms: milliseconds(95), p99Ms: milliseconds(99), maxMs: milliseconds(100))
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
    case .staged(let profile, let process):
      kind = "staged"
      rate = profile.peak
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
    // The way in is not measured; what the ledger holds of it is all there is.
    let isEntrance = tally.finished == 0
    finished = isEntrance ? tally.ledger.values.reduce(0, +) : tally.finished
    failed = tally.failed
    let statuses = isEntrance ? tally.ledger : tally.statuses
    self.statuses = .init(uniqueKeysWithValues: statuses.map { ("\($0)", $1) })
    failures = .init(uniqueKeysWithValues: tally.failures.map { ($0.rawValue, $1) })
    cache = .init(uniqueKeysWithValues: tally.cache.map { ($0.rawValue, $1) })
    latencyMs = .init(tally.histogram(.latency))
    serviceMs = .init(tally.histogram(.service))
    firstByteMs = .init(tally.histogram(.firstByte))
    firstDeltaMs = .init(tally.histogram(.firstDelta))
    serverTimingMs = .init(tally.stages)
    left = tally.left
    outsideMs = .init(tally.outside)
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

extension Summary.Stages {
  init?(_ sums: StageSums) {
    guard sums.count > 0 else { return nil }
    func milliseconds(_ stage: KeyPath<StageSums, Double>) -> Double {
      ((sums.mean(stage) ?? 0) * 1000).rounded(decimals: 4)
    }
    self.init(
      count: sums.count, auth: milliseconds(\.auth), db: milliseconds(\.db),
      queue: milliseconds(\.queue), ai: milliseconds(\.ai), total: milliseconds(\.total),
      overhead: milliseconds(\.overhead))
  }
}

extension Summary.OverheadPart {
  init(_ overhead: Overhead) {
    func milliseconds(_ seconds: Double) -> Double { (seconds * 1000).rounded(decimals: 4) }
    self.init(
      pairs: overhead.count, histogramFromMs: milliseconds(overhead.histogram.lowerBound),
      histogramToMs: milliseconds(min(overhead.histogram.upperBound, 1e6)),
      serverTimingMs: milliseconds(overhead.timing), pairedMs: milliseconds(overhead.pairs),
      directMs: milliseconds(overhead.direct),
      throughMs: milliseconds(overhead.through), holds: overhead.disagreement == nil)
  }
}

extension Summary.CanaryPart {
  init?(_ tally: CanaryTally) {
    guard tally.searched > 0 else { return nil }
    self.init(
      planted: tally.planted, answersSearched: tally.searched, ownSeen: tally.own,
      foreignSeen: tally.foreign, examples: tally.examples)
  }
}

extension Summary.ServerPart {
  init?(_ result: RunResult) {
    guard !result.samples.isEmpty else { return nil }
    self.init(
      memorySlopeMbPerHour: result.memorySlope?.rounded(decimals: 2),
      samples: result.samples.map {
        Moment(
          atS: $0.at.rounded(decimals: 2),
          residentMb: ($0.residentBytes / 1_048_576).rounded(decimals: 2),
          cpuSeconds: $0.cpuSeconds.rounded(decimals: 3), requests: Int($0.requests),
          inFlight: Int($0.inFlight))
      })
  }
}

extension Double {
  func rounded(decimals: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
