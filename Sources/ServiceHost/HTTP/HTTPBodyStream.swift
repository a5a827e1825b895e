import NIOCore
import Synchronization

/// The body of a request while it comes in, from its connection to the one task that reads it.
///
/// The connection pushes; a reader that lags makes it stop reading from the socket, so that at most
/// `heldBytesMax` and one read more are held, however large the body is.
///
/// | state | push | finish | next |
/// | --- | --- | --- | --- |
/// | nobody waits | held | remembered | what is held, then the end; else waits |
/// | reader waits | handed over | tells the reader | – (one reader) |
/// | ended | dropped | – | nil, or throws the fault |
final class HTTPBodyStream: AsyncSequence, Sendable {
  /// Held bytes at which the connection stops reading.
  static let heldBytesMax = 256 * 1024

  private enum End {
    case whole
    case fault(HTTPFault)
    case cancelled
  }

  private struct State {
    var held = CircularBuffer<ByteBuffer>()
    var heldBytes = 0
    var end: End?
    var reader: CheckedContinuation<ByteBuffer?, any Error>?
    var isPaused = false
  }

  private let state = Mutex(State())
  /// Called from the reader's task when the connection may read on.
  private let wantsMore: @Sendable () -> Void

  init(wantsMore: @escaping @Sendable () -> Void) { self.wantsMore = wantsMore }

  /// Takes what came.
  /// - Returns: false where the connection has to stop reading until `wantsMore`.
  func push(_ buffer: ByteBuffer) -> Bool {
    let (reader, goesOn) = state.withLock {
      state -> (CheckedContinuation<ByteBuffer?, any Error>?, Bool) in
      guard state.end == nil else { return (nil, true) }
      if let reader = state.reader {
        state.reader = nil
        return (reader, true)
      }
      state.held.append(buffer)
      state.heldBytes += buffer.readableBytes
      state.isPaused = state.heldBytes >= Self.heldBytesMax
      return (nil, !state.isPaused)
    }
    reader?.resume(returning: buffer)
    return goesOn
  }

  /// The body is whole.
  func finish() { end(.whole) }

  /// The body will never be whole; what is held is dropped.
  func fail(_ fault: HTTPFault) { end(.fault(fault)) }

  /// The client is gone.
  func cancel() { end(.cancelled) }

  private func end(_ end: End) {
    let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.end == nil else { return nil }
      state.end = end
      if case .whole = end {} else { state.held.removeAll() }
      defer { state.reader = nil }
      return state.reader
    }
    guard let reader else { return }
    switch end {
    case .whole: reader.resume(returning: nil)
    case .fault(let fault): reader.resume(throwing: fault)
    case .cancelled: reader.resume(throwing: CancellationError())
    }
  }

  // MARK: The reader

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let stream: HTTPBodyStream

    func next() async throws -> ByteBuffer? { try await stream.next() }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

  private enum Taken {
    case buffer(ByteBuffer, resumes: Bool)
    case end(End)
    case nothing
  }

  private func next() async throws -> ByteBuffer? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { reader in take(for: reader) }
    } onCancel: {
      cancel()
    }
  }

  private func take(for reader: CheckedContinuation<ByteBuffer?, any Error>) {
    let taken = state.withLock { state -> Taken in
      if let buffer = state.held.popFirst() {
        state.heldBytes -= buffer.readableBytes
        let resumes = state.isPaused && state.heldBytes < Self.heldBytesMax / 2
        if resumes { state.isPaused = false }
        return .buffer(buffer, resumes: resumes)
      }
      if let end = state.end { return .end(end) }
      state.reader = reader
      return .nothing
    }
    switch taken {
    case .buffer(let buffer, let resumes):
      if resumes { wantsMore() }
      reader.resume(returning: buffer)
    case .end(.whole): reader.resume(returning: nil)
    case .end(.fault(let fault)): reader.resume(throwing: fault)
    case .end(.cancelled): reader.resume(throwing: CancellationError())
    case .nothing: break
    }
  }
}
