/// Everything counted of one operation on one event loop; tallies of loops add up.
package struct OperationTally: Sendable {
  /// Responses by status, and failures by kind, of the measured requests.
  package private(set) var statuses: [Int: Int] = [:]
  package private(set) var failures: [FailureKind: Int] = [:]
  package private(set) var finished = 0
  package private(set) var failed = 0
  package private(set) var bytesReceived = 0
  /// One for each phase and cache result; in an array, since this is the run's hottest line.
  private var latencies = Array(
    repeating: LatencyHistogram(), count: LatencyPhase.allCases.count * CacheClass.allCases.count)
  package private(set) var cache: [CacheClass: Int] = [:]
  /// Responses by status of every request, sign-up and warm-up included: the server counts all.
  package private(set) var ledger: [Int: Int] = [:]
  /// Between these lie the durations that the server counted, of all that was sent: what answers
  /// tell, and what passed here. What was cut had no end to tell, and is the same in both.
  package private(set) var servedLeast = LatencyHistogram()
  package private(set) var servedMost = LatencyHistogram()
  /// The difference, where an answer told.
  package private(set) var outside = LatencyHistogram()
  /// Cache results of all complete answers, and tokens that answers say they spent.
  package private(set) var servedCache: [CacheClass: Int] = [:]
  package private(set) var usage = TokenUsage()
  /// Chat answers that came but not as they should: the server may count them either way.
  package private(set) var doubtful = 0
  package private(set) var canaries = CanaryTally()
  package private(set) var stages = StageSums()
  /// Requests that were sent but whose answer this side did not see to its end.
  package private(set) var unanswered = 0
  /// Those of them whose answer had begun, so that the server must have counted them.
  package private(set) var begun = 0
  /// Measured requests that the client left on purpose.
  package private(set) var left = 0

  package init() {}

  /// Weighs a finished request.
  ///
  /// - Returns: what was wrong with it.
  mutating func record(
    _ exchange: Exchange, of operation: Operation, isMeasured: Bool
  ) -> FailureKind? {
    let status = exchange.head?.status
    let failure = judge(exchange, operation)
    if operation.plantsCanary, exchange.sent > 0 { canaries.planted += 1 }
    if let status, exchange.failure.map({ !$0.isCut && !$0.isUnsent }) ?? true {
      ledger[status, default: 0] += 1
      if let outside = exchange.outside { self.outside.record(outside) }
      weighAnswer(exchange, operation, isGood: failure == nil)
    } else if exchange.sent > 0 {
      unanswered += 1
      if exchange.head != nil { begun += 1 }
    }
    if exchange.sent > 0 {
      servedLeast.record(exchange.served.least)
      servedMost.record(exchange.served.most)
    }
    guard isMeasured else { return failure == .left ? nil : failure }

    if let timing = exchange.head?.timing { stages.add(timing) }
    finished += 1
    bytesReceived += exchange.bytesReceived
    if let status { statuses[status, default: 0] += 1 }
    if failure == .left {
      left += 1
      return nil
    }
    if let failure {
      failed += 1
      failures[failure, default: 0] += 1
    }
    let cache = exchange.head?.cache ?? .none
    if status != nil, operation.isChat { self.cache[cache, default: 0] += 1 }
    // Whoever waited until the end waited at least so long: leaving them out would flatter.
    let waited =
      failure == nil || failure == .status || failure == .timeout
      || failure == .queueTimeout || failure == .streamError
    guard waited else { return failure }
    observe(.latency, cache, exchange.finished - exchange.intended)
    guard exchange.sent > 0, exchange.failure == nil else { return failure }
    observe(.service, cache, exchange.finished - exchange.sent)
    observe(.firstByte, cache, exchange.firstByte - exchange.intended)
    if exchange.firstDelta > 0 {
      observe(.firstDelta, cache, exchange.firstDelta - exchange.intended)
    }
    return failure
  }

  /// What is wrong with a request that has ended; a body is searched for canaries whatever its
  /// status, since an error page may leak too.
  private mutating func judge(_ exchange: Exchange, _ operation: Operation) -> FailureKind? {
    let failure = exchange.failure ?? operation.failure(of: exchange)
    guard !exchange.body.isEmpty else { return failure }
    canaries.searched += 1
    if exchange.isBodyCut { canaries.cut += 1 }
    let sighting = Canary.look(in: exchange.body, own: exchange.user?.canary)
    canaries.own += sighting.own
    guard let foreign = sighting.firstForeign else { return failure }
    canaries.foreign += sighting.foreign
    if canaries.examples.count < CanaryTally.examplesMax {
      let reader = exchange.user.map { "user \($0.number)" } ?? "nobody"
      canaries.examples.append("\(operation.name): \(reader) was shown \(foreign)")
    }
    return .foreignCanary
  }

  private mutating func weighAnswer(
    _ exchange: Exchange, _ operation: Operation, isGood: Bool
  ) {
    guard operation.isChat || operation.kind == .analyze else { return }
    guard isGood else {
      // What was refused asked nobody.
      if !(400..<500).contains(exchange.head?.status ?? 0) { doubtful += 1 }
      return
    }
    if operation.isChat { servedCache[exchange.head?.cache ?? .none, default: 0] += 1 }
    if let spent = TokenUsage(exchange.body) { usage.add(spent) }
  }

  private mutating func observe(
    _ phase: LatencyPhase, _ cache: CacheClass, _ nanoseconds: UInt64
  ) {
    latencies[Self.place(phase, cache)].record(nanoseconds)
  }

  /// Counts what the other counted too.
  package mutating func add(_ other: OperationTally) {
    statuses.merge(other.statuses, uniquingKeysWith: +)
    failures.merge(other.failures, uniquingKeysWith: +)
    cache.merge(other.cache, uniquingKeysWith: +)
    ledger.merge(other.ledger, uniquingKeysWith: +)
    finished += other.finished
    failed += other.failed
    bytesReceived += other.bytesReceived
    unanswered += other.unanswered
    begun += other.begun
    left += other.left
    servedLeast.add(other.servedLeast)
    servedMost.add(other.servedMost)
    outside.add(other.outside)
    servedCache.merge(other.servedCache, uniquingKeysWith: +)
    usage.add(other.usage)
    doubtful += other.doubtful
    canaries.add(other.canaries)
    stages.add(other.stages)
    for place in latencies.indices { latencies[place].add(other.latencies[place]) }
  }

  /// One phase's durations, of one cache result or of all.
  package func histogram(_ phase: LatencyPhase, _ cache: CacheClass? = nil) -> LatencyHistogram {
    var merged = LatencyHistogram()
    for found in CacheClass.allCases where cache == nil || cache == found {
      merged.add(latencies[Self.place(phase, found)])
    }
    return merged
  }

  private static func place(_ phase: LatencyPhase, _ cache: CacheClass) -> Int {
    phase.index * CacheClass.allCases.count + cache.index
  }
}

extension Operation {
  /// What is wrong with an answer that arrived whole.
  func failure(of exchange: Exchange) -> FailureKind? {
    guard let head = exchange.head else { return .closed }
    if let expectedStatus {
      if head.status != expectedStatus { return .status }
    } else if head.status >= 400 {
      return .status
    }
    guard isStream else { return nil }
    switch exchange.stream?.ending ?? .incomplete {
    case .done: return nil
    case .error: return .streamError
    case .incomplete: return .streamIncomplete
    }
  }
}
