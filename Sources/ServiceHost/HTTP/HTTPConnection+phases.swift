import HTTPTypes
import NIOCore
import NIOHTTP1

extension HTTPConnection {
  struct Collecting {
    var request: HTTPRequest
    var exchange: App.Exchange
    var version: HTTPVersion
    var keepAlive: Bool
    var body: ByteBuffer
    var maxBytes: Int
    /// Set where the answer is known already and the body is only read past.
    var reply: HTTPReply?
    let started: NIODeadline
  }

  struct Responding {
    let exchange: App.Exchange
    let progress: HTTPResponseProgress
    var bytesIn: Int
    /// The body where it is still coming in.
    var incoming: Incoming?
    var status = 0
    var keepAlive: Bool
    var clientGone = false
    var task: Task<Void, Never>?
  }

  /// A body that its reader gets while it comes.
  struct Incoming {
    let stream: HTTPBodyStream
    let maxBytes: Int
    var bytes = 0
    var started = NIODeadline.now()
    /// When reading was stopped because the reader lags.
    var pausedSince: NIODeadline?

    /// Takes a piece; false where reading has to stop, nil where the body is too large.
    mutating func take(_ buffer: ByteBuffer) -> Bool? {
      bytes += buffer.readableBytes
      guard bytes <= maxBytes else {
        stream.fail(.bodyTooLarge(limit: maxBytes))
        return nil
      }
      let goesOn = stream.push(buffer)
      if !goesOn { pausedSince = .now() }
      return goesOn
    }

    /// The reader wants more. The time that it took is not the client's.
    mutating func wantsMore() {
      if let since = pausedSince { started = started + (.now() - since) }
      pausedSince = nil
    }

    /// How long the next piece may take.
    func patience(_ limits: HTTPLimits) -> TimeAmount {
      let earned = TimeAmount.milliseconds(
        Int64(bytes) * 1000 / Int64(max(1, limits.streamedBytesPerSecondMin)))
      let left = started + limits.bodyTimeout + earned - .now()
      return min(limits.bodyIdleTimeout, max(.milliseconds(1), left))
    }
  }

  enum Phase {
    case idle
    case collecting(Collecting)
    case responding(Responding)
    case lingering
    case closed
  }
}
