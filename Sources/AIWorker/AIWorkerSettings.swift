package import JSONLogging
package import ServiceHost

/// Everything a worker is told from outside, parsed and checked once at start-up.
package struct AIWorkerSettings: Sendable {
  package var isProduction: Bool
  package var host: String
  /// 0 lets the kernel choose.
  package var port: Int
  /// What callers must present; nil on loopback only.
  package var token: Secret<String>?
  package var cacheEntries: Int
  package var cacheLifetime: Duration
  /// A file to be analysed, decoded.
  package var uploadBytesMax: Int
  /// Where public answers are kept over a restart; nil: nowhere.
  package var cacheFile: String?
  /// Where vectors of passages are kept; nil: there are none. Workers may share it.
  package var vectorFile: String?
  /// nil without a key: answers are extracted.
  package var gemini: GeminiSettings?
  package var logLevel: String
  package var drainDelay: Duration
  package var drainTimeout: Duration

  /// Reads the environment; throws every fault at once.
  package init(environment: [String: String]) throws(SettingsError) {
    var reader = SettingsReader(environment)
    let kind = reader.choice(
      "PHOENIX_ENV", default: "development", of: ["development", "production"])
    isProduction = kind == "production"
    host = reader.string("PHOENIX_HOST", default: "127.0.0.1")
    let platformPort = reader.port("PORT", default: 8000)
    port = reader.port("PHOENIX_PORT", default: platformPort)
    token = reader.string("PHOENIX_WORKER_TOKEN").map { Secret($0) }
    // Whoever reaches an open port could read other families' answers out of the cache.
    if token == nil, !Self.isLoopback(host) {
      reader.fault("PHOENIX_WORKER_TOKEN is required where PHOENIX_HOST is not loopback")
    }
    cacheEntries = reader.int("PHOENIX_CACHE_ENTRIES", default: 1000, in: 0...1_000_000)
    cacheLifetime = reader.duration("PHOENIX_CACHE_TTL", default: .seconds(24 * 3600))
    uploadBytesMax = reader.bytes("PHOENIX_UPLOAD_BYTES_MAX", default: 10 << 20)
    cacheFile = reader.string("PHOENIX_CACHE_SNAPSHOT")
    vectorFile = reader.string("PHOENIX_EMBEDDING_CACHE")
    gemini = GeminiSettings.read(&reader)
    logLevel = reader.choice(
      "PHOENIX_LOG_LEVEL", default: "info",
      of: ["trace", "debug", "info", "notice", "warning", "error", "critical"])
    drainDelay = reader.duration("PHOENIX_DRAIN_DELAY", default: isProduction ? .seconds(5) : .zero)
    drainTimeout = reader.duration("PHOENIX_DRAIN_TIMEOUT", default: .seconds(25))
    try reader.finish()
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    // An address, not a name: `127.example.org` is somebody else's machine.
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
