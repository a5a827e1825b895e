import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Synchronization

/// An app of a few paths that keeps what the connection handler told it.
struct TinyApplication: HTTPApplication {
  /// What a test finds afterwards.
  struct Log: Sendable {
    /// Method and path of each exchange in order; nil where there was no head.
    var begun: [String?] = []
    var finished: [(exchange: Int, completion: HTTPCompletion)] = []
    var faults: [HTTPFault] = []
    var cancelled = 0
    /// Bodies in the order of their requests.
    var bodies: [String] = []

    var statuses: [Int] { finished.map(\.completion.status) }
  }

  final class State: Sendable {
    let log = Mutex(Log())
    /// `/wait` answers once it is true.
    let mayAnswer = Mutex(false)
  }

  let state = State()
  /// Bodies of `/small` may have that many bytes.
  static let smallBytesMax = 10

  func begin(_ head: HTTPRequest?, from peer: HTTPPeer) -> (exchange: Int, plan: HTTPBodyPlan) {
    let number = state.log.withLock {
      $0.begun.append(head.map { "\($0.method.rawValue) \($0.path ?? "")" })
      return $0.begun.count - 1
    }
    switch head?.path {
    case "/probe": return (number, .answer(Self.reply(.ok, "fine")))
    case "/refuse": return (number, .refuse(.bodyTooLarge(limit: 0)))
    case "/small": return (number, .collect(maxBytes: Self.smallBytesMax))
    default: return (number, .collect(maxBytes: 1 << 20))
    }
  }

  func respond(to request: Request, in exchange: Int) async -> Response {
    let body = (try? await request.body.collect(upTo: 1 << 20)) ?? ByteBuffer()
    state.log.withLock { $0.bodies.append(String(buffer: body)) }
    switch request.head.path {
    case "/stream":
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          for piece in ["one ", "two ", "three"] {
            try await writer.write(ByteBuffer(string: piece))
          }
          try await writer.finish(nil)
        })
    case "/cut":
      return Response(
        status: .ok,
        body: ResponseBody(contentLength: 10) { writer in
          try await writer.write(ByteBuffer(string: "half"))
          throw Broken()
        })
    case "/none": return Response(status: .noContent)
    case "/none-with-body":
      return Response(status: .noContent, body: ResponseBody(byteBuffer: ByteBuffer(string: "x")))
    case "/unchanged":
      return Response(
        status: .notModified, body: ResponseBody(byteBuffer: ByteBuffer(string: "x")))
    case "/wait":
      while !state.mayAnswer.withLock({ $0 }) {
        do {
          try await Task.sleep(for: .milliseconds(2))
        } catch {
          state.log.withLock { $0.cancelled += 1 }
          break
        }
      }
    case "/flood":
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          let block = ByteBuffer(repeating: 7, count: 1 << 16)
          for _ in 0..<10_000 { try await writer.write(block) }
          try await writer.finish(nil)
        })
    default: break
    }
    return Response(
      status: .ok,
      body: ResponseBody(
        byteBuffer: ByteBuffer(string: "\(request.head.path ?? "") \(String(buffer: body))")))
  }

  func reject(_ fault: HTTPFault, in exchange: Int) -> HTTPReply {
    state.log.withLock { $0.faults.append(fault) }
    let status: HTTPResponse.Status =
      switch fault {
      case .malformedHead, .malformedBody: .badRequest
      case .headTooLarge: .requestHeaderFieldsTooLarge
      case .headTimeout, .bodyTimeout: .requestTimeout
      case .bodyTooLarge: .contentTooLarge
      case .targetTooLong: .uriTooLong
      }
    return Self.reply(status, "\(fault)")
  }

  func finished(_ exchange: Int, with completion: HTTPCompletion) {
    state.log.withLock { $0.finished.append((exchange, completion)) }
  }

  private static func reply(_ status: HTTPResponse.Status, _ text: String) -> HTTPReply {
    HTTPReply(status: status, headers: [:], body: ByteBuffer(string: text))
  }

  private struct Broken: Error {}
}
