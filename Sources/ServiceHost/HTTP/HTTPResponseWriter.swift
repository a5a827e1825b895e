import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Synchronization

/// Writes one response from the request's task. A body that fits one buffer leaves in one flush
/// with its head; a streamed one waits for each flush, which is the back-pressure.
struct HTTPResponseWriter: ResponseBodyWriter {
  let channel: any Channel
  /// What is not written yet; nil once the head left.
  private var head: HTTPResponseHead?
  private var held: ByteBuffer?
  private let declaredLength: Int?
  private let sendsBody: Bool
  private let progress: HTTPResponseProgress

  init(
    channel: any Channel, head: HTTPResponseHead, declaredLength: Int?, sendsBody: Bool,
    progress: HTTPResponseProgress
  ) {
    self.channel = channel
    self.head = head
    self.declaredLength = declaredLength
    self.sendsBody = sendsBody
    self.progress = progress
  }

  mutating func write(_ buffer: ByteBuffer) async throws {
    guard sendsBody, buffer.readableBytes > 0 else { return }
    progress.add(bytes: buffer.readableBytes)
    if let head {
      if let declaredLength, declaredLength == buffer.readableBytes {
        held = buffer
        return
      }
      self.head = nil
      progress.headWritten()
      channel.write(HTTPServerResponsePart.head(head), promise: nil)
    }
    progress.waitingForClient()
    try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer))).get()
    progress.clientTook()
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
    if let head {
      progress.headWritten()
      guard sendsBody else {
        try await finishWithoutBody(head)
        return
      }
      channel.write(HTTPServerResponsePart.head(head), promise: nil)
      if let held {
        channel.write(HTTPServerResponsePart.body(.byteBuffer(held)), promise: nil)
      }
    }
    progress.endWritten()
    progress.waitingForClient()
    try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
    progress.completed()
  }

  /// The encoder does not know the method: at the end of an answer to HEAD it would write the last
  /// chunk, which the client takes for the next answer. So it is not told of an end.
  private func finishWithoutBody(_ head: HTTPResponseHead) async throws {
    progress.endWritten()
    progress.waitingForClient()
    try await channel.writeAndFlush(HTTPServerResponsePart.head(head)).get()
    progress.completed()
  }
}

/// What the writer has done, for the handler to judge how a response ended.
final class HTTPResponseProgress: Sendable {
  struct State {
    var bytesOut = 0
    var isHeadWritten = false
    /// The end is handed to the channel.
    var isEndWritten = false
    /// The channel gave the last byte to the kernel.
    var isComplete = false
    /// Set while the task waits for the client to take what was flushed.
    var waitingSince: NIODeadline?
  }

  private let state = Mutex(State())

  var snapshot: State { state.withLock { $0 } }
  func add(bytes: Int) { state.withLock { $0.bytesOut += bytes } }
  func headWritten() { state.withLock { $0.isHeadWritten = true } }
  func endWritten() { state.withLock { $0.isEndWritten = true } }
  func waitingForClient() { state.withLock { $0.waitingSince = .now() } }
  func completed() {
    state.withLock {
      $0.waitingSince = nil
      $0.isComplete = true
    }
  }
  func clientTook() { state.withLock { $0.waitingSince = nil } }
}
