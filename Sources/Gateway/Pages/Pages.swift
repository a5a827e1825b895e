import HTTPTypes
import HummingbirdCore
import Mustache
import NIOCore
import ServiceHost

/// Renders the pages: templates compiled once, at start-up.
struct Pages: Sendable {
  /// What every page shows around its content.
  struct Frame: Sendable {
    var title: String
    var isSignedIn: Bool
    var csrf: String
  }

  private let library: MustacheLibrary
  private let policy: HTTPField?

  /// - Parameter isHTTPS: whether browsers come by https.
  /// - Throws: where a template does not parse, which is a fault of ours.
  init(isHTTPS: Bool) throws {
    var templates: [String: MustacheTemplate] = [:]
    for (name, text) in PageTexts.all { templates[name] = try MustacheTemplate(string: text) }
    library = MustacheLibrary(templates: templates)
    // Stricter than the API's: a page of ours needs its style sheet, its icon and its forms.
    let rules = [
      "default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'",
      "base-uri 'none'", "frame-ancestors 'none'",
    ]
    policy = HTTPField.Name("Content-Security-Policy").map {
      HTTPField(
        name: $0,
        value: (rules + (isHTTPS ? ["upgrade-insecure-requests"] : [])).joined(separator: "; "))
    }
  }

  /// A page as a reply that nobody may keep.
  func reply(
    _ name: String, _ frame: Frame, _ content: [String: Any] = [:],
    status: HTTPResponse.Status = .ok
  ) -> HTTPReply {
    // A section over a text is shown wherever there is one, so an empty one must not be there.
    var context = content.filter { $0.value as? String != "" }
    context["title"] = frame.title
    context["isSignedIn"] = frame.isSignedIn
    context["csrf"] = frame.csrf
    let html = library.render(context, withTemplate: name) ?? ""
    var headers: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "no-store, private",
    ]
    if let policy { headers.append(policy) }
    return HTTPReply(status: status, headers: headers, body: ByteBuffer(string: html))
  }

  /// The same as a response.
  func response(
    _ name: String, _ frame: Frame, _ content: [String: Any] = [:],
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let reply = reply(name, frame, content, status: status)
    return Response(
      status: reply.status, headers: reply.headers, body: .init(byteBuffer: reply.body))
  }

  /// A fault as a page, with what a family needs to tell us about it.
  func reply(to problem: Problem, requestID: String) -> HTTPReply {
    var reply = reply(
      "problem", Frame(title: "Erreur", isSignedIn: false, csrf: ""),
      [
        "heading": problem.status.code < 500 ? "Cette page n'est pas disponible" : "Un incident",
        "detail": problem.detail, "request": requestID,
      ], status: problem.status)
    for field in problem.headers { reply.headers[field.name] = field.value }
    return reply
  }

  /// Sends the browser on with a GET.
  static func redirect(to path: String, cookies: [String] = []) -> Response {
    var response = Response(
      status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    for cookie in cookies {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }
}
