import Upstream

/// Why no worker gave an answer.
package struct WorkerPoolError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened; closed and stable.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// Every worker is down or its breaker open, or the pool is shut down. Told without waiting.
    case noWorker
    /// The deadline passed.
    case timeout
    /// The client left.
    case cancelled
    /// As many requests as allowed are under way.
    case overloaded
    /// Workers were asked and the connection broke before an answer.
    case unavailable
    /// The answer began and was not whole.
    case cut
    /// The answer was larger than allowed.
    case tooLarge
  }

  /// What happened.
  package let code: Code
  /// The worker asked last; `nil` where none was.
  package let worker: String?

  package init(code: Code, worker: String?) {
    self.code = code
    self.worker = worker
  }

  package var description: String {
    worker.map { "worker \($0): \(code.rawValue)" } ?? "workers: \(code.rawValue)"
  }
}

extension WorkerPoolError {
  init(_ error: UpstreamError, worker: String) {
    let code: Code =
      switch error.code {
      case .timeout: .timeout
      case .cancelled: .cancelled
      case .overloaded: .overloaded
      case .tooLarge: .tooLarge
      case .cut: .cut
      case .closed: .noWorker
      case .resolve, .refused, .connect, .tls, .reset, .invalidRequest, .uploadFailed,
        .protocolError, .internalFailure:
        .unavailable
      }
    self.init(code: code, worker: worker)
  }
}
