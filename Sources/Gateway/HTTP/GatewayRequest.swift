import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost

/// A request as a route sees it: matched, admitted, its body collected or on its way.
package struct GatewayRequest: Sendable {
  let head: HTTPRequest
  let body: ByteBuffer
  /// The body as it comes, once; of a route that collects it, what `body` holds.
  let stream: RequestBody
  let exchange: RequestExchange
  let parameters: [String: String]
  /// Present on routes with `access: .session`.
  let session: Session?

  /// The session of a protected route.
  func requireSession() throws(Problem) -> Session {
    guard let session else { throw .unauthenticated }
    return session
  }

  /// The first value of a query parameter, percent-decoded.
  func query(_ name: String) -> String? {
    guard let path = head.path, let mark = path.firstIndex(of: "?") else { return nil }
    for pair in path[path.index(after: mark)...].split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts[0] == name else { continue }
      let raw = parts.count == 2 ? parts[1].replacing("+", with: " ") : ""
      return String(raw).removingPercentEncoding
    }
    return nil
  }

  /// A whole number of the query within `range`; a bad one is 422.
  func queryInt(_ name: String, default value: Int, in range: ClosedRange<Int>)
    throws(Problem) -> Int
  {
    guard let text = query(name) else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw .invalid([
        .init(
          field: name, code: "out_of_range",
          message: "Nombre entier de \(range.lowerBound) à \(range.upperBound) attendu.")
      ])
    }
    return number
  }

  /// A UUID of the query, lower-case; a bad one is 422.
  func queryUUID(_ name: String) throws(Problem) -> String? {
    guard let text = query(name) else { return nil }
    guard let id = UUID(uuidString: text) else {
      throw .invalid([
        .init(field: name, code: "invalid_uuid", message: "Identifiant (UUID) attendu.")
      ])
    }
    return id.uuidString.lowercased()
  }

  /// The JSON object of the body. 400 where it is no JSON, 415 where it is not declared as JSON,
  /// 422 where it is no object.
  func jsonObject() throws(Problem) -> JSONObject {
    let type = head.headerFields[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
    guard type.filter({ $0 != " " }) == "application/json" else { throw .unsupportedMediaType }
    return try JSONObject(bytes: Array(body.readableBytesView))
  }
}
