import Reactor
import Telemetry
import Upstream

/// What a worker needs to speak with Gemini, and its end.
struct GeminiRuntime: Sendable {
  let client: GeminiClient
  private let reactor: Reactor
  private let upstream: UpstreamClient

  /// Starts the thread of the HTTP client; nil where there is no key.
  static func start(
    _ settings: GeminiSettings?, observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) throws -> GeminiRuntime? {
    guard let settings else { return nil }
    let reactor = try Reactor(name: "gemini-io")
    let upstream = UpstreamClient(
      reactor: reactor,
      settings: UpstreamSettings(connectionsPerHostMax: 128, connectionsMax: 256))
    let client = GeminiClient(settings: settings, upstream: upstream, observe: observe)
    for asked in [settings.model, settings.embeddingModel] {
      let model = GeminiModel.inForce(asked, on: client.today)
      if model.name != asked { observe(.modelReplaced(asked: asked, by: model.name)) }
    }
    return GeminiRuntime(client: client, reactor: reactor, upstream: upstream)
  }

  /// Ends what is under way and the thread.
  func stop() async {
    await upstream.shutdown()
    reactor.shutdown()
  }
}
