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
    let bytesIn: Int
    var status = 0
    var keepAlive: Bool
    var clientGone = false
    var task: Task<Void, Never>?
  }

  enum Phase {
    case idle
    case collecting(Collecting)
    case responding(Responding)
    case lingering
    case closed
  }
}
