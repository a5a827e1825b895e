import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry

/// The gateway as an HTTP application: every request goes through these steps, in this order.
///
/// On the head, before the body is read:
///  1. request id and trace – first, so that everything after can name the request
///  2. route – gives the metrics' label, the body's limit, and 404 or 405 at once
///  3. preflight – before authentication: browsers send it without cookies
///  4. origin – before anything counts the request against a user
///  5. limit by address – the coarse one, before a token costs a signature check
///  6. session – 401 before the body is read
///  7. limit by user – needs to know the user
/// With the body:
///  8. renewal – an expired session with a good refresh cookie is renewed in passing
///  9. the route's handler, with one mapping from errors to problems
/// On the response, whatever made it:
/// 10. security headers, CORS, id, timing, rate limit
/// After the last byte:
/// 11. one observation
struct Pipeline: HTTPApplication {
  typealias Exchange = RequestExchange

  let routes: RouteTable
  let originPolicy: OriginPolicy
  let securityHeaders: SecurityHeaders
  let limits: RequestLimits
  let sessions: SessionGate
  let pages: Pages
  let telemetry: GatewayTelemetry
  let readiness: Readiness
  let trustedProxies: [AddressRange]
  /// Keyed, so that a log names nobody.
  let hashUser: @Sendable (String) -> String

  // MARK: On the head

  func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (
    exchange: RequestExchange, plan: HTTPBodyPlan
  ) {
    telemetry.observe(.requestBegan)
    guard let head else {
      let exchange = RequestExchange(
        requestID: RequestID(nowMilliseconds: MonotonicClock.wallMilliseconds()),
        trace: TraceContext(traceparent: nil), method: "OTHER", path: "",
        client: ClientOrigin(peer: peer, headers: [:], trusted: []), matched: nil)
      return (exchange, .refuse(.malformedHead))
    }
    let target = head.path ?? "/"
    let path = String(target.prefix { $0 != "?" })
    let found = routes.match(head.method, path)
    var match: RouteTable.Match?
    if case .found(let route) = found { match = route }
    let exchange = RequestExchange(
      requestID: RequestID(
        incoming: head.headerFields[.xRequestID], nowMilliseconds: MonotonicClock.wallMilliseconds()
      ),
      trace: TraceContext(
        traceparent: head.headerFields[.traceparent], tracestate: head.headerFields[.tracestate]),
      method: head.method.rawValue, path: path,
      client: ClientOrigin(peer: peer, headers: head.headerFields, trusted: trustedProxies),
      matched: match)
    let cors = originPolicy.corsFields(for: head)
    let wantsPage = match.map { $0.route.access == .page } ?? Self.isBrowsing(head, path)
    exchange.with {
      $0.responseFields = cors
      $0.wantsPage = wantsPage
    }
    do {
      return (exchange, try admit(head, found: found, exchange: exchange))
    } catch {
      return (exchange, .answer(reply(to: error, in: exchange)))
    }
  }

  /// Whether somebody opened an address that is none of ours in a browser.
  private static func isBrowsing(_ head: HTTPRequest, _ path: String) -> Bool {
    !path.hasPrefix("/api/") && head.headerFields[.accept]?.contains("text/html") == true
  }

  private func admit(
    _ head: HTTPRequest, found: RouteTable.Result, exchange: RequestExchange
  ) throws(Problem) -> HTTPBodyPlan {
    let route: Route
    switch found {
    case .found(let match):
      route = match.route
    case .wrongMethod(let allowed, let template):
      exchange.with { $0.route = template }
      guard head.method == .options else { throw .methodNotAllowed(allowed: allowed) }
      return .answer(preflight(head, allowed: allowed, exchange: exchange))
    case .unknown:
      // Strangers' guesses count against them like anything else.
      if !originPolicy.permits(head) { throw .foreignOrigin }
      try limits.admitAddress(exchange.client, exchange: exchange)
      try limits.admitAnonymous(exchange.client, exchange: exchange)
      throw .notFound
    }
    if route.template == "/healthz" { return .answer(complete(Readiness.healthy, in: exchange)) }
    if route.template == "/readyz" { return .answer(complete(readiness.reply(), in: exchange)) }
    if !originPolicy.permits(head) {
      telemetry.observe(.authenticationFailed(reason: .origin))
      throw .foreignOrigin
    }
    if route.isLimited { try limits.admitAddress(exchange.client, exchange: exchange) }
    let start = MonotonicClock.now()
    let session = sessions.session(of: head)
    exchange.spent(MonotonicClock.now() - start, in: \.auth)
    switch session {
    case .valid(let session):
      exchange.with { $0.session = session }
      if route.isLimited { try limits.admitUser(session.userID, exchange: exchange) }
    case .renewable where route.access != .public:
      break
    case .none, .renewable:
      if route.isLimited { try limits.admitAnonymous(exchange.client, exchange: exchange) }
      if route.access == .session {
        telemetry.observe(.authenticationFailed(reason: .missing))
        throw .unauthenticated
      }
    case .refused(let reason):
      if route.isLimited { try limits.admitAnonymous(exchange.client, exchange: exchange) }
      if route.access == .session {
        telemetry.observe(.authenticationFailed(reason: reason))
        throw .unauthenticated
      }
    }
    return route.isStreamed
      ? .stream(maxBytes: route.bodyBytesMax) : .collect(maxBytes: route.bodyBytesMax)
  }

