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
  /// Nanoseconds after the sending at which the client leaves; 0 stays.
  let leavesAfter: UInt64
  var sent: UInt64 = 0
  var firstByte: UInt64 = 0
  var firstDelta: UInt64 = 0
  var finished: UInt64 = 0

  var head: ResponseHead?
  var bytesReceived = 0
  var stream: EventStreamScanner?
  /// The answer's body, where the operation wants to read it; at most ``bodyBytesMax``.
  var body: [UInt8] = []
  let keepsBody: Bool
  /// The journey that goes on when this has ended, and the step that this is.
  var journey: JourneyWalk?
  var failure: FailureKind?
  /// Whether it was the first on its connection.
  var isFirst = false

  /// Nanoseconds between the sending and the first byte that the server says nothing of: on the
  /// way, or waiting for a program that had no turn. Nil where the answer bears no time.
  var outside: UInt64? {
    guard let told = head?.timing?.total, firstByte >= sent else { return nil }
    return (firstByte - sent) - min(firstByte - sent, told)
  }

  /// Between these lies the request's duration as the server counted it, in nanoseconds. The least
  /// is what the answer tells up to its head, and from there on what was seen; the most is all that
  /// passed between sending and end.
  var served: (least: UInt64, most: UInt64) {
    let whole = finished - sent
    return (whole - min(whole, outside ?? 0), whole)
  }

  static let bodyBytesMax = 1 << 20

  init(
    operation: Int, user: VirtualUser?, lane: Int, client: Int?, request: ByteBuffer,
    intended: UInt64, deadline: UInt64, leavesAfter: UInt64 = 0, keepsBody: Bool
  ) {
    self.operation = operation
    self.user = user
    self.lane = lane
    self.client = client
    self.request = request
    self.intended = intended
    self.deadline = deadline
    self.leavesAfter = leavesAfter
    self.keepsBody = keepsBody
  }

  /// Whether the body was longer than what is kept, so that not all of it could be searched.
  private(set) var isBodyCut = false

  func keep(_ bytes: UnsafeRawBufferPointer) {
    let room = Self.bodyBytesMax - body.count
    if bytes.count > room { isBodyCut = true }
    body.append(contentsOf: bytes.prefix(room))
  }
}

/// Where a user stands in a journey.
struct JourneyWalk {
  let journey: Int
  let step: Int
}
