package import FoundationEssentials

/// `summary.json`: a run for machines. Latencies are milliseconds; names never change meaning.
package struct Summary: Codable, Sendable {
  /// When requests started: `open` with a rate, `closed` with clients.
  package struct Arrival: Codable, Sendable {
    package var kind: String
    package var rate: Double?
    package var process: String?
    package var clients: Int?
    package var durationS: Double
    package var warmupS: Double
  }

  /// One distribution in milliseconds.
  package struct Latency: Codable, Sendable {
    package var count: Int
    package var min: Double
    package var mean: Double
    package var p50: Double
    package var p90: Double
    package var p95: Double
    package var p99: Double
    package var p999: Double
    package var max: Double
  }

  /// All operations of the mix together.
  package struct Requests: Codable, Sendable {
    package var planned: Int
    package var sentInTime: Int
    package var finished: Int
    package var failed: Int
    package var errorRate: Double?
    package var achievedRate: Double?
    package var perSecond: Double
    package var bytesReceived: Int
    package var cacheHitRatio: Double?
  }

  /// One operation; the sign-up is listed with its statuses alone.
  package struct OperationPart: Codable, Sendable {
    package var name: String
    package var method: String
    package var route: String?
    package var finished: Int
    package var failed: Int
    package var statuses: [String: Int]
    package var failures: [String: Int]
    package var cache: [String: Int]
    package var latencyMs: Latency?
    package var serviceMs: Latency?
    package var firstByteMs: Latency?
    package var firstDeltaMs: Latency?
  }

  /// What the tester itself cost, and whether it kept up.
  package struct Generator: Codable, Sendable {
    package var eventLoops: Int
    package var cpuSeconds: Double
    package var cpuUsPerRequest: Double?
    package var scheduleDelayMs: Latency?
    package var loopLagMs: Latency?
    package var faults: [String]
  }

  /// What became of the connections.
  package struct Connections: Codable, Sendable {
    package var opened: Int
    package var failed: Int
    package var openMax: Int
    package var strayReads: Int
  }

  /// One promise and what was measured.
  package struct ThresholdPart: Codable, Sendable {
    package var text: String
    package var reason: String?
    package var actual: String
    package var holds: Bool
  }

  /// The server's counts beside ours.
  package struct ReconciliationPart: Codable, Sendable {
    /// One number told twice.
    package struct Row: Codable, Sendable {
      package var method: String
      package var route: String
      package var status: Int?
      package var client: Int
      package var server: Int
      package var holds: Bool
    }
    package var holds: Bool
    package var unanswered: Int
    package var rows: [Row]
  }

  /// One second of the run, warm-up included.
  package struct Second: Codable, Sendable {
    package var atS: Double
    package var sent: Int
    package var finished: Int
    package var failed: Int
    package var p50Ms: Double?
    package var p95Ms: Double?
    package var p99Ms: Double?
    package var maxMs: Double?
  }

  /// Counts up when a name changes its meaning or goes.
  package var schemaVersion: Int
  package var scenario: String
  package var target: String
  package var startedAt: String
  package var seed: UInt64
  package var ending: String
  package var exitCode: Int32
  package var failures: [String]
  package var arrival: Arrival
  package var users: Int
  package var measuredS: Double
  package var requests: Requests
  package var latencyMs: Latency?
  package var serviceMs: Latency?
  package var operations: [OperationPart]
  package var thresholds: [ThresholdPart]
  package var reconciliation: ReconciliationPart?
  package var generator: Generator
  package var connections: Connections
  package var timeline: [Second]

  /// UTF-8 JSON with sorted keys in snake_case.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