  private func preflight(_ head: HTTPRequest, allowed: String, exchange: RequestExchange)
    -> HTTPReply
  {
    var headers: HTTPFields = [.allow: allowed]
    for field in originPolicy.preflightFields(for: head, methods: allowed) {
      headers.append(field)
    }
    return complete(
      HTTPReply(status: .noContent, headers: headers, body: ByteBuffer()), in: exchange)
  }

  // MARK: With the body

  func respond(to request: Request, in exchange: RequestExchange) async -> Response {
    guard let match = exchange.matched else { return response(to: .notFound, in: exchange) }
    do {
      if match.route.access != .public, exchange.snapshot.session == nil {
        do { try await renew(request.head, in: exchange) } catch {
          // A page is also for those who have no session any more.
          if match.route.access == .session { throw error }
        }
      }
      let body =
        match.route.isStreamed
        ? ByteBuffer()
        : try await request.body.collect(upTo: max(match.route.bodyBytesMax, 64 * 1024))
      let gatewayRequest = GatewayRequest(
        head: request.head, body: body, stream: request.body, exchange: exchange,
        parameters: match.parameters,
        session: exchange.snapshot.session)
      var response = try await match.route.handler(gatewayRequest)
      addCommonHeaders(to: &response.headers, in: exchange)
      return response
    } catch {
      return response(
        to: ProblemMapping.problem(for: error, telemetry: telemetry, exchange), in: exchange)
    }
  }

  private func renew(_ head: HTTPRequest, in exchange: RequestExchange) async throws {
    let (session, cookies) = try await sessions.renew(head, client: exchange.client.text)
    exchange.with { state in
      state.session = session
      for cookie in cookies {
        state.responseFields.append(HTTPField(name: .setCookie, value: cookie))
      }
    }
    try limits.admitUser(session.userID, exchange: exchange)
  }

  // MARK: On the response

  func reject(_ fault: HTTPFault, in exchange: RequestExchange) -> HTTPReply {
    reply(to: .fault(fault), in: exchange)
  }

  private func reply(to problem: Problem, in exchange: RequestExchange) -> HTTPReply {
    let wantsPage = exchange.with {
      $0.errorCode = problem.code
      return $0.wantsPage
    }
    let id = exchange.requestID.text
    let reply =
      wantsPage ? pages.reply(to: problem, requestID: id) : problem.reply(requestID: id)
    return complete(reply, in: exchange)
  }

  private func response(to problem: Problem, in exchange: RequestExchange) -> Response {
    let reply = reply(to: problem, in: exchange)
    return Response(
      status: reply.status, headers: reply.headers, body: .init(byteBuffer: reply.body))
  }

  private func complete(_ reply: HTTPReply, in exchange: RequestExchange) -> HTTPReply {
    var reply = reply
    addCommonHeaders(to: &reply.headers, in: exchange)
    return reply
  }

  private func addCommonHeaders(to headers: inout HTTPFields, in exchange: RequestExchange) {
    let state = exchange.snapshot
    // A page brings a stricter policy of its own.
    for field in securityHeaders.fields where headers[field.name] == nil { headers.append(field) }
    for field in state.responseFields { headers.append(field) }
    headers[.xRequestID] = exchange.requestID.text
    headers[.traceparent] = exchange.trace.traceparent
    headers[.serverTiming] = ServerTiming.render(state, started: exchange.started)
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
  }

  // MARK: After the last byte

  func finished(_ exchange: RequestExchange, with completion: HTTPCompletion) {
    let state = exchange.snapshot
    let lasted = Int(MonotonicClock.now() - exchange.started)
    telemetry.observe(
      .requestFinished(
        RequestRecord(
          requestID: exchange.requestID, traceID: exchange.trace.traceID,
          spanID: exchange.trace.spanID, method: exchange.method, route: state.route,
          path: exchange.path, status: completion.status,
          durationNanoseconds: lasted,
          bytesIn: completion.bytesIn, bytesOut: completion.bytesOut,
          user: state.session.map { hashUser($0.userID) }, client: exchange.client.truncated,
          worker: state.worker, cache: state.cache, tokens: state.tokens,
          stages: state.stages.completed(for: lasted),
          errorCode: state.errorCode, isRealtime: state.isRealtime)))
  }
}
