import HTTPTypes
import ServiceHost
import Synchronization
import Telemetry

/// What a worker keeps about one request from its first line to its last byte.
package final class WorkerExchange: Sendable {
  struct State: Sendable {
    var cache: CacheResult?
    var tokens: Int?
    var errorCode: String?
  }

  let requestID: RequestID
  let trace: TraceContext
  let method: String
  /// The route's path, or `unmatched`.
  let route: WorkerRoute?
  let path: String
  let started: UInt64
  private let state = Mutex(State())

  init(head: HTTPRequest?, route: WorkerRoute?, clock: TelemetryClock) {
    requestID = RequestID(
      incoming: head?.headerFields[.xRequestID], nowMilliseconds: clock.wall() / 1_000_000)
    trace = TraceContext(
      traceparent: head?.headerFields[.traceparent], tracestate: head?.headerFields[.tracestate])
    method = head?.method.rawValue ?? "OTHER"
    path = head.map { String(($0.path ?? "/").prefix { $0 != "?" }) } ?? ""
    self.route = route
    started = clock.monotonic()
  }

  func with(_ change: (inout sending State) -> Void) { state.withLock { change(&$0) } }

  var snapshot: State { state.withLock { $0 } }
}

extension HTTPField.Name {
  // The names are literals of the grammar; `nil` cannot happen, and `.accept` would only be a
  // harmless wrong header if it did.
  static let xRequestID = HTTPField.Name("X-Request-Id") ?? .accept
  static let traceparent = HTTPField.Name("traceparent") ?? .accept
  static let tracestate = HTTPField.Name("tracestate") ?? .accept
  static let xCache = HTTPField.Name("X-Cache") ?? .accept
}
