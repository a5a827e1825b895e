/// What happened in an `UpstreamClient`, each told once, in the past tense.
package enum UpstreamEvent: Sendable {
  /// A connection was opened; reuse tells nothing.
  case connectionOpened(authority: String)
  /// A transfer ended, well or not; exactly one for each request accepted.
  case transferFinished(UpstreamTransferRecord)
  /// Bytes that no request asked for came on an idle connection, or it was found closed; it was not
  /// used again. `bytes` is 0 where the peer had only closed it.
  case idleConnectionDiscarded(bytes: Int)
  /// libcurl was about to send a request a second time and was stopped.
  case resendRefused(authority: String)
}

/// A finished transfer.
package struct UpstreamTransferRecord: Sendable {
  /// Host and port.
  package let authority: String
  /// The request method.
  package let method: UpstreamRequest.Method
  /// The status, where a whole head came.
  package let status: Int?
  /// Why it failed; `nil` where the answer is whole.
  package let error: UpstreamError.Code?
  /// Start to status line, where one came.
  package let timeToFirstByte: Duration?
  /// Start to end.
  package let duration: Duration
  /// Bytes of body sent.
  package let bytesSent: Int
  /// Bytes of body received.
  package let bytesReceived: Int
  /// Whether an open connection was used.
  package let reusedConnection: Bool
}
