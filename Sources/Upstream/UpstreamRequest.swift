/// One request to a server of ours or of a provider.
package struct UpstreamRequest: Sendable {
  /// The request method.
  package enum Method: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// The request method.
  package var method: Method
  /// An absolute `http` or `https` URL, percent-encoded, without user name.
  package var url: String
  /// Fields to send besides `Host` and `Content-Length`, which are made here.
  package var headers: [UpstreamHeader]
  /// The whole body, possibly empty.
  package var body: [UInt8]
  /// A body that is made while it is sent, in place of `body`; for POST, PUT and PATCH.
  package var upload: UpstreamUpload?
  /// When the answer must be whole; on expiry the transfer ends with `timeout`.
  package var deadline: ContinuousClock.Instant
  /// How long name and connection may take.
  package var connectTimeout: Duration
  /// How long, from the start, the status line may take; `nil`: until the deadline.
  package var firstByteTimeout: Duration?
  /// The most bytes of body that are accepted; one more ends the transfer with `tooLarge`.
  package var responseBytesMax: Int

  /// A request that must end at `deadline`.
  package init(
    _ method: Method, _ url: String, headers: [UpstreamHeader] = [], body: [UInt8] = [],
    deadline: ContinuousClock.Instant, connectTimeout: Duration = .seconds(2),
    firstByteTimeout: Duration? = nil, responseBytesMax: Int = 8 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.deadline = deadline
    self.connectTimeout = connectTimeout
    self.firstByteTimeout = firstByteTimeout
    self.responseBytesMax = responseBytesMax
  }

  /// A request that must end within `timeout` from now.
  package init(
    _ method: Method, _ url: String, headers: [UpstreamHeader] = [], body: [UInt8] = [],
    timeout: Duration, connectTimeout: Duration = .seconds(2), firstByteTimeout: Duration? = nil,
    responseBytesMax: Int = 8 << 20
  ) {
    self.init(
      method, url, headers: headers, body: body, deadline: .now.advanced(by: timeout),
      connectTimeout: connectTimeout, firstByteTimeout: firstByteTimeout,
      responseBytesMax: responseBytesMax)
  }
}

/// A header field.
package struct UpstreamHeader: Sendable, Hashable {
  /// The field's name; lower case in responses.
  package var name: String
  /// The value without surrounding white space.
  package var value: String

  /// A field.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension [UpstreamHeader] {
  /// The value of the first field of that name, in lower case.
  package func first(_ name: String) -> String? {
    first { $0.name == name }?.value
  }
}
