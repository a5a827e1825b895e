import Foundation
package import HTTPTypes
package import HummingbirdCore
import NIOCore

/// The admin listener: metrics, probes and settings, apart from the traffic of families.
///
/// `/metrics`, `/healthz`, `/livez` and `/readyz` are open to whoever reaches the listener; the
/// page for people (`/status`) and `/debug/config` need the admin token unless the caller is on
/// loopback, as a bearer token or, so that a browser can ask for it, as the password of Basic
/// authentication.
///
/// Metrics are rendered and compressed off the event loops: ten thousand series must not hold up a
/// family's request that shares the loop.
package struct AdminApplication: HTTPApplication {
  /// Renders the metrics for an `Accept` value: content type and body.
  package typealias RenderMetrics = @Sendable (_ accept: String?) -> (String, [UInt8])

  private let readiness: Readiness
  private let renderMetrics: RenderMetrics
  private let gzip: @Sendable ([UInt8]) -> [UInt8]?
  private let settings: String
  private let token: String?

  /// - Parameters:
  ///   - settings: JSON of the settings, without secrets.
  ///   - gzip: compresses a body; nil where it could not.
  package init(
    readiness: Readiness, settings: String, token: String?,
    gzip: @escaping @Sendable ([UInt8]) -> [UInt8]?,
    renderMetrics: @escaping RenderMetrics
  ) {
    self.readiness = readiness
    self.settings = settings
    self.token = token
    self.gzip = gzip
    self.renderMetrics = renderMetrics
  }

  package func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (
    exchange: Void, plan: HTTPBodyPlan
  ) {
    guard let head else { return ((), .refuse(.malformedHead)) }
    let isRead = head.method == .get || head.method == .head
    if isRead, Self.path(head) == "/metrics" { return ((), .collect(maxBytes: 0)) }
    return ((), .answer(answer(head, from: peer)))
  }

  private static func path(_ head: HTTPRequest) -> Substring {
    (head.path ?? "/").prefix { $0 != "?" }
  }

  private func answer(_ head: HTTPRequest, from peer: HTTPPeer) -> HTTPReply {
    guard head.method == .get || head.method == .head else {
      return Self.problem(
        .methodNotAllowed, "method_not_allowed", "Method not allowed",
        headers: [.allow: "GET, HEAD"])
    }
    switch Self.path(head) {
    case "/healthz", "/livez": return Readiness.healthy
    case "/readyz": return readiness.reply()
    case "/status":
      guard isTrusted(head, from: peer) else { return Self.tokenNeeded }
      return StatusPage.reply()
    case "/debug/config":
      guard isTrusted(head, from: peer) else { return Self.tokenNeeded }
      return HTTPReply(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: ByteBuffer(string: settings))
    default: return Self.problem(.notFound, "not_found", "Not found")
    }
  }

  private static var tokenNeeded: HTTPReply {
    problem(
      .unauthorized, "unauthorized", "Admin token needed",
      headers: [.wwwAuthenticate: "Basic realm=\"admin\", charset=\"UTF-8\""])
  }

  private func metrics(_ head: HTTPRequest) -> HTTPReply {
    let (contentType, body) = renderMetrics(head.headerFields[.accept])
    var headers: HTTPFields = [
      .contentType: contentType, .vary: "Accept, Accept-Encoding", .cacheControl: "no-store",
    ]
    let encodings = head.headerFields[.acceptEncoding] ?? ""
    if encodings.split(separator: ",").contains(where: Self.wantsGzip), let packed = gzip(body) {
      headers[.contentEncoding] = "gzip"
      return HTTPReply(status: .ok, headers: headers, body: ByteBuffer(bytes: packed))
    }
    return HTTPReply(status: .ok, headers: headers, body: ByteBuffer(bytes: body))
  }

  private static func wantsGzip(_ item: Substring) -> Bool {
    let parts = item.filter { $0 != " " }.lowercased().split(separator: ";")
    guard parts.first == "gzip" || parts.first == "*" else { return false }
    return !parts.dropFirst().contains {
      $0 == "q=0" || $0.hasPrefix("q=0.0") && Double($0.dropFirst(2)) == 0
    }
  }

  private func isTrusted(_ head: HTTPRequest, from peer: HTTPPeer) -> Bool {
    if peer.isLoopback { return true }
    guard let token, !token.isEmpty, let header = head.headerFields[.authorization],
      let sent = Self.credential(header)
    else { return false }
    return Self.equalInConstantTime(sent, Array(token.utf8))
  }

  /// The bearer token, or the password of Basic authentication whatever the user's name
  /// (RFC 7617).
  private static func credential(_ header: String) -> [UInt8]? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return Array(parts[1].utf8)
    case "basic":
      guard let data = Data(base64Encoded: String(parts[1])),
        let colon = data.firstIndex(of: UInt8(ascii: ":"))
      else { return nil }
      return Array(data[data.index(after: colon)...])
    default: return nil
    }
  }

  private static func equalInConstantTime(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    var difference =
      UInt8(truncatingIfNeeded: one.count ^ other.count)
      | UInt8(truncatingIfNeeded: (one.count ^ other.count) >> 8)
    for (index, byte) in one.enumerated() where !other.isEmpty {
      difference |= byte ^ other[index % other.count]
    }
    return difference == 0 && one.count == other.count
  }

  private static func problem(
    _ status: HTTPResponse.Status, _ code: String, _ title: String, headers: HTTPFields = [:]
  ) -> HTTPReply {
    Problem(status, code: code, title: title, detail: title, headers: headers)
      .reply(requestID: "")
  }

  package func respond(to request: Request, in exchange: Void) async -> Response {
    let head = request.head
    // A detached task runs on the threads of Swift's pool, not on this connection's loop.
    let reply = await Task.detached { metrics(head) }.value
    return Response(
      status: reply.status, headers: reply.headers, body: .init(byteBuffer: reply.body))
  }

  package func reject(_ fault: HTTPFault, in exchange: Void) -> HTTPReply {
    Self.problem(fault.status, fault.code, "Bad request")
  }

  package func finished(_ exchange: Void, with completion: HTTPCompletion) {}
}

extension HTTPPeer {
  /// 127.0.0.0/8, ::1, or a unix socket.
  package var isLoopback: Bool {
    address.isEmpty || address == "::1" || address.hasPrefix("127.")
      || address.hasPrefix("::ffff:127.")
  }
}

extension HTTPFault {
  /// The status that names the fault.
  package var status: HTTPResponse.Status {
    switch self {
    case .malformedHead, .malformedBody: .badRequest
    case .headTooLarge: .requestHeaderFieldsTooLarge
    case .headTimeout, .bodyTimeout: .requestTimeout
    case .bodyTooLarge: .contentTooLarge
    case .targetTooLong: .uriTooLong
    }
  }

  /// The stable code of the problem.
  package var code: String {
    switch self {
    case .malformedHead: "malformed_request"
    case .malformedBody: "malformed_body"
    case .headTooLarge: "headers_too_large"
    case .headTimeout, .bodyTimeout: "request_timeout"
    case .bodyTooLarge: "body_too_large"
    case .targetTooLong: "uri_too_long"
    }
  }
}
