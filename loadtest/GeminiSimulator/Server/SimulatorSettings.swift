/// What the simulator is told at its start.
package struct SimulatorSettings: Sendable {
  package var host: String
  /// The API; 0 lets the kernel choose.
  package var port: Int
  /// Counts and faults.
  package var sidePort: Int
  /// Keys that are good; empty: every key but those that begin with `invalid`.
  package var keys: Set<String>
  /// Bodies are written in pieces of so many bytes, within characters too; 0 writes them whole.
  package var splitBytes: Int
  /// An instruction of so many tokens that was sent before counts as cached.
  package var cachedPrefixTokensMin: Int
  /// Answers to requests for vectors tell their usage; documented ones do not.
  package var tellsEmbeddingUsage: Bool
  package var seed: UInt64
  package var latency: LatencyModel.Shape

  package init(
    host: String = "127.0.0.1", port: Int = 8090, sidePort: Int = 8091, keys: Set<String> = [],
    splitBytes: Int = 0, cachedPrefixTokensMin: Int = 256,
    tellsEmbeddingUsage: Bool = false, seed: UInt64 = 1,
    latency: LatencyModel.Shape = LatencyModel.Shape()
  ) {
    self.host = host
    self.port = port
    self.sidePort = sidePort
    self.keys = keys
    self.splitBytes = splitBytes
    self.cachedPrefixTokensMin = cachedPrefixTokensMin
    self.tellsEmbeddingUsage = tellsEmbeddingUsage
    self.seed = seed
    self.latency = latency
  }

  func accepts(key: String) -> Bool {
    keys.isEmpty ? !key.hasPrefix("invalid") : keys.contains(key)
  }
}
