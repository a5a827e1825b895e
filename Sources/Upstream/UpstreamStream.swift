/// An answer whose head is here and whose body is still to come.
///
/// One reader calls `next()` until `nil`, which means that the body is whole as far as the
/// transport can tell (`isDelimited`); a cut body throws. A slow reader slows the server: at most
/// `streamBufferBytesMax` and one read of bytes are held. Dropping the last reference ends the
/// transfer, as `cancel()` does.
package final class UpstreamStream: Sendable {
  struct Head: Sendable {
    let status: Int
    let headers: [UpstreamHeader]
    let isDelimited: Bool
  }

  /// The status code.
  package let status: Int
  /// The fields, names in lower case, in the order received.
  package let headers: [UpstreamHeader]
  /// Whether a length or chunks tell where the body ends; see `UpstreamResponse.isDelimited`.
  package let isDelimited: Bool
  private let client: UpstreamClient
  private let id: UInt64

  init(head: Head, client: UpstreamClient, id: UInt64) {
    status = head.status
    headers = head.headers
    isDelimited = head.isDelimited
    self.client = client
    self.id = id
  }

  deinit {
    cancel()
  }

  /// The bytes received since the last call, waiting for some; `nil` at the end. Cancelling the
  /// task that waits cancels the transfer.
  package func next() async throws(UpstreamError) -> [UInt8]? {
    try await client.next(id)
  }

  /// Ends the transfer and closes its connection; harmless when it has ended.
  package func cancel() {
    client.abandonSoon(id)
  }
}
