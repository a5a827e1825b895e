import AIWorker
import Foundation
import GeminiSimulator
import JSONLogging
import Reactor
import Telemetry
import Testing
import Upstream
import WorkerAPI

/// A simulator, a client of ours that asks it, and the chat around both.
struct GeminiFixture {
  let simulator: GeminiSimulator
  let client: GeminiClient
  let service: ChatService
  let told: Observations
  let upstream: UpstreamClient
  let vectors: PassageVectors?

  static func with(
    latency: Duration = .zero, splitBytes: Int = 0, deadline: Duration = .seconds(10),
    usesVectors: Bool = false, vectorFile: String? = nil, tellsEmbeddingUsage: Bool = false,
    change: (inout GeminiSettings) -> Void = { _ in },
    _ body: (GeminiFixture) async throws -> Void
  ) async throws {
    let reactor = try Reactor(name: "test")
    let simulator = try await GeminiSimulator.start(
      SimulatorSettings(
        port: 0, sidePort: 0, keys: ["test-key"], splitBytes: splitBytes,
        tellsEmbeddingUsage: tellsEmbeddingUsage,
        latency: LatencyModel.Shape(median: latency, sigma: 0)))
    let upstream = UpstreamClient(reactor: reactor)
    var settings = GeminiSettings(
      key: Secret("test-key"), baseURL: "http://127.0.0.1:\(simulator.port)", deadline: deadline)
    settings.pauseFirst = .milliseconds(5)
    change(&settings)
    let told = Observations()
    let observe: @Sendable (AIWorkerObservation) -> Void = { told.add($0) }
    let client = GeminiClient(settings: settings, upstream: upstream, observe: observe)
    let extractive = ExtractiveGenerator(observe: observe)
    let vectors =
      usesVectors
      ? PassageVectors(gemini: client, path: vectorFile, observe: observe) : nil
    let service = ChatService(
      generator: GeminiGenerator(
        gemini: client, extractive: extractive, vectors: vectors, observe: observe),
      cache: ResponseCache(capacity: 100, lifetime: .seconds(3600)), corpus: extractive.corpus,
      observe: observe)
    let fixture = GeminiFixture(
      simulator: simulator, client: client, service: service, told: told, upstream: upstream,
      vectors: vectors)
    let result: Result<Void, any Error>
    do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
    await upstream.shutdown()
    reactor.shutdown()
    await simulator.stop()
    try result.get()
  }

  static func request(
    _ message: String = "Quel est le montant de l'AAH ?", user: String = "u", consent: Bool = true
  ) -> ChatSendRequest {
    ChatSendRequest(message: message, userID: user, consent: consent)
  }

  func whole(_ request: ChatSendRequest = GeminiFixture.request()) async throws -> ChatSendAnswer {
    try await service.answer(request, bypassesCache: false, asStream: false).whole()
  }

  func events(_ request: ChatSendRequest = GeminiFixture.request()) async throws -> [ChatEvent] {
    var events: [ChatEvent] = []
    try await service.answer(request, bypassesCache: false, asStream: true).follow { events += $0 }
    return events
  }

  /// Rules for the next calls.
  func fail(_ fault: Fault, times: Int? = nil) {
    #expect(simulator.faults.add(FaultPlan.Rule(fault, left: times)))
  }

  /// Both sides of the ledger, once nothing is under way.
  func reconcile(_ place: SourceLocation = #_sourceLocation) async {
    #expect(await eventually { simulator.ledger.counts.active == 0 }, sourceLocation: place)
    let theirs = simulator.ledger.counts
    let calls = told.geminiCalls
    #expect(calls.count == theirs.allCalls, "calls", sourceLocation: place)
    let kept = calls.filter { !$0.wasAbandoned }
    func sum(_ kind: (TokenUsage) -> Int) -> Int { kept.reduce(0) { $0 + kind($1.usage) } }
    let left = calls.filter(\.wasAbandoned)
    // A call may be given up when its last byte is on its way: the provider then counts it as whole.
    let finishedAll = left.count - theirs.cancelledCalls
    #expect(finishedAll >= 0, sourceLocation: place)
    for (ours, provider) in [
      (sum { $0.prompt - $0.cached }, theirs.tokens.prompt),
      (sum(\.cached), theirs.tokens.cached), (sum(\.candidates), theirs.tokens.candidates),
      (sum(\.thoughts), theirs.tokens.thoughts),
    ] {
      #expect(finishedAll == 0 ? ours == provider : ours <= provider, sourceLocation: place)
    }
    #expect(
      finishedAll > 0
        || left.reduce(0) { $0 + $1.usage.total } <= theirs.cancelledTokens.total,
      sourceLocation: place)
  }
}

extension Observations {
  var geminiCalls: [GeminiCallRecord] {
    list.compactMap { if case .geminiCalled(let call) = $0 { call } else { nil } }
  }

  var fallbacks: [String] {
    list.compactMap { if case .fellBack(let reason) = $0 { reason } else { nil } }
  }

  var geminiRetries: [String] {
    list.compactMap { if case .geminiRetried(let reason) = $0 { reason } else { nil } }
  }

  var flagged: [FlaggedFactKind: Int] {
    list.reduce(into: [:]) {
      if case .factsFlagged(let kind, let count) = $1 { $0[kind, default: 0] += count }
    }
  }

  var circuits: [CircuitState] {
    list.compactMap { if case .geminiCircuitChanged(_, let to) = $0 { to } else { nil } }
  }
}

extension [ChatEvent] {
  var text: String {
    compactMap { if case .delta(let text) = $0 { text } else { nil } }.joined()
  }

  var done: ChatSendAnswer? {
    if case .done(let answer)? = last { answer } else { nil }
  }

  var failure: ChatFailure? {
    if case .error(let failure)? = last { failure } else { nil }
  }
}
