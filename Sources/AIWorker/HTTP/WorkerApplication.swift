package import HTTPTypes
package import HummingbirdCore
import NIOCore
package import ServiceHost
import Synchronization
package import Telemetry
import WorkerAPI

/// A worker as an HTTP application.
///
/// | step | why there |
/// | --- | --- |
/// | request id and trace | everything after can name the request |
/// | route and method | gives the metrics' label and the body's limit |
/// | token | before a byte of the body is read |
/// | probes | answered in place, without a task |
/// | the route | one mapping from errors to problems |
package struct WorkerApplication: HTTPApplication {
  package typealias Exchange = WorkerExchange

  private let service: ChatService
  private let analyzer: DocumentAnalyzer
  private let uploadBytesMax: Int
  private let token: WorkerToken?
  private let readiness: Readiness
  private let clock: TelemetryClock
  private let renderMetrics: @Sendable (_ accept: String?) -> (String, [UInt8])
  private let observe: @Sendable (AIWorkerObservation) -> Void
  private let inFlight: InFlight

  /// - Parameters:
  ///   - uploadBytesMax: of a file to be analysed, decoded.
  ///   - token: what callers must present; nil lets everybody in who reaches the port.
  ///   - renderMetrics: the exposition for an `Accept` value: content type and body.
  package init(
    service: ChatService, analyzer: DocumentAnalyzer = DocumentAnalyzer(),
    uploadBytesMax: Int = 10 << 20, token: String?, readiness: Readiness,
    clock: TelemetryClock = .system,
    renderMetrics: @escaping @Sendable (_ accept: String?) -> (String, [UInt8]),
    observe: @escaping @Sendable (AIWorkerObservation) -> Void
  ) {
    self.service = service
    self.analyzer = analyzer
    self.uploadBytesMax = uploadBytesMax
    self.token = token.map(WorkerToken.init)
    self.readiness = readiness
    self.clock = clock
    self.renderMetrics = renderMetrics
    self.observe = observe
    inFlight = InFlight()
  }

  /// Every route, for metrics that start at 0.
  package static var templates: [TelemetryRoute] {
    WorkerRoute.allCases.flatMap { route in
      route.methods.filter { $0 != .head }.map { TelemetryRoute($0.rawValue, route.path) }
    }
  }

  /// Requests begun and not finished.
  var requestsInFlight: Int { inFlight.count.load(ordering: .relaxed) }

  // MARK: On the head

  package func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (
    exchange: WorkerExchange, plan: HTTPBodyPlan
  ) {
    observe(.requestBegan)
    inFlight.count.add(1, ordering: .relaxed)
    let route = head.flatMap { WorkerRoute(target: $0.path ?? "/") }
    let exchange = WorkerExchange(head: head, route: route, clock: clock)
    guard let head else { return (exchange, .refuse(.malformedHead)) }
    do {
      return (exchange, try admit(head, route, exchange))
    } catch {
      return (exchange, .answer(reply(to: error, in: exchange)))
    }
  }

  private func admit(
    _ head: HTTPRequest, _ route: WorkerRoute?, _ exchange: WorkerExchange
  ) throws(Problem) -> HTTPBodyPlan {
    switch token?.judge(head.headerFields) {
    case nil, .right?: break
    case .missing?, .wrong?:
      observe(.authenticationFailed(reason: .workerToken))
      throw .unauthenticated
    }
    guard let route else { throw .notFound }
    guard route.methods.contains(head.method) else { throw .methodNotAllowed(route) }
    switch route {
    case .health: return .answer(complete(health(), in: exchange))
    case .metrics:
      let (type, body) = renderMetrics(head.headerFields[.accept])
      return .answer(
        complete(
          HTTPReply(
            status: .ok, headers: [.contentType: type, .vary: "Accept"],
            body: ByteBuffer(bytes: body)), in: exchange))
    case .stats: return .answer(complete(try json(service.stats), in: exchange))
    case .send, .analyze, .forget:
      let type = head.headerFields[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
      guard type.filter({ $0 != " " }) == "application/json" else { throw .unsupportedMediaType }
      if route == .analyze { return .stream(maxBytes: uploadBytesMax / 3 * 4 + 64 * 1024) }
      return .collect(maxBytes: route.bodyBytesMax)
    }
  }

  /// 503 while draining, so that a pool sends its work elsewhere before the listener closes.
  private func health() -> HTTPReply {
    let draining = readiness.isDraining
    var text = JSONText()
    text.object {
      $0.member("status", draining ? "draining" : "ok")
      $0.member("cache_hit_rate", (service.hitRate * 10_000).rounded() / 10_000)
    }
    return HTTPReply(
      status: draining ? .serviceUnavailable : .ok, headers: [.contentType: "application/json"],
      body: ByteBuffer(string: text.text))
  }

  private func json(_ value: some Encodable) throws(Problem) -> HTTPReply {
    do {
      return HTTPReply(
        status: .ok, headers: [.contentType: "application/json"],
        body: ByteBuffer(bytes: try WorkerJSON.encode(value)))
    } catch {
      observe(.internalFault(message: "an answer could not be encoded", requestID: nil))
      throw .generationFailed
    }
  }

  // MARK: With the body

  package func respond(to request: Request, in exchange: WorkerExchange) async -> Response {
    do {
      if exchange.route == .analyze { return try await analyze(request.body, exchange) }
      let limit = exchange.route?.bodyBytesMax ?? 0
      guard let body = try? await request.body.collect(upTo: limit) else {
        throw Problem.fault(.malformedBody)
      }
      let bytes = Array(body.readableBytesView)
      switch exchange.route {
      case .send: return try await send(bytes, request.head, exchange)
      case .forget: return try forget(bytes, exchange)
      case .analyze, .stats, .health, .metrics, nil: throw Problem.notFound
      }
    } catch {
      return response(to: problem(for: error), in: exchange)
    }
  }

  private func send(
    _ bytes: [UInt8], _ head: HTTPRequest, _ exchange: WorkerExchange
  ) async throws -> Response {
    let request = try WorkerRequestBody.decode(ChatSendRequest.self, from: bytes)
    let faults = request.check()
    guard faults.isEmpty else { throw Problem.invalid(faults.map(Problem.FieldError.init)) }
    let bypasses = head.headerFields[.cacheControl]?.lowercased().contains("no-store") == true
    let asStream =
      head.headerFields[.accept]?.lowercased().contains("text/event-stream") == true
    let reply = service.answer(request, bypassesCache: bypasses, asStream: asStream)
    exchange.with { $0.cache = CacheResult(reply.cache) }
    if asStream {
      return stream(reply, exchange)
    }
    let answer = try await reply.whole()
    exchange.with { $0.tokens = answer.usage.totalTokens }
    var response = response(complete(try json(answer), in: exchange))
    response.headers[.xCache] = reply.cache.rawValue
    return response
  }

  private func analyze(
    _ body: RequestBody, _ exchange: WorkerExchange
  ) async throws -> Response {
    var reader = try AnalyzeRequestReader(sizeBytesMax: uploadBytesMax)
    for try await buffer in body { try reader.feed(Array(buffer.readableBytesView)) }
    let type = try reader.finish()
    let started = clock.monotonic()
    let answer = try await analyzer.analyze(
      reader.file, type: type, consent: reader.consent)
    observe(
      .answered(
        WorkerAnswerRecord(
          cache: .bypass, model: answer.model,
          seconds: Double(clock.monotonic() - started) / 1e9)))
    exchange.with { $0.tokens = answer.usage.totalTokens }
    return response(complete(try json(answer), in: exchange))
  }

  private func stream(_ reply: ChatReply, _ exchange: WorkerExchange) -> Response {
    var headers: HTTPFields = [
      .contentType: "text/event-stream; charset=utf-8", .xCache: reply.cache.rawValue,
    ]
    addCommonHeaders(to: &headers, in: exchange)
    let body = ResponseBody { writer in
      try await reply.follow { events in
        var bytes: [UInt8] = []
        for event in events {
          switch event {
          case .done(let answer): exchange.with { $0.tokens = answer.usage.totalTokens }
          case .error(let failure): exchange.with { $0.errorCode = failure.code }
          case .start, .delta, .sources: break
          }
          bytes += try event.serverSentEvent().encoded()
        }
        try await writer.write(ByteBuffer(bytes: bytes))
      }
      try await writer.finishStream()
    }
    return Response(status: .ok, headers: headers, body: body)
  }

  private func forget(_ bytes: [UInt8], _ exchange: WorkerExchange) throws -> Response {
    let request = try WorkerRequestBody.decode(ForgetRequest.self, from: bytes)
    guard !request.userID.isEmpty else {
      let fault = ChatRequestFault(field: "user_id", code: .tooShort)
      throw Problem.invalid([Problem.FieldError(fault)])
    }
    let answer = ForgetAnswer(forgotten: service.forget(user: request.userID))
    return response(complete(try json(answer), in: exchange))
  }

  // MARK: Problems

  package func reject(_ fault: HTTPFault, in exchange: WorkerExchange) -> HTTPReply {
    reply(to: .fault(fault), in: exchange)
  }

  private func problem(for error: any Error) -> Problem {
    switch error {
    case let problem as Problem: problem
    case is CancellationError: .cancelled
    case let fault as HTTPFault: .fault(fault)
    case let failure as DocumentFailure: .document(failure)
    case is TurnGate.Overloaded: .overloaded
    case is ChatFailure: .generationFailed
    default: .generationFailed
    }
  }

  private func reply(to problem: Problem, in exchange: WorkerExchange) -> HTTPReply {
    exchange.with { $0.errorCode = problem.code }
    return complete(problem.reply(requestID: exchange.requestID.text), in: exchange)
  }

  private func response(to problem: Problem, in exchange: WorkerExchange) -> Response {
    response(reply(to: problem, in: exchange))
  }

  private func response(_ reply: HTTPReply) -> Response {
    Response(status: reply.status, headers: reply.headers, body: .init(byteBuffer: reply.body))
  }

  private func complete(_ reply: HTTPReply, in exchange: WorkerExchange) -> HTTPReply {
    var reply = reply
    addCommonHeaders(to: &reply.headers, in: exchange)
    return reply
  }

  private func addCommonHeaders(to headers: inout HTTPFields, in exchange: WorkerExchange) {
    headers[.xRequestID] = exchange.requestID.text
    headers[.cacheControl] = "no-store"
  }

  // MARK: After the last byte

  package func finished(_ exchange: WorkerExchange, with completion: HTTPCompletion) {
    inFlight.count.subtract(1, ordering: .relaxed)
    let state = exchange.snapshot
    observe(
      .requestFinished(
        RequestRecord(
          requestID: exchange.requestID, traceID: exchange.trace.traceID,
          spanID: exchange.trace.spanID, method: exchange.method,
          route: exchange.route?.path ?? RequestRecord.unmatched, path: exchange.path,
          status: completion.status,
          durationNanoseconds: Int(clamping: clock.monotonic() - exchange.started),
          bytesIn: completion.bytesIn, bytesOut: completion.bytesOut, cache: state.cache,
          tokens: state.tokens, errorCode: state.errorCode)))
  }
}

/// A count that the copies of the application share.
private final class InFlight: Sendable {
  let count = Atomic(0)
}

extension ResponseBodyWriter {
  /// Ends the body from behind an existential.
  fileprivate func finishStream() async throws { try await finish(nil) }
}
