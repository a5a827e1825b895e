/// A request body that is made while it is sent.
///
/// `next` is asked for a piece when the connection has taken the one before, so that a slow server
/// slows its source; `nil` ends the body. A body that throws ends its transfer as `uploadFailed`:
/// the server sees a cut request, never a part that passes for the whole.
package struct UpstreamUpload: Sendable {
  /// Bytes in all, declared as `Content-Length`; `nil` sends chunks. More or fewer than declared
  /// end the transfer as `uploadFailed`.
  package let length: Int?
  let next: @Sendable () async throws -> [UInt8]?

  /// A body of `length` bytes, or of any number where that is `nil`.
  package init(length: Int? = nil, _ next: @escaping @Sendable () async throws -> [UInt8]?) {
    self.length = length.map { max(0, $0) }
    self.next = next
  }
}
