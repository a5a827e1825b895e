import NIOCore

/// Puts the same question straight to a worker and through the gateway, in turn: what lies between
/// is what the gateway costs.
struct OverheadRun {
  private let scenario: Scenario
  private let worker: TargetURL
  private let group: any EventLoopGroup

  private static let metric = "phoenix_gateway_overhead_seconds"
  private static let route = "/api/chat/message"

  init(_ scenario: Scenario, worker: TargetURL, on group: any EventLoopGroup) {
    self.scenario = scenario
    self.worker = worker
    self.group = group
  }

  /// - Parameter scrape: reads the gateway's metrics.
  func execute(
    _ scrape: () async throws -> MetricsSnapshot
  ) async throws -> Overhead {
    let gateway = try await SerialClient.make(scenario.base, on: group)
    let direct = try await SerialClient.make(worker, on: group)
    let outcome: Result<Overhead, any Error>
    do { outcome = .success(try await measure(gateway, direct, scrape)) } catch {
      outcome = .failure(error)
    }
    try await gateway.close()
    try await direct.close()
    return try outcome.get()
  }

  private func measure(
    _ gateway: SerialClient, _ direct: SerialClient, _ scrape: () async throws -> MetricsSnapshot
  ) async throws -> Overhead {
    let cookie = try await signUp(gateway)
    let questions = scenario.questions.prefix(8).map {
      "{\"message\":\(JSONString.quoted($0))}"
    }
    // Both ways must find the answer in a cache, or the making of it would be compared.
    for question in questions {
      _ = try await ask(gateway, Self.route, question, cookie)
      _ = try await ask(direct, "/api/chat/send", question, "")
    }
    let before = try await scrape()
    var pairs: [(through: Double, direct: Double, timing: ServerTiming)] = []
    for number in 0..<scenario.overheadPairs {
      let question = questions[number % questions.count]
      // Whoever comes second finds warmer caches, so the two take turns.
      let isDirectFirst = number % 2 == 0
      var straight = isDirectFirst ? try await ask(direct, "/api/chat/send", question, "") : nil
      let through = try await ask(gateway, Self.route, question, cookie)
      if straight == nil { straight = try await ask(direct, "/api/chat/send", question, "") }
      guard let straight, let timing = through.timing else {
        throw LoadRunError.noOverhead("an answer of the gateway has no Server-Timing")
      }
      pairs.append((Double(through.service) / 1e9, Double(straight.service) / 1e9, timing))
    }
    let after = try await scrape()
    return try overhead(pairs, before, after)
  }

  private func overhead(
    _ pairs: [(through: Double, direct: Double, timing: ServerTiming)],
    _ before: MetricsSnapshot, _ after: MetricsSnapshot
  ) throws -> Overhead {
    let labels = ["route": Self.route]
    func growth(_ suffix: String) -> Double {
      (after.sum(Self.metric + suffix, labels) ?? 0)
        - (before.sum(Self.metric + suffix, labels) ?? 0)
    }
    let counted = Int(growth("_count").rounded())
    guard counted == pairs.count else {
      throw LoadRunError.noOverhead(
        "\(Self.metric) counts \(counted) requests where \(pairs.count) were sent")
    }
    func median(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
    return Overhead(
      histogram: middleBucket(before, after, labels),
      timing: median(pairs.map { Double($0.timing.overhead) / 1e9 }),
      pairs: median(pairs.map { $0.through - $0.direct - Double($0.timing.db) / 1e9 }),
      direct: median(pairs.map(\.direct)), through: median(pairs.map(\.through)),
      count: pairs.count)
  }

  /// The edges around the median of what was observed between the two scrapes.
  private func middleBucket(
    _ before: MetricsSnapshot, _ after: MetricsSnapshot, _ labels: [String: String]
  ) -> ClosedRange<Double> {
    let earlier = Dictionary(
      before.buckets(Self.metric, labels).map { ($0.edge, $0.count) }, uniquingKeysWith: +)
    let counts = after.buckets(Self.metric, labels).map {
      (edge: $0.edge, count: $0.count - (earlier[$0.edge] ?? 0))
    }
    let half = (counts.last?.count ?? 0) / 2
    var low = 0.0
    for bucket in counts {
      if bucket.count >= half { return low...max(low, bucket.edge) }
      low = bucket.edge
    }
    return low...low
  }

  private func signUp(_ gateway: SerialClient) async throws -> String {
    let name = String(UInt32.random(in: 0 ... .max), radix: 16)
    let answer = try await gateway.post(
      Operation.signUpRoute,
      "{\"email\":\"paires-\(name)@exemple.fr\",\"password\":\"phrase de passe \(name)\"}")
    guard answer.status == 201 else {
      throw LoadRunError.signUpRefused("sign-up: status \(answer.status), not 201")
    }
    var jar = CookieJar()
    for cookie in answer.setCookies { jar.set(cookie) }
    return "Cookie: \(jar.header)\r\n"
  }

  private func ask(
    _ client: SerialClient, _ path: String, _ body: String, _ fields: String
  ) async throws -> SerialClient.Answer {
    let answer = try await client.post(path, body, fields: fields)
    guard answer.status == 200 else {
      throw LoadRunError.noOverhead("\(path) answers \(answer.status)")
    }
    return answer
  }
}
