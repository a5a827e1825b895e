import Synchronization

/// Hands pieces of a body from one task to another, one at a time: the giver waits until its piece
/// is taken, so that a slow taker slows it down.
final class PieceChannel: Sendable {
  private typealias Giver = CheckedContinuation<Void, any Error>
  private typealias Taker = CheckedContinuation<[UInt8]?, any Error>

  private enum State {
    case idle
    case offered([UInt8], Giver)
    case wanted(Taker)
    /// Nothing more comes.
    case finished
    case failed(any Error)
  }

  private let state = Mutex(State.idle)

  /// Gives a piece and waits until it is taken.
  func send(_ piece: [UInt8]) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { giver in
        let taker = state.withLock { state -> Result<Taker?, any Error> in
          switch state {
          case .idle:
            state = .offered(piece, giver)
            return .success(nil)
          case .wanted(let taker):
            state = .idle
            return .success(taker)
          case .failed(let error): return .failure(error)
          // A second giver, or one after the end.
          case .offered, .finished: return .failure(CancellationError())
          }
        }
        switch taker {
        case .success(nil): break
        case .success(let taker?):
          taker.resume(returning: piece)
          giver.resume()
        case .failure(let error): giver.resume(throwing: error)
        }
      }
    } onCancel: {
      fail(CancellationError())
    }
  }

  /// Says that nothing more comes.
  func finish() {
    let taker = state.withLock { state -> Taker? in
      switch state {
      case .wanted(let taker):
        state = .finished
        return taker
      case .idle:
        state = .finished
        return nil
      case .offered, .finished, .failed: return nil
      }
    }
    taker?.resume(returning: nil)
  }

  /// Ends it for both.
  func fail(_ error: any Error) {
    let before = state.withLock { state in
      let before = state
      switch before {
      case .finished, .failed: break
      case .idle, .offered, .wanted: state = .failed(error)
      }
      return before
    }
    switch before {
    case .offered(_, let giver): giver.resume(throwing: error)
    case .wanted(let taker): taker.resume(throwing: error)
    case .idle, .finished, .failed: break
    }
  }

  /// Takes the next piece; nil at the end.
  func next() async throws -> [UInt8]? {
    try await withCheckedThrowingContinuation { taker in
      let found = state.withLock {
        state -> Result<([UInt8]?, Giver?)?, any Error> in
        switch state {
        case .idle:
          state = .wanted(taker)
          return .success(nil)
        case .offered(let piece, let giver):
          state = .idle
          return .success((piece, giver))
        case .finished: return .success((nil, nil))
        case .failed(let error): return .failure(error)
        case .wanted: return .failure(CancellationError())
        }
      }
      switch found {
      case .success(nil): break
      case .success(let (piece, giver)?):
        giver?.resume()
        taker.resume(returning: piece)
      case .failure(let error): taker.resume(throwing: error)
      }
    }
  }
}
