/// The two cookies of a session. Where browsers come by https they are Secure and bear the
/// `__Host-` prefix; that is decided by settings, never by a header.
struct SessionCookies: Sendable {
  private let isHTTPS: Bool
  private let prefix: String

  static let sessionSeconds: Int64 = 3600
  static let refreshSeconds: Int64 = 30 * 24 * 3600

  init(isHTTPS: Bool) {
    self.isHTTPS = isHTTPS
    prefix = isHTTPS ? "__Host-" : ""
  }

  /// The tokens among the cookies of a request; the first of each name counts.
  func parse(_ headers: [String]) -> (session: String?, refresh: String?) {
    var session: String?
    var refresh: String?
    for header in headers {
      for pair in header.split(separator: ";") {
        let pair = pair.drop { $0 == " " }
        guard let equals = pair.firstIndex(of: "=") else { continue }
        let value = String(pair[pair.index(after: equals)...])
        switch pair[..<equals] {
        case "\(prefix)phoenix_session": session = session ?? value
        case "\(prefix)phoenix_refresh": refresh = refresh ?? value
        default: break
        }
      }
    }
    return (session?.isEmpty == true ? nil : session, refresh?.isEmpty == true ? nil : refresh)
  }

  /// `Set-Cookie` values for a new session.
  func set(_ signedIn: SignedIn) -> [String] {
    [
      cookie("phoenix_session", signedIn.accessToken, Self.sessionSeconds),
      cookie("phoenix_refresh", signedIn.refreshToken, Self.refreshSeconds),
    ]
  }

  /// `Set-Cookie` values that end a session in the browser.
  func clearing() -> [String] {
    [cookie("phoenix_session", "", 0), cookie("phoenix_refresh", "", 0)]
  }

  private func cookie(_ name: String, _ value: String, _ seconds: Int64) -> String {
    "\(prefix)\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
      + (isHTTPS ? "; Secure" : "")
  }
}
