import HTTPTypes
import HummingbirdCore

/// A route of the gateway: one line of the contract.
package struct Route: Sendable {
  /// Who may call it.
  enum Access: Sendable {
    /// Anyone.
    case `public`
    /// Whoever has a session; else 401.
    case session
    /// Anyone, with the session where there is one; faults are pages.
    case page
  }

  let method: HTTPRequest.Method
  /// As in the contract: `/api/documents/:id`. Also the metrics' label.
  let template: String
  let access: Access
  /// Bytes of a body; 0 where the route takes none (a small one is read past).
  let bodyBytesMax: Int
  /// Probes and assets are free of the rate limit.
  let isLimited: Bool
  let handler: @Sendable (GatewayRequest) async throws -> Response
  /// The handler reads the body while it comes, as `GatewayRequest.stream`.
  var isStreamed = false
}

/// Finds the route of a request from its first line alone, so that a body is refused before it is
/// read, a wrong method is told which are right, and metrics have their label from the start.
package struct RouteTable: Sendable {
  /// A route and the values of its parameters.
  struct Match: Sendable {
    let route: Route
    let parameters: [String: String]
  }

  enum Result: Sendable {
    case found(Match)
    /// The path exists with these methods.
    case wrongMethod(allowed: String, template: String)
    case unknown
  }

  private struct Template: Sendable {
    let segments: [Substring]
    var routes: [Route]
  }

  private var exact: [String: [Route]] = [:]
  private var templates: [Template] = []

  init(_ routes: [Route]) {
    for route in routes {
      if route.template.contains(":") {
        let segments = route.template.split(separator: "/", omittingEmptySubsequences: false)
        if let index = templates.firstIndex(where: { $0.segments == segments }) {
          templates[index].routes.append(route)
        } else {
          templates.append(Template(segments: segments, routes: [route]))
        }
      } else {
        exact[route.template, default: []].append(route)
      }
    }
  }

  /// Every template, for the metrics' bounded label.
  var allTemplates: [String] {
    Array(Set(exact.keys).union(templates.map { $0.segments.joined(separator: "/") })).sorted()
  }

  /// Matches a method and a path without query. HEAD is served by GET.
  func match(_ method: HTTPRequest.Method, _ path: String) -> Result {
    if let routes = exact[path] { return choose(routes, method, [:]) }
    guard !templates.isEmpty else { return .unknown }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    for template in templates where template.segments.count == segments.count {
      var parameters: [String: String] = [:]
      let fits = zip(template.segments, segments).allSatisfy { pattern, segment in
        guard pattern.first == ":" else { return pattern == segment }
        parameters[String(pattern.dropFirst())] = String(segment)
        return !segment.isEmpty
      }
      if fits { return choose(template.routes, method, parameters) }
    }
    return .unknown
  }

  private func choose(
    _ routes: [Route], _ method: HTTPRequest.Method, _ parameters: [String: String]
  ) -> Result {
    let wanted = method == .head ? .get : method
    if let route = routes.first(where: { $0.method == wanted }) {
      return .found(Match(route: route, parameters: parameters))
    }
    var methods = routes.map(\.method.rawValue)
    if methods.contains("GET") { methods.append("HEAD") }
    methods.append("OPTIONS")
    return .wrongMethod(
      allowed: methods.sorted().joined(separator: ", "), template: routes[0].template)
  }
}
