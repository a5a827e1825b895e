import NIOCore
import NIOHTTP1
import NIOPosix

/// A stand-in for the Gemini API, for tests and load: the recorded framing, errors and odd cases,
/// answers made of the prompt's own passages, a distribution of latencies, faults on demand, and a
/// ledger of every call and token.
///
/// ```swift
/// let simulator = try await GeminiSimulator.start(SimulatorSettings(port: 0, sidePort: 0))
/// // POST http://127.0.0.1:\(simulator.port)/v1beta/models/gemini-2.5-flash:generateContent
/// // GET  http://127.0.0.1:\(simulator.sidePort)/counts
/// await simulator.stop()
/// ```
///
/// A call meets a fault by the header `X-Simulator-Fault: cut;after=2`, by `[[fault:cut;after=2]]`
/// in its prompt, or by a rule that was posted to `/faults` of the side port.
///
/// Invariants: the same prompt has the same answer and the same tokens in every run; the same
/// number of call has the same latency for a seed; every call that came is counted once, whatever
/// became of it.
package final class GeminiSimulator: Sendable {
  package let ledger: CallLedger
  package let faults: FaultPlan
  package let latency: LatencyModel
  private let group: MultiThreadedEventLoopGroup
  private let channels: [any Channel]

  /// Where the API listens.
  package let port: Int
  /// Where the side port listens.
  package let sidePort: Int

  private init(
    ledger: CallLedger, faults: FaultPlan, latency: LatencyModel,
    group: MultiThreadedEventLoopGroup, channels: [any Channel]
  ) {
    self.ledger = ledger
    self.faults = faults
    self.latency = latency
    self.group = group
    self.channels = channels
    port = channels[0].localAddress?.port ?? 0
    sidePort = channels[1].localAddress?.port ?? 0
  }

  /// Listens on both ports; throws where one is taken.
  package static func start(_ settings: SimulatorSettings) async throws -> GeminiSimulator {
    let ledger = CallLedger()
    let faults = FaultPlan(seed: settings.seed)
    let latency = LatencyModel(settings.latency, seed: settings.seed)
    let api = GeminiAPI(settings: settings, ledger: ledger, faults: faults, latency: latency)
    let side = SideAPI(ledger: ledger, faults: faults, latency: latency)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let player = ScriptPlayer(ledger: ledger, splitBytes: settings.splitBytes)
    let sidePlayer = ScriptPlayer(ledger: ledger, splitBytes: 0)
    var channels: [any Channel] = []
    do {
      channels.append(
        try await listen(settings.host, settings.port, group: group, player: player) {
          api.answer(GeminiAPI.Asked($0, body: $1))
        })
      channels.append(
        try await listen(settings.host, settings.sidePort, group: group, player: sidePlayer) {
          let path = String($0.uri.prefix { $0 != "?" })
          return GeminiAPI.Answer(
            script: side.answer(method: $0.method.rawValue, path: path, body: $1))
        })
    } catch {
      for channel in channels { try? await channel.close().get() }
      try? await group.shutdownGracefully()
      throw error
    }
    return GeminiSimulator(
      ledger: ledger, faults: faults, latency: latency, group: group, channels: channels)
  }

  private static func listen(
    _ host: String, _ port: Int, group: MultiThreadedEventLoopGroup, player: ScriptPlayer,
    respond: @escaping SimulatorConnection.Respond
  ) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
          try pipeline.addHandler(SimulatorConnection(player: player, respond: respond))
        }
      }
      .bind(host: host, port: port).get()
  }

  /// Closes both ports and ends what is under way.
  package func stop() async {
    for channel in channels { try? await channel.close().get() }
    try? await group.shutdownGracefully()
  }
}

extension GeminiAPI.Asked {
  init(_ head: HTTPRequestHead, body: [UInt8]) {
    let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
    var query: [String: String] = [:]
    for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let words = pair.split(separator: "=", maxSplits: 1).map(String.init)
      query[words[0]] = words.count > 1 ? words[1] : ""
    }
    self.init(
      method: head.method.rawValue, path: parts.first ?? "/", query: query,
      key: head.headers.first(name: "x-goog-api-key") ?? query["key"],
      faultHeader: head.headers.first(name: "x-simulator-fault"), body: body)
  }
}
