import NIOCore

/// One request on its way: its instants, and what came back. Confined to one event loop.
final class Exchange {
  let operation: Int
  let user: VirtualUser?
  let lane: Int
  /// The closed-loop client that waits for it.
  let client: Int?
  let request: ByteBuffer
  /// Instants in nanoseconds of the monotonic clock; 0 is never.
  let intended: UInt64
  let deadline: UInt64
  var sent: UInt64 = 0
  var firstByte: UInt64 = 0
  var firstDelta: UInt64 = 0
  var finished: UInt64 = 0

  var head: ResponseHead?
  var bytesReceived = 0
  var stream: EventStreamScanner?
  var failure: FailureKind?

  init(
    operation: Int, user: VirtualUser?, lane: Int, client: Int?, request: ByteBuffer,
    intended: UInt64, deadline: UInt64
  ) {
    self.operation = operation
    self.user = user
    self.lane = lane
    self.client = client
    self.request = request
    self.intended = intended
    self.deadline = deadline
  }
}
