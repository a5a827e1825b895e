import HTTPTypes
import HummingbirdCore
import Telemetry

/// One visitor's look at a page: whom its forms are made for, and the cookie that says so where
/// there is no session yet.
struct PageVisit {
  /// As a session's: of this host alone where browsers come by https, so that no neighbour sets it.
  private static func cookieName(isHTTPS: Bool) -> String {
    (isHTTPS ? "__Host-" : "") + "phoenix_form"
  }

  private let isSignedIn: Bool
  private let csrf: String
  private let cookie: String?

  init(_ request: GatewayRequest, tokens: FormTokens, isHTTPS: Bool) {
    isSignedIn = request.session != nil
    let now = MonotonicClock.wallMilliseconds()
    var visitor = Self.visitor(of: request, isHTTPS: isHTTPS)
    if visitor.isEmpty {
      visitor = UUIDv7.make(nowMilliseconds: now)
      cookie =
        "\(Self.cookieName(isHTTPS: isHTTPS))=\(visitor); Path=/; HttpOnly; SameSite=Lax"
        + (isHTTPS ? "; Secure" : "")
    } else {
      cookie = nil
    }
    csrf = tokens.make(for: visitor, now: now / 1000)
  }

  /// The session, else the cookie's value, else nothing.
  static func visitor(of request: GatewayRequest, isHTTPS: Bool) -> String {
    if let session = request.session { return session.sessionID }
    let cookieName = cookieName(isHTTPS: isHTTPS)
    for header in request.head.headerFields[values: .cookie] {
      for pair in header.split(separator: ";") {
        let pair = pair.drop { $0 == " " }
        if pair.hasPrefix(cookieName + "=") {
          return String(pair.dropFirst(cookieName.count + 1).prefix(64))
        }
      }
    }
    return ""
  }

  func frame(_ title: String) -> Pages.Frame {
    Pages.Frame(title: title, isSignedIn: isSignedIn, csrf: csrf)
  }

  /// Adds the cookie that the page's forms need.
  func finish(_ response: Response) -> Response {
    guard let cookie else { return response }
    var response = response
    response.headers.append(HTTPField(name: .setCookie, value: cookie))
    return response
  }
}
