import Resilience
import ServiceHost
import Telemetry
import Upstream
import WorkerAPI

/// The gateway's side of asking: builds the worker's request, lets the pool send it to the owner
/// of its key, reads the answer, and tells what it cost.
struct Assistant: Sendable {
  /// What is asked, encoded once, with the key that chooses its worker.
  struct Asking: Sendable {
    let key: [UInt8]
    let body: [UInt8]
    let headers: [(String, String)]
    let started: UInt64
  }

  let pool: WorkerPool
  let telemetry: GatewayTelemetry
  let deadline: Duration

  /// Builds the request for a message. The key here only chooses the worker: the worker computes
  /// its own with its own corpus, so that a gateway of another version never picks a wrong answer.
  func asking(
    _ message: String, history: [ChatStore.Message], context: ChatStore.Context, session: Session,
    bypassesCache: Bool, exchange: RequestExchange
  ) throws -> Asking {
    let request = ChatSendRequest(
      message: message, userID: session.userID,
      history: history.compactMap { turn in
        ChatTurn.Role(rawValue: turn.role).map { ChatTurn(role: $0, content: turn.text) }
      },
      memories: MemoryChoice.helpful(context.memories, for: message),
      consent: context.hasConsent)
    // An answer that may not be kept has no owner; its user stands in, for balance alone.
    let key =
      request.cacheKey(model: "", corpus: CorpusStamp(version: "", validityDate: ""))?.bytes
      ?? Array(session.userID.utf8)
    var headers = [
      ("content-type", "application/json"), ("x-request-id", exchange.requestID.text),
      ("traceparent", exchange.trace.child().traceparent),
    ]
    if bypassesCache { headers.append(("cache-control", "no-store")) }
    return Asking(
      key: key, body: request.json, headers: headers,
      started: MonotonicClock.now())
  }

  /// Asks for a whole answer. Throws `WorkerPoolError`, or a `Problem` where the answer is not one.
  func answer(_ asking: Asking, exchange: RequestExchange) async throws -> ChatSendAnswer {
    let reply = try await pool.send(
      key: asking.key, body: asking.body, deadline: deadline, headers: asking.headers)
    exchange.with { $0.worker = reply.worker }
    guard reply.status == 200 else { throw Problem.aiFailed }
    guard let answer = ChatSendAnswer(json: reply.body) else {
      throw Problem.aiFailed
    }
    answered(answer, asking: asking, firstToken: nil, exchange: exchange)
    return answer
  }

  /// A streamed answer: events as they come. `next` throws where the stream is cut.
  final class Stream: Sendable {
    let cache: String?
    private let bytes: WorkerStream
    private let reader: EventReader
    private let told: @Sendable (ChatSendAnswer, UInt64) -> Void

    init(
      _ bytes: WorkerStream, cache: String?,
      told: @escaping @Sendable (ChatSendAnswer, UInt64) -> Void
    ) {
      self.bytes = bytes
      self.cache = cache
      self.told = told
      reader = EventReader()
    }

    /// The next event; nil where the upstream ended, complete or not: only `done` says complete.
    func next() async throws -> ChatEvent? {
      while true {
        if let event = try await reader.pop() {
          if case .done(let answer) = event { told(answer, await reader.firstDelta) }
          return event
        }
        guard let chunk = try await bytes.next() else { return nil }
        try await reader.feed(chunk)
      }
    }

    /// Takes what comes after `done`: the end, without which the connection could not serve again
    /// and the worker's answer would count as left half-way. What fails there changes nothing.
    func end() async {
      while (try? await bytes.next()) != nil {}
    }

    func cancel() { bytes.cancel() }
  }

  /// Turns chunks into events; an actor because a stream is read from one task but passed around.
  private actor EventReader {
    private var parser = ServerSentEventParser()
    private var events: [ChatEvent] = []
    private(set) var firstDelta: UInt64 = 0

    func feed(_ chunk: [UInt8]) throws {
      for event in try parser.feed(chunk) {
        if let event = try ChatEvent(event) { events.append(event) }
      }
    }

    func pop() throws -> ChatEvent? {
      guard !events.isEmpty else { return nil }
      let event = events.removeFirst()
      if case .delta = event, firstDelta == 0 { firstDelta = MonotonicClock.now() }
      return event
    }
  }

  /// Asks for a stream; throws as `answer` does where it fails before the first byte.
  func stream(_ asking: Asking, exchange: RequestExchange) async throws -> Stream {
    let bytes = try await pool.stream(
      key: asking.key, body: asking.body, deadline: deadline,
      headers: asking.headers + [("accept", "text/event-stream")])
    exchange.with { $0.worker = bytes.worker }
    guard bytes.status == 200 else {
      bytes.cancel()
      throw Problem.aiFailed
    }
    let cache = bytes.header(WorkerRoutes.cacheHeader)
    return Stream(bytes, cache: cache) { answer, firstToken in
      answered(
        answer, asking: asking, firstToken: firstToken == 0 ? nil : firstToken, exchange: exchange)
    }
  }

  /// Tells a finished answer once.
  private func answered(
    _ answer: ChatSendAnswer, asking: Asking, firstToken: UInt64?, exchange: RequestExchange
  ) {
    let result = CacheResult(rawValue: answer.cache.rawValue) ?? .miss
    exchange.with {
      $0.cache = result
      $0.tokens = answer.usage.totalTokens
    }
    telemetry.observe(
      .aiAnswered(
        AIAnswerRecord(
          cache: result, seconds: Double(MonotonicClock.now() - asking.started) / 1e9,
          secondsToFirstToken: firstToken.map { Double($0 - asking.started) / 1e9 },
          model: answer.model,
          usage: TokenUsage(answer.usage),
          tokensSaved: answer.tokensSaved, geminiCalls: answer.calls.map(GeminiCallRecord.init))))
  }

  /// Tells what an answer spent that failed on its way.
  func failed(_ failure: ChatFailure, exchange: RequestExchange) {
    guard !failure.calls.isEmpty else { return }
    exchange.with { $0.tokens = failure.calls.reduce(0) { $0 + $1.usage.totalTokens } }
    telemetry.observe(.geminiCalled(failure.calls.map(GeminiCallRecord.init)))
  }

  /// Tells every worker to drop what it keeps for a user; a worker that is away has lost its
  /// memory anyway.
  func forget(userID: String) async {
    guard let body = try? WorkerJSON.encode(ForgetRequest(userID: userID)) else { return }
    await pool.broadcast(path: WorkerRoutes.forgetPath, body: body, deadline: .seconds(2))
  }
}

extension GeminiCallRecord {
  /// A worker's call in the words of telemetry.
  init(_ call: ModelCall) {
    let outcome: AIOutcome =
      switch call.outcome {
      case .ok: .ok
      case .error: .error
      case .timeout: .timeout
      case .cancelled: .cancelled
      }
    self.init(
      model: call.model, method: call.method, outcome: outcome, seconds: call.seconds,
      usage: TokenUsage(call.usage), costNanoUSD: call.costNanoUSD)
  }
}

extension TokenUsage {
  fileprivate init(_ usage: ChatUsage) {
    self.init(
      prompt: usage.promptTokens, cached: usage.cachedTokens, candidates: usage.candidatesTokens,
      thoughts: usage.thoughtsTokens, tool: usage.toolTokens)
  }
}
