import Reactor
import Synchronization
import Upstream

/// One request in the hands of one worker, until it has ended; the pool counts it once.
final class WorkerLease: Sendable {
  let index: Int
  private let key: [UInt8]
  private let desk: WorkerDesk
  private let startedAt = Reactor.now()
  private let isFinished = Atomic<Bool>(false)

  init(_ index: Int, key: [UInt8], desk: WorkerDesk) {
    self.index = index
    self.key = key
    self.desk = desk
  }

  deinit {
    finish(.cancelled, .none)
  }

  var duration: Duration { .nanoseconds(Int64(clamping: Reactor.now() &- startedAt)) }

  /// Ends it; later calls do nothing.
  func finish(_ outcome: WorkerPoolEvent.Outcome, _ verdict: WorkerPoolStateMachine.Verdict) {
    guard !isFinished.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let duration = duration
    desk.update {
      $0.finished(
        index, key: key, outcome: outcome, verdict: verdict, duration: duration, at: Reactor.now())
    }
  }

  /// Ends it by the status of a whole answer.
  func finish(status: Int) {
    switch status {
    case ..<400: finish(.ok, .good)
    case 429: finish(.rejected, .none)
    case 502: finish(.error, .bad)
    case 503: finish(.rejected, .bad)
    case 504: finish(.timeout, .bad)
    // One message that a worker stumbles over must not take it from everybody.
    default: finish(.error, .none)
    }
  }

  /// Ends it by an error of the transport.
  func finish(_ error: UpstreamError) {
    switch error.code {
    case .cancelled: finish(.cancelled, .none)
    case .timeout: finish(.timeout, .bad)
    case .refused: finish(.error, .gone)
    case .overloaded: finish(.rejected, .none)
    case .closed, .invalidRequest, .uploadFailed, .tooLarge: finish(.error, .none)
    case .resolve, .connect, .tls, .reset, .cut, .protocolError, .internalFailure:
      finish(.error, .bad)
    }
  }
}
