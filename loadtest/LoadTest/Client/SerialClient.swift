import NIOCore
import NIOPosix

/// One connection, one request after the other: for measurements that compare single requests.
struct SerialClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let timing: ServerTiming?
    let setCookies: [String]
    let body: [UInt8]
    /// From sending to the last byte, in nanoseconds.
    let service: UInt64
  }

  private final class Desk {
    var pool: ConnectionPool?
    var waiting: EventLoopPromise<Answer>?
  }

  private let eventLoop: any EventLoop
  private let desk: NIOLoopBound<Desk>
  private let target: TargetURL

  static func make(_ target: TargetURL, on group: any EventLoopGroup) async throws -> SerialClient {
    let address = try SingleRequest.resolve(target)
    let eventLoop = group.next()
    let desk = try await eventLoop.submit {
      let desk = Desk()
      desk.pool = ConnectionPool(
        eventLoop: eventLoop, target: address, bound: 1, waitingMax: 1, sources: [nil]
      ) { [unowned desk] exchange in
        let waiting = desk.waiting
        desk.waiting = nil
        if let failure = exchange.failure {
          waiting?.fail(SerialClientError(kind: failure))
        } else if let head = exchange.head {
          waiting?.succeed(
            Answer(
              status: head.status, timing: head.timing, setCookies: head.setCookies,
              body: exchange.body, service: exchange.finished - exchange.sent))
        }
      }
      return NIOLoopBound(desk, eventLoop: eventLoop)
    }.get()
    return SerialClient(eventLoop: eventLoop, desk: desk, target: target)
  }

  /// Posts JSON and waits for the whole answer.
  func post(_ path: String, _ body: String, fields: String = "") async throws -> Answer {
    let request = ByteBuffer(
      string: "POST \(path) HTTP/1.1\r\nHost: \(target.authority)\r\n"
        + "User-Agent: phoenix-loadtest\r\nAccept: application/json\r\n"
        + "Content-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n"
        + body)
    let promise = eventLoop.makePromise(of: Answer.self)
    let desk = desk
    eventLoop.execute {
      let now = NIODeadline.now().uptimeNanoseconds
      desk.value.waiting = promise
      desk.value.pool?.send(
        Exchange(
          operation: 0, user: nil, lane: 0, client: nil, request: request, intended: now,
          deadline: now + 30_000_000_000, keepsBody: true), now: now)
    }
    return try await promise.futureResult.get()
  }

  func close() async throws {
    let desk = desk
    try await eventLoop.submit {
      desk.value.pool?.cutAll(now: NIODeadline.now().uptimeNanoseconds)
      desk.value.pool?.closeIdle()
    }.get()
  }
}

/// Why a single request has no answer.
struct SerialClientError: Error, CustomStringConvertible {
  let kind: FailureKind
  var description: String { kind.explanation }
}
