import HTTPTypes
import HummingbirdCore
import ServiceHost
import Synchronization
import Telemetry

/// One request from its first line to its last byte: who asks, what was matched, where the time
/// went. The route fills it; `finished` tells it once.
package final class RequestExchange: Sendable {
  /// Where a request's time goes.
  typealias Stage = any WritableKeyPath<StageNanoseconds, Int> & Sendable

  struct State {
    var route = RequestRecord.unmatched
    var session: Session?
    var worker: String?
    var cache: CacheResult?
    var tokens: Int?
    var errorCode: String?
    /// Faults are answered as a page: a person waits for it, not a program.
    var wantsPage = false
    /// The answer is a live stream, which is no request in flight any more.
    var isRealtime = false
    var stages = StageNanoseconds()
    /// Headers that the pipeline adds to whatever the route answers.
    var responseFields: [HTTPField] = []
  }

  let requestID: RequestID
  let trace: TraceContext
  let method: String
  /// Without the query.
  let path: String
  let client: ClientOrigin
  let started: UInt64
  let matched: RouteTable.Match?
  private let state: Mutex<State>

  init(
    requestID: RequestID, trace: TraceContext, method: String, path: String, client: ClientOrigin,
    matched: RouteTable.Match?
  ) {
    self.requestID = requestID
    self.trace = trace
    self.method = method
    self.path = path
    self.client = client
    self.matched = matched
    started = MonotonicClock.now()
    var state = State()
    if let matched { state.route = matched.route.template }
    self.state = Mutex(state)
  }

  /// Reads or changes what the exchange holds.
  func with<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value {
    state.withLock { body(&$0) }
  }

  var snapshot: State { state.withLock { $0 } }

  /// Adds time to a stage.
  func spent(_ nanoseconds: UInt64, in stage: Stage) {
    state.withLock { $0.stages[keyPath: stage] += Int(nanoseconds) }
  }

  /// Runs `work` and adds its time to a stage.
  func timed<Value: Sendable, Failure: Error>(
    _ stage: Stage, _ work: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let start = MonotonicClock.now()
    defer { spent(MonotonicClock.now() - start, in: stage) }
    return try await work()
  }
}
