package import FoundationEssentials

/// `summary.json`: a run for machines. Latencies are milliseconds; names never change meaning.
package struct Summary: Codable, Sendable {
  /// When requests started: `open` with a rate, `staged` with the greatest of its rates, `closed`
  /// with clients.
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

  /// Means of what `Server-Timing` told, in milliseconds.
  package struct Stages: Codable, Sendable {
    package var count: Int
    package var auth: Double
    package var db: Double
    package var queue: Double
    package var ai: Double
    package var total: Double
    /// `total` less `db` and `ai`.
    package var overhead: Double
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
    package var serverTimingMs: Stages?
    /// Requests that the client left on purpose; neither failed nor timed.
    package var left: Int?
    /// What requests took beyond the time that their answers tell: the way, and waiting for either
    /// program to have its turn.
    package var outsideMs: Latency?
  }

  /// What the gateway costs a question, told three ways, in milliseconds.
  package struct OverheadPart: Codable, Sendable {
    package var pairs: Int
    /// Edges of the bucket of `phoenix_gateway_overhead_seconds` that holds the median.
    package var histogramFromMs: Double
    package var histogramToMs: Double
    /// Medians: `total - db - ai` of `Server-Timing`, and through less direct less `db`.
    package var serverTimingMs: Double
    package var pairedMs: Double
    package var directMs: Double
    package var throughMs: Double
    package var holds: Bool
  }

  /// Canaries: one user's word seen in another's answer fails the run.
  package struct CanaryPart: Codable, Sendable {
    package var planted: Int
    package var answersSearched: Int
    package var ownSeen: Int
    package var foreignSeen: Int
    package var examples: [String]
  }

  /// The server's account of itself over the run.
  package struct ServerPart: Codable, Sendable {
    /// One moment; MiB and CPU seconds since its start.
    package struct Moment: Codable, Sendable {
      package var atS: Double
      package var residentMb: Double
      package var cpuSeconds: Double
      package var requests: Int
      package var inFlight: Int
    }
    package var memorySlopeMbPerHour: Double?
    package var samples: [Moment]
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
    /// Time that the server does not count, of requests that were the first on their connection
    /// and of all later ones.
    package var outsideFirstMs: Latency?
    package var outsideLaterMs: Latency?
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
    /// One number of another witness.
    package struct CheckPart: Codable, Sendable {
      package var subject: String
      package var ours: String
      package var oursValue: String
      package var theirs: String
      package var theirsValue: String
      package var allowance: String?
      package var holds: Bool
    }
    package var holds: Bool
    package var unanswered: Int
    package var rows: [Row]
    package var checks: [CheckPart]
    package var notes: [String]
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
  /// False where the generator fell behind, so that the figures do not speak of the target.
  package var isValid: Bool
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
  package var canaries: CanaryPart?
  package var overhead: OverheadPart?
  package var server: ServerPart?
  package var generator: Generator
  package var connections: Connections
  package var timeline: [Second]

  /// Reads what ``json()`` wrote.
  package init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Summary.self, from: json)
  }

  /// UTF-8 JSON with sorted keys in snake_case.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
