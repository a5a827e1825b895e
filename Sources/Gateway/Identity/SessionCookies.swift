/// The two cookies of a session. Where browsers come by https they are Secure and bear the
/// `__Host-` prefix; that is decided by settings, never by a header.
package struct SessionCookies: Sendable {
  private let isHTTPS: Bool
  private let prefix: String

  static let sessionSeconds: Int64 = 3600
  static let refreshSeconds: Int64 = 30 * 24 * 3600

  /// - Parameter isHTTPS: whether `PHOENIX_PUBLIC_URL` is https.
  package init(isHTTPS: Bool) {
    self.isHTTPS = isHTTPS
    prefix = isHTTPS ? "__Host-" : ""
  }

  /// The tokens among the `Cookie` headers of a request; the first of each name counts, as browsers
  /// send the most specific first (RFC 6265, section 5.4).
  package func parse(_ headers: [String]) -> (session: String?, refresh: String?) {
    var session: String?
    var refresh: String?
    for header in headers {
      for pair in header.split(separator: ";") {
        let pair = Self.trim(pair)
        guard let equals = pair.firstIndex(of: "=") else { continue }
        let value = Self.trim(pair[pair.index(after: equals)...])
        guard !value.isEmpty else { continue }
        switch Self.trim(pair[..<equals]) {
        case "\(prefix)phoenix_session": session = session ?? String(value)
        case "\(prefix)phoenix_refresh": refresh = refresh ?? String(value)
        default: break
        }
      }
    }
    return (session, refresh)
  }

  /// `Set-Cookie` values for a new session.
  package func set(_ signedIn: SignedIn) -> [String] {
    [
      cookie("phoenix_session", signedIn.accessToken, Self.sessionSeconds),
      cookie("phoenix_refresh", signedIn.refreshToken, Self.refreshSeconds),
    ]
  }

  /// `Set-Cookie` values that end a session in the browser.
  package func clearing() -> [String] {
    [cookie("phoenix_session", "", 0), cookie("phoenix_refresh", "", 0)]
  }

  /// Tokens are of the URL alphabet and dots: nothing in them needs escaping.
  private func cookie(_ name: String, _ value: String, _ seconds: Int64) -> String {
    "\(prefix)\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
      + (isHTTPS ? "; Secure" : "")
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text = text.dropLast() }
    return text
  }
}
