package import HTTPTypes
package import HummingbirdCore
package import NIOCore

/// What an HTTP server of ours serves: the contract between the connection handler and an app.
///
/// For every request, malformed ones included, the handler calls `begin` once, then exactly one of
/// `respond`, `reject` or nothing (the plan answered already), then `finished` once, when the last
/// byte was written or the client was found gone. All calls come on the connection's event loop;
/// `respond` runs as a task of that loop and is cancelled when the client leaves.
package protocol HTTPApplication: Sendable {
  /// What the app keeps about one request from its first line to its last byte.
  associatedtype Exchange: Sendable

  /// Opens an exchange. `head` is nil where the head could not be parsed.
  func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (exchange: Exchange, plan: HTTPBodyPlan)

  /// Answers a request whose body is collected, or comes in as it is read: then reading it throws
  /// an `HTTPFault` where it does not come whole. Never throws: errors become responses here.
  func respond(to request: Request, in exchange: Exchange) async -> Response

  /// Words the answer to a request that the connection handler refuses.
  func reject(_ fault: HTTPFault, in exchange: Exchange) -> HTTPReply

  /// Told once per exchange, after the last byte.
  func finished(_ exchange: Exchange, with completion: HTTPCompletion)
}

/// What to do with a request once its head is known.
package enum HTTPBodyPlan: Sendable {
  /// Collect the body up to this many bytes, then respond.
  case collect(maxBytes: Int)
  /// Respond at once, and hand the body on as it comes, up to this many bytes. What the reader does
  /// not take is not read from the client.
  case stream(maxBytes: Int)
  /// Answer in place, without a task (probes).
  case answer(HTTPReply)
  /// Refuse before the body is read.
  case refuse(HTTPFault)
}

/// A complete small answer, written without a task.
package struct HTTPReply: Sendable {
  package var status: HTTPResponse.Status
  package var headers: HTTPFields
  package var body: ByteBuffer

  package init(status: HTTPResponse.Status, headers: HTTPFields, body: ByteBuffer) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The other end of a connection.
package struct HTTPPeer: Sendable {
  /// Numeric address without port; empty for unix sockets.
  package let address: String

  package init(address: String) { self.address = address }
}

/// Why the connection handler refuses a request; the app words the answer.
package enum HTTPFault: Error, Equatable {
  /// The head is not HTTP/1.1. Status 400.
  case malformedHead
  /// The head is larger than the limit. Status 431.
  case headTooLarge
  /// The head did not arrive in time. Status 408.
  case headTimeout
  /// The body is larger than `limit` bytes. Status 413.
  case bodyTooLarge(limit: Int)
  /// The body stopped arriving. Status 408.
  case bodyTimeout
  /// The body's framing is broken. Status 400.
  case malformedBody
  /// The target is longer than the limit. Status 414.
  case targetTooLong
}

/// How an exchange ended.
package struct HTTPCompletion: Sendable {
  /// Status sent; 499 where the client left before the last byte.
  package let status: Int
  /// Bytes of the request, head included.
  package let bytesIn: Int
  /// Bytes of the response body.
  package let bytesOut: Int
}
