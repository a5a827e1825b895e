/// A whole answer.
package struct UpstreamResponse: Sendable {
  /// The status code.
  package let status: Int
  /// The fields, names in lower case, in the order received.
  package let headers: [UpstreamHeader]
  /// The body, as sent: no content coding is undone.
  package let body: [UInt8]
  /// Whether a length or chunks told where the body ends. If not, it ended where the connection was
  /// closed and only its content can tell whether it is whole.
  package let isDelimited: Bool
  /// Start to status line.
  package let timeToFirstByte: Duration
  /// Start to last byte.
  package let duration: Duration
}
