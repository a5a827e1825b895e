import HTTPTypes

/// Which web origins may use the API: refuses unsafe requests that another site made a browser
/// send, and grants CORS to the allowed ones.
struct OriginPolicy: Sendable {
  private let own: Set<String>
  private let allowed: Set<String>

  /// - Parameters:
  ///   - publicURL: our own origin as browsers see it.
  ///   - developmentPort: outside production, loopback names on this port are ours too.
  init(publicURL: String, allowed: [String], developmentPort: Int?) {
    var own: Set = [Self.origin(ofURL: publicURL)]
    if let developmentPort {
      own.insert("http://localhost:\(developmentPort)")
      own.insert("http://127.0.0.1:\(developmentPort)")
    }
    self.own = own
    self.allowed = Set(allowed)
  }

  /// Whether an unsafe request may go on.
  ///
  /// `Bearer` requests carry no ambient authority, so they may come from anywhere. Then
  /// `Sec-Fetch-Site` decides where a browser sent it, else `Origin`, else `Referer`; a client
  /// that sends none of them is no browser.
  func permits(_ request: HTTPRequest) -> Bool {
    switch request.method {
    case .get, .head, .options: return true
    default: break
    }
    let headers = request.headerFields
    if headers[.authorization]?.lowercased().hasPrefix("bearer ") == true { return true }
    let origin = headers[.origin]
    if let origin, allowed.contains(origin) { return true }
    switch headers[.secFetchSite] {
    case "same-origin", "none": return true
    case "cross-site", "same-site": return false
    default: break
    }
    if let origin { return own.contains(origin) }
    if let referer = headers[.referer] {
      let site = Self.origin(ofURL: referer)
      return own.contains(site) || allowed.contains(site)
    }
    return true
  }

  /// CORS headers for the response to `request`; `Vary: Origin` always, since the answer depends
  /// on it.
  func corsFields(for request: HTTPRequest) -> [HTTPField] {
    guard !allowed.isEmpty else { return [] }
    var fields = [HTTPField(name: .vary, value: "Origin")]
    if let origin = request.headerFields[.origin], allowed.contains(origin) {
      fields.append(HTTPField(name: .accessControlAllowOrigin, value: origin))
      fields.append(HTTPField(name: .accessControlAllowCredentials, value: "true"))
      fields.append(
        HTTPField(
          name: .accessControlExposeHeaders,
          value:
            "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, "
            + "Server-Timing, X-Cache, X-Request-Id"
        ))
    }
    return fields
  }

  /// Further headers for a preflight whose origin is allowed.
  func preflightFields(for request: HTTPRequest, methods: String) -> [HTTPField] {
    guard let origin = request.headerFields[.origin], allowed.contains(origin) else { return [] }
    return [
      HTTPField(name: .accessControlAllowMethods, value: methods),
      HTTPField(
        name: .accessControlAllowHeaders,
        value:
          "Accept, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-Match, "
          + "traceparent, X-Request-Id"),
      HTTPField(name: .accessControlMaxAge, value: "7200"),
    ]
  }

  /// Scheme, host and port of a URL.
  private static func origin(ofURL url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return String(url[..<scheme.upperBound] + authority)
  }
}
