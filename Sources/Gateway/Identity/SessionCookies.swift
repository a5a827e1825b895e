/// The two cookies of a session. Where browsers come by https they are Secure and bear the
/// `__Host-` prefix; that is decided by settings, never by a header.
package struct SessionCookies: Sendable {
  let isHTTPS: Bool
  private let sessionName: String
  private let refreshName: String

  static let sessionSeconds: Int64 = 3600
  static let refreshSeconds: Int64 = 30 * 24 * 3600

  /// - Parameter isHTTPS: whether `PHOENIX_PUBLIC_URL` is https.
  package init(isHTTPS: Bool) {
    self.isHTTPS = isHTTPS
    sessionName = (isHTTPS ? "__Host-" : "") + "phoenix_session"
    refreshName = (isHTTPS ? "__Host-" : "") + "phoenix_refresh"
  }

  /// The tokens among the `Cookie` headers of a request; the first of each name counts, as browsers
  /// send the most specific first (RFC 6265, section 5.4).
  package func parse(_ headers: [String]) -> (session: String?, refresh: String?) {
    var session: String?
    var refresh: String?
    for header in headers {
      for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
        let value = Self.trim(pair[pair.index(after: equals)...])
        let name = Self.trim(pair[..<equals])
        guard !value.isEmpty else { continue }
        if session == nil, name == sessionName { session = String(value) }
        if refresh == nil, name == refreshName { refresh = String(value) }
      }
    }
    return (session, refresh)
  }

  /// `Set-Cookie` values for a new session.
  package func set(_ signedIn: SignedIn) -> [String] {
    [
      cookie(sessionName, signedIn.accessToken, Self.sessionSeconds),
      cookie(refreshName, signedIn.refreshToken, Self.refreshSeconds),
    ]
  }

  /// `Set-Cookie` values that end a session in the browser.
  package func clearing() -> [String] {
    [cookie(sessionName, "", 0), cookie(refreshName, "", 0)]
  }

  /// Tokens are of the URL alphabet and dots: nothing in them needs escaping.
  private func cookie(_ name: String, _ value: String, _ seconds: Int64) -> String {
    "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
      + (isHTTPS ? "; Secure" : "")
  }

  private static func trim(_ text: Substring.UTF8View) -> Substring {
    var text = text
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return Substring(text)
  }
}
