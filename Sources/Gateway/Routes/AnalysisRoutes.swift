import Cryptography
import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry
import WorkerAPI

/// `POST /api/chat/analyze-document`: a letter is stored, read by a worker, and the reading kept
/// with it.
///
/// A file that the user has already is not stored a second time: asking again after an error leaves
/// one document. An analysis that fails leaves the document, which its id can name.
struct AnalysisRoutes: Sendable {
  let store: DocumentStore
  let intake: DocumentIntake
  let pool: WorkerPool
  let telemetry: GatewayTelemetry
  let deadline: Duration
  /// A file goes to a worker as one message, so few are in memory at once.
  let turns = TurnGate(turnsMax: 3, turnsOfUserMax: 2, waitMax: 64)

  init(
    store: DocumentStore, intake: DocumentIntake, pool: WorkerPool, telemetry: GatewayTelemetry,
    deadline: Duration
  ) {
    self.store = store
    self.intake = intake
    self.pool = pool
    self.telemetry = telemetry
    self.deadline = deadline
  }

  var routes: [Route] {
    [
      Route(
        method: .post, template: "/api/chat/analyze-document", access: .session,
        bodyBytesMax: intake.limits.bodyBytesMax, isLimited: true, handler: analyze,
        isStreamed: true)
    ]
  }

  @Sendable private func analyze(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let exchange = request.exchange
    switch try await intake.take(request, doublet: .reuse, takesDocumentID: true) {
    case .replayed(let answer): return answer.response
    case .document(let document, let claim):
      guard let claim else { return try await analyze(document, session, exchange).response }
      return try await keeping(claim, exchange) {
        try await analyze(document, session, exchange)
      }
    case .reference(let id):
      let found = try await exchange.timed(\.db) { try await store.document(id, of: session) }
      guard let document = found else { throw Problem.notFound }
      guard let key = try IdempotencyKeys.key(of: request.head) else {
        return try await analyze(document, session, exchange).response
      }
      let beginning = try await exchange.timed(\.db) {
        try await intake.keys.claim(
          key, route: "/api/chat/analyze-document", fingerprint: SHA256.hash(Array(id.utf8)),
          id: document.id, for: session)
      }
      switch beginning {
      case .none: throw Problem.internal
      case .replayed(let answer): return answer.response
      case .claimed(let claim):
        return try await keeping(claim, exchange) {
          try await analyze(document, session, exchange)
        }
      }
    }
  }

  /// Keeps the reading as the answer of the request's key, or lets the key go.
  private func keeping(
    _ claim: IdempotencyKeys.Claim, _ exchange: RequestExchange,
    _ analyze: () async throws -> IdempotencyKeys.Made
  ) async throws -> Response {
    do {
      let made = try await analyze()
      await exchange.timed(\.db) { await intake.keys.complete(claim, made) }
      return made.response
    } catch {
      await intake.keys.release(claim, after: error)
      throw error
    }
  }

  private func analyze(
    _ document: DocumentStore.Document, _ session: Session, _ exchange: RequestExchange
  ) async throws -> IdempotencyKeys.Made {
    let answer = try await ask(document, session, exchange)
    exchange.with { $0.tokens = answer.usage.totalTokens }
    if !answer.calls.isEmpty {
      telemetry.observe(
        .geminiCalled(answer.calls.prefix(ModelCall.callsMax).map(GeminiCallRecord.init)))
    }
    let analysis = try WorkerJSON.encode(answer.analysis)
    try await exchange.timed(\.db) {
      try await store.keep(analysis: analysis, of: document.id, of: session)
    }
    var json = JSONText()
    try write(answer, analysis, document.id, into: &json)
    return IdempotencyKeys.Made(status: .ok, json: json)
  }

  private func ask(
    _ document: DocumentStore.Document, _ session: Session, _ exchange: RequestExchange
  ) async throws -> AnalyzeAnswer {
    let waiting = MonotonicClock.now()
    let turn = try await turns.turn(for: session.userID)
    exchange.spent(MonotonicClock.now() - waiting, in: \.queue)
    defer { withExtendedLifetime(turn) {} }
    let body = try await exchange.timed(\.db) { try await message(document, session) }
    let asking = MonotonicClock.now()
    defer { exchange.spent(MonotonicClock.now() - asking, in: \.ai) }
    let reply: WorkerReply
    do throws(WorkerPoolError) {
      reply = try await pool.send(
        path: WorkerRoutes.analyzePath, key: Array(document.sha256.utf8), body: body,
        deadline: deadline,
        headers: [
          ("content-type", "application/json"), ("x-request-id", exchange.requestID.text),
          ("traceparent", exchange.trace.child().traceparent),
        ])
    } catch {
      throw Problem.analysis(error)
    }
    exchange.with { $0.worker = reply.worker }
    guard reply.status == 200 else { throw Problem.analysis(reply) }
    guard let answer = try? WorkerJSON.decode(AnalyzeAnswer.self, from: reply.body) else {
      throw Problem.analysisFailed
    }
    return answer
  }

  /// The worker's request, the file within it as Base64, piece by piece.
  private func message(
    _ document: DocumentStore.Document, _ session: Session
  ) async throws -> [UInt8] {
    let consent = try await store.standing(of: session).consent
    var head = JSONText()
    head.object {
      $0.member("filename", document.filename)
      $0.member("content_type", document.contentType)
      $0.member("consent", consent)
    }
    var body = Array(head.text.utf8.dropLast())
    body.reserveCapacity(body.count + document.sizeBytes / 3 * 4 + 64)
    body.append(contentsOf: Array(#","content_base64":""#.utf8))
    var encoder = Base64Encoder()
    let reader = try await store.bytes.reader(
      document, 0...document.sizeBytes - 1, of: session)
    while let bytes = try await reader.next() { encoder.encode(bytes, into: &body) }
    encoder.finish(into: &body)
    body.append(contentsOf: Array(#""}"#.utf8))
    return body
  }

  private func write(
    _ answer: AnalyzeAnswer, _ analysis: [UInt8], _ id: String, into json: inout JSONText
  ) throws {
    let usage = try WorkerJSON.encode(answer.usage)
    json.object {
      $0.member("document_id", id)
      $0.member("analysis", json: String(decoding: analysis, as: UTF8.self))
      $0.member("model", answer.model)
      $0.member("usage", json: String(decoding: usage, as: UTF8.self))
    }
  }
}
