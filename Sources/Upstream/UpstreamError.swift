/// Why a request has no (whole) answer.
package struct UpstreamError: Error, Sendable, Hashable {
  /// What happened; closed and stable.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// The request cannot be sent: a bad URL, a header with a line break, two readers of a stream.
    case invalidRequest
    /// As many transfers as allowed are under way.
    case overloaded
    /// The name has no address.
    case resolve
    /// Nobody listens at the address.
    case refused
    /// The connection failed otherwise.
    case connect
    /// The handshake failed or the certificate is not trusted.
    case tls
    /// The deadline, the connect timeout or the first byte's came first.
    case timeout
    /// The connection ended before the first byte of the answer.
    case reset
    /// The connection ended within the answer: what was received is not the whole.
    case cut
    /// The source of a streamed request body failed or gave another number of bytes than it said.
    case uploadFailed
    /// The answer has more bytes than allowed.
    case tooLarge
    /// The caller's task was cancelled, or `cancel` called.
    case cancelled
    /// What came is not HTTP.
    case protocolError
    /// The client was shut down.
    case closed
    /// libcurl failed in a way that none of the above names.
    case internalFailure
  }

  /// What happened.
  package let code: Code
  /// Host and port, without path and query, which can hold secrets.
  package let authority: String
  /// No byte of the request left: a retry is safe whatever the method.
  package let sentNothing: Bool
  /// No byte of an answer came: a retry is safe where doing the work twice is.
  package let beforeFirstByte: Bool
  /// The library's words, for logs.
  package let detail: String

  package init(
    code: Code, authority: String, sentNothing: Bool, beforeFirstByte: Bool, detail: String = ""
  ) {
    self.code = code
    self.authority = authority
    self.sentNothing = sentNothing
    self.beforeFirstByte = beforeFirstByte
    self.detail = detail
  }
}

extension UpstreamError: CustomStringConvertible, CustomDebugStringConvertible {
  /// Safe to log: code and authority.
  package var description: String { "upstream \(authority): \(code.rawValue)" }

  package var debugDescription: String {
    "\(description) (\(detail); sentNothing \(sentNothing), beforeFirstByte \(beforeFirstByte))"
  }
}
