/// Compares what we saw with what every witness says of the same run.
///
/// Pure: two moments' evidence and our own account in, the comparison out. Each number that two
/// parties tell must be one number; where a cut request or a second try may rightly make a
/// difference, the difference is bounded and the bound is told.
package struct Auditor {
  /// What the run's own side saw.
  package struct Account: Sendable {
    /// The scenario's operations and, last, what brought the users in.
    package var operations: [Operation]
    package var tally: LoopTally
    /// What the server must have counted, by operation: in the last 270 s and in the last 300 s.
    package var windows: [[Int: ServedSketch]]

    package init(operations: [Operation], tally: LoopTally, windows: [[Int: ServedSketch]]) {
      self.operations = operations
      self.tally = tally
      self.windows = windows
    }
  }

  private let account: Account
  private let before: Evidence
  private let after: Evidence
  private var checks: [Check] = []
  private var notes: [String] = []

  package static func compare(
    _ account: Account, before: Evidence, after: Evidence
  ) -> Reconciliation {
    var auditor = Auditor(account: account, before: before, after: after)
    var result = auditor.counts()
    auditor.quantiles()
    auditor.cache()
    auditor.tokens()
    auditor.log()
    auditor.workers()
    auditor.simulator()
    auditor.canaries()
    result.checks = auditor.checks
    result.notes = auditor.notes
    return result
  }

  private init(account: Account, before: Evidence, after: Evidence) {
    self.account = account
    self.before = before
    self.after = after
  }

  // MARK: Requests

  private var served: RequestCounts { after.gateway.counts.since(before.gateway.counts) }

  private func counts() -> Reconciliation {
    var client = RequestCounts()
    var unanswered: [RequestCounts.Route: Reconciliation.Cut] = [:]
    for (operation, tally) in zip(account.operations, account.tally.operations) {
      guard let name = operation.route else { continue }
      let route = RequestCounts.Route(operation.method, name)
      for (status, count) in tally.ledger { client.add(count, route, status: status) }
      guard tally.unanswered > 0 else { continue }
      unanswered[route, default: .init()].all += tally.unanswered
      unanswered[route, default: .init()].begun += tally.begun
    }
    return Reconciliation(client: client, server: served, unanswered: unanswered)
  }

  private mutating func quantiles() {
    var routes: [RequestCounts.Route: [Int]] = [:]
    for (index, operation) in account.operations.enumerated() {
      guard let name = operation.route else { continue }
      routes[.init(operation.method, name), default: []].append(index)
    }
    for (route, indices) in routes.sorted(by: { $0.key < $1.key }) {
      var least = LatencyHistogram()
      var most = LatencyHistogram()
      for index in indices {
        least.add(account.tally.operations[index].servedLeast)
        most.add(account.tally.operations[index].servedMost)
      }
      guard most.count >= QuantileCheck.requestsLeast else { continue }
      let check = QuantileCheck(subject: "\(route.method) \(route.route)")
      let labels = ["route": route.route, "method": route.method]
      let buckets = change(of: "phoenix_http_request_duration_seconds", labels)
      for quantile in QuantileCheck.quantiles {
        if let found = check.inBucket(quantile, least: least, most: most, buckets) {
          checks.append(found)
        }
      }
      outside(check, indices)
    }
    let whole = Dictionary(grouping: routes, by: \.key.route)
    for (route, all) in whole.sorted(by: { $0.key < $1.key }) {
      window(route, all.flatMap(\.value))
    }
  }

  /// Signing up is left out: with it, passwords are hashed on every core there is.
  private mutating func outside(_ check: QuantileCheck, _ indices: [Int]) {
    guard !indices.contains(account.operations.count - 1) else { return }
    let lag = account.tally.loopLag.percentile(99) ?? 0
    var outside = LatencyHistogram()
    for index in indices { outside.add(account.tally.operations[index].outside) }
    guard outside.count >= QuantileCheck.requestsLeast else { return }
    for quantile in QuantileCheck.outsideQuantiles {
      if let found = check.outside(quantile, outside, lag: lag) { checks.append(found) }
    }
  }

  /// The summary has no method label and forgets after five minutes: it is ours to compare only
  /// where nobody else asked for the route in that time. Sign-ups are before the windows.
  private mutating func window(_ route: String, _ indices: [Int]) {
    let name = "phoenix_http_request_latency_seconds"
    let labels = ["route": route]
    guard !indices.contains(account.operations.count - 1),
      let theirs = after.gateway.quantile(name, labels, 0.5), theirs.isFinite
    else { return }
    if let earlier = before.gateway.quantile(name, labels, 0.5), earlier.isFinite {
      notes.append("\(route): others asked in the five minutes before; summary not compared")
      return
    }
    let ours = account.windows.map { window in
      indices.reduce(into: ServedSketch()) { $0.add(window[$1] ?? ServedSketch()) }
    }.filter { $0.most.count >= QuantileCheck.requestsLeast }
    let check = QuantileCheck(subject: route)
    for quantile in QuantileCheck.quantiles {
      if let told = after.gateway.quantile(name, labels, quantile),
        let found = check.inWindow(quantile, ours: ours, theirs: told)
      {
        checks.append(found)
      }
    }
  }

  private func change(
    of name: String, _ labels: [String: String]
  ) -> [(edge: Double, count: Double)] {
    let earlier = Dictionary(
      before.gateway.buckets(name, labels).map { ($0.edge, $0.count) }, uniquingKeysWith: +)
    return after.gateway.buckets(name, labels).map { ($0.edge, $0.count - (earlier[$0.edge] ?? 0)) }
  }

  // MARK: Answers

  private var chats: [OperationTally] {
    zip(account.operations, account.tally.operations).filter { $0.0.isChat }.map(\.1)
  }

  /// Answers that the gateway may have counted though we did not see them as they should be.
  private var lost: Int {
    zip(account.operations, account.tally.operations)
      .filter { $0.0.isChat || $0.0.kind == .analyze }
      .reduce(0) { $0 + $1.1.unanswered + $1.1.doubtful }
  }

  private mutating func cache() {
    let name = "phoenix_ai_cache_requests_total"
    let change = difference(name, "result", after.gateway, before.gateway)
    guard !change.isEmpty, !chats.isEmpty else { return }
    var ours: [String: Int] = [:]
    for tally in chats {
      for (result, count) in tally.servedCache { ours[result.rawValue, default: 0] += count }
    }
    let untold = ours.removeValue(forKey: CacheClass.none.rawValue) ?? 0
    if untold > 0 { notes.append("\(untold) chat answers bore no X-Cache") }
    for result in Set(ours.keys).union(change.keys).sorted() {
      checks.append(
        .counts(
          "cache \(result)", ("client", ours[result] ?? 0), ("gateway", change[result] ?? 0),
          slack: lost + untold, because: "answers cut or failed"))
    }
  }

  private static let tokensMetric = "phoenix_gemini_tokens_total"
  private static let callsMetric = "phoenix_gemini_requests_total"

  private var gatewayTokens: Int? { growth(Self.tokensMetric, after.gateway, before.gateway) }

  private mutating func tokens() {
    guard let theirs = gatewayTokens else { return }
    let ours = account.tally.operations.reduce(into: TokenUsage()) { $0.add($1.usage) }
    // A cut answer's tokens are counted and never shown to us: how many, nobody can know.
    checks.append(
      .counts(
        "tokens", ("client", ours.total), ("gateway", theirs), slack: lost > 0 ? .max / 2 : 0,
        because: "\(lost) answers cut or failed"))
  }

  // MARK: Log

  private mutating func log() {
    guard let lines = after.log else { return }
    let dropped = difference(
      "phoenix_request_log_dropped_total", "route", after.gateway, before.gateway)
    let sampled = difference(
      "phoenix_request_log_sampled_total", "route", after.gateway, before.gateway)
    if lines.unreadable > 0 {
      checks.append(
        .counts("request log", ("lines", lines.unreadable), ("readable of these", 0)))
    }
    let counted = served
    for route in Set(counted.byRoute.keys).union(lines.counts.byRoute.keys).sorted() {
      let theirs = counted.byRoute[route] ?? [:]
      let ours = lines.counts.byRoute[route] ?? [:]
      let slack = (dropped[route.route] ?? 0) + (sampled[route.route] ?? 0)
      for status in Set(theirs.keys).union(ours.keys).sorted() {
        let pair = (ours[status] ?? 0, theirs[status] ?? 0)
        if pair == (0, 0) { continue }
        checks.append(
          .counts(
            "request log \(route.method) \(route.route) \(status)", ("lines", pair.0),
            ("gateway", pair.1), slack: slack,
            because: "lines dropped or sampled, and counted as such"))
      }
    }
    if let tokens = gatewayTokens {
      checks.append(
        .counts(
          "request log tokens", ("lines", lines.tokens), ("gateway", tokens),
          slack: (Array(dropped.values) + sampled.values).reduce(0, +) > 0 ? .max / 2 : 0,
          because: "lines dropped or sampled"))
    }
  }

  // MARK: Workers and simulator

  /// Sums over workers; nil where one was away or started anew, since its counts are gone then.
  private func workerGrowth(_ name: String, _ labels: [String: String] = [:]) -> Int? {
    var sum: Int?
    for (now, earlier) in zip(after.workers, before.workers) {
      guard let now, let earlier, isSameProcess(now, earlier) else { return nil }
      if let value = now.sum(name, labels) {
        sum = (sum ?? 0) + Int((value - (earlier.sum(name, labels) ?? 0)).rounded())
      }
    }
    return sum
  }

  private func isSameProcess(_ now: MetricsSnapshot, _ earlier: MetricsSnapshot) -> Bool {
    let name = "process_start_time_seconds"
    return now.value(name) == earlier.value(name)
  }

  private var areWorkersWhole: Bool {
    zip(after.workers, before.workers).allSatisfy { now, earlier in
      guard let now, let earlier else { return false }
      return isSameProcess(now, earlier)
    }
  }

  private mutating func workers() {
    guard !after.workers.isEmpty else { return }
    guard areWorkersWhole else {
      notes.append("a worker ended during the run and took its counts along; not compared")
      return
    }
    let retries = growth("phoenix_ai_retries_total", after.gateway, before.gateway) ?? 0
    let gateway = difference(
      "phoenix_ai_cache_requests_total", "result", after.gateway, before.gateway)
    for result in gateway.keys.sorted() {
      guard let theirs = workerGrowth("phoenix_worker_cache_requests_total", ["result": result])
      else { continue }
      checks.append(
        .counts(
          "cache \(result)", ("gateway", gateway[result] ?? 0), ("workers", theirs),
          slack: retries + lost, because: "second tries, answers cut"))
    }
    if let theirs = workerGrowth("phoenix_worker_gemini_tokens_total"), let ours = gatewayTokens {
      checks.append(
        .counts(
          "tokens", ("gateway", ours), ("workers", theirs),
          slack: retries + lost > 0 ? .max / 2 : 0, because: "second tries, answers cut"))
    }
  }

  private mutating func simulator() {
    guard let now = after.simulator, let earlier = before.simulator else { return }
    let calls = now.calls - earlier.calls
    let tokens = now.tokens - earlier.tokens
    let retries = growth("phoenix_ai_retries_total", after.gateway, before.gateway) ?? 0
    let slack = retries + lost > 0 ? Int.max / 2 : 0
    let reason = "second tries, answers cut"
    if let ours = gatewayTokens {
      checks.append(
        .counts(
          "tokens", ("gateway", ours), ("simulator", tokens), slack: slack, because: reason))
    }
    if let ours = growth(Self.callsMetric, after.gateway, before.gateway) {
      checks.append(
        .counts(
          "Gemini calls", ("gateway", ours), ("simulator", calls), slack: slack, because: reason))
    }
    guard areWorkersWhole else { return }
    if let theirs = workerGrowth("phoenix_worker_gemini_requests_total") {
      checks.append(.counts("Gemini calls", ("workers", theirs), ("simulator", calls)))
    }
    if let theirs = workerGrowth("phoenix_worker_gemini_tokens_total") {
      checks.append(.counts("tokens", ("workers", theirs), ("simulator", tokens)))
    }
  }

  private mutating func canaries() {
    var all = CanaryTally()
    for tally in account.tally.operations { all.add(tally.canaries) }
    guard all.searched > 0 else { return }
    checks.append(
      .counts("foreign canaries", ("allowed", 0), ("\(all.searched) answers", all.foreign)))
    if all.own == 0 {
      notes.append("no answer showed its reader's own canary: the search for others' is unproven")
    }
    if all.cut > 0 { notes.append("\(all.cut) answers were too long to search whole") }
  }

  // MARK: Changes of counters

  private func growth(
    _ name: String, _ now: MetricsSnapshot, _ earlier: MetricsSnapshot
  ) -> Int? {
    now.sum(name).map { Int(($0 - (earlier.sum(name) ?? 0)).rounded()) }
  }

  private func difference(
    _ name: String, _ label: String, _ now: MetricsSnapshot, _ earlier: MetricsSnapshot
  ) -> [String: Int] {
    let before = earlier.sums(name, by: label)
    var change: [String: Int] = [:]
    for (key, value) in now.sums(name, by: label) {
      change[key] = Int((value - (before[key] ?? 0)).rounded())
    }
    return change
  }
}
