import FoundationEssentials

/// Where a run's witnesses are asked.
package struct Witnesses: Sendable {
  /// The gateway's admin listener.
  package var admin: TargetURL?
  /// Workers, whose internal port has their metrics.
  package var workers: [TargetURL]
  /// The simulator's side port, with what it was asked and what it counted.
  package var simulator: TargetURL?
  /// The gateway's `request.log`.
  package var requestLog: String?

  package init(
    admin: TargetURL? = nil, workers: [TargetURL] = [], simulator: TargetURL? = nil,
    requestLog: String? = nil
  ) {
    self.admin = admin
    self.workers = workers
    self.simulator = simulator
    self.requestLog = requestLog
  }
}

/// What the witnesses said at one moment.
package struct Evidence: Sendable {
  package var gateway: MetricsSnapshot
  /// In the witnesses' order; nil for a worker that did not answer.
  package var workers: [MetricsSnapshot?]
  package var simulator: SimulatorCounts?
  package var log: RequestLogReader.Lines?

  package init(
    gateway: MetricsSnapshot, workers: [MetricsSnapshot?] = [], simulator: SimulatorCounts? = nil,
    log: RequestLogReader.Lines? = nil
  ) {
    self.gateway = gateway
    self.workers = workers
    self.simulator = simulator
    self.log = log
  }
}

/// What the Gemini simulator counted since it started.
///
/// Read from its side port: a JSON object with `calls`, and with `tokens` as a number or as an
/// object of numbers by kind.
package struct SimulatorCounts: Sendable, Equatable, Decodable {
  package let calls: Int
  package let tokens: Int

  private enum CodingKeys: String, CodingKey { case calls, tokens }

  package init(calls: Int, tokens: Int) {
    self.calls = calls
    self.tokens = tokens
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    calls = try Self.sum(values, .calls)
    tokens = try Self.sum(values, .tokens)
  }

  private static func sum(
    _ values: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
  ) throws -> Int {
    if let number = try? values.decode(Int.self, forKey: key) { return number }
    let parts = try values.decode([String: Int].self, forKey: key)
    return parts["total"] ?? parts.values.reduce(0, +)
  }
}
