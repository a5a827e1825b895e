import NIOCore

/// Why a request has no good answer. Raw values are the report's and never change.
package enum FailureKind: String, Sendable, CaseIterable {
  /// Nobody listens there.
  case refused
  case connectTimeout = "connect_timeout"
  case unreachable
  /// No local address or port is left to connect from.
  case noLocalPort = "no_local_port"
  /// The process may open no more sockets.
  case noDescriptors = "no_descriptors"
  case connectFailed = "connect_failed"
  /// The server reset the connection.
  case reset
  /// The server closed before the response was whole.
  case closed
  /// The answer came too late and was cut.
  case timeout
  /// It waited for a connection until it was too late, and was never sent.
  case queueTimeout = "queue_timeout"
  /// Too many waited already, so it was never sent.
  case queueFull = "queue_full"
  /// Not HTTP, or more than was announced.
  case malformed
  /// A stream ended without `done` or `error`.
  case streamIncomplete = "stream_incomplete"
  /// A stream ended with `error`.
  case streamError = "stream_error"
  /// A status that the operation does not expect.
  case status
  /// The answer holds what belongs to another user.
  case foreignCanary = "foreign_canary"
  /// The run ended before the answer.
  case interrupted
  /// The client left before the end, as the scenario wants it: not a failure of anybody.
  case left

  /// What it means, for people.
  package var explanation: String {
    switch self {
    case .refused: "nobody listens there"
    case .connectTimeout: "no connection within 5 s"
    case .unreachable: "no way to the address"
    case .noLocalPort:
      "this machine has no local port left to connect from: use source_addresses or fewer connections"
    case .noDescriptors: "this process may open no more sockets: raise its limit (ulimit -n)"
    case .connectFailed: "the connection could not be made"
    case .reset: "the server reset the connection before the answer was whole"
    case .closed: "the server closed the connection before the answer was whole"
    case .timeout: "no whole answer in time"
    case .queueTimeout: "no connection was free in time: the request was never sent"
    case .queueFull: "too many waited for a connection: the request was never sent"
    case .malformed: "the answer breaks HTTP"
    case .streamIncomplete: "the stream ended without done or error"
    case .streamError: "the stream ended with an error event"
    case .status: "another status than expected"
    case .foreignCanary: "the answer held another user's canary"
    case .interrupted: "the run ended before the answer"
    case .left: "the client left, as the scenario wants it"
    }
  }

  /// Whether the generator lacked something, so that the figures say nothing of the target.
  var isGenerators: Bool { self == .noLocalPort || self == .noDescriptors }

  /// Whether the request never left, so no server can have counted it.
  var isUnsent: Bool {
    switch self {
    case .refused, .connectTimeout, .unreachable, .noLocalPort, .noDescriptors, .connectFailed,
      .queueTimeout, .queueFull:
      true
    default: false
    }
  }

  /// Whether the client ended it, so the server may count it under another status.
  var isCut: Bool {
    self == .timeout || self == .interrupted || self == .malformed || self == .left
  }

  init(connecting error: any Error) {
    if let error = error as? IOError {
      self = Self(errno: error.errnoCode) ?? .connectFailed
    } else if case .connectTimeout = error as? ChannelError {
      self = .connectTimeout
    } else {
      self = .connectFailed
    }
  }

  init(transport error: any Error) {
    self = (error as? IOError).flatMap { Self(errno: $0.errnoCode) } ?? .closed
  }
}
