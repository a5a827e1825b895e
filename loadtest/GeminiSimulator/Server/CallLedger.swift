import Synchronization

/// What the simulator was asked and what it gave: every call, every token.
///
/// A call that its caller left before the end is listed apart, with the tokens sent until then: who
/// left knows at most so many. A call that the simulator itself broke off counts with what it sent.
package final class CallLedger: Sendable {
  /// How a call ended.
  package enum Ending: String, Sendable {
    case completed
    case cancelled
  }

  /// One call, for those who want to look at it.
  package struct Call: Sendable {
    package let number: Int
    package let method: String
    package let model: String
    package var status = 0
    package var fault: Fault.Kind?
    package var tokens = SpentTokens()
    package var ending: Ending?
    /// The request, where bodies are kept.
    package var body: [UInt8] = []
  }

  /// Sums since the start or the last reset.
  package struct Counts: Sendable {
    package var calls: [String: Int] = [:]
    package var tokens = SpentTokens()
    package var cancelledCalls = 0
    package var cancelledTokens = SpentTokens()
    package var faults: [Fault.Kind: Int] = [:]
    package var active = 0
    package var allCalls: Int { calls.values.reduce(0, +) }
  }

  private struct State {
    var counts = Counts()
    var calls: [Call] = []
    var next = 0
    var prefixes: Set<Int> = []
  }

  /// Calls that can be looked at: the last ones.
  private let keptCalls: Int
  private static let prefixesMax = 10_000
  private let state = Mutex(State())

  package init(keptCalls: Int = 200) { self.keptCalls = keptCalls }

  package var counts: Counts { state.withLock { $0.counts } }

  /// The last calls, the oldest first.
  package var calls: [Call] { state.withLock { $0.calls } }

  package func reset() {
    state.withLock { state in
      let active = state.counts.active
      state.counts = Counts()
      state.counts.active = active
      state.calls = []
    }
  }

  /// A call came; answers its number.
  func begin(method: String, model: String, body: [UInt8]) -> Int {
    state.withLock { state in
      state.next += 1
      state.counts.calls[method, default: 0] += 1
      state.counts.active += 1
      if state.calls.count >= keptCalls { state.calls.removeFirst() }
      var call = Call(number: state.next, method: method, model: model)
      call.body = Array(body.prefix(64 * 1024))
      state.calls.append(call)
      return state.next
    }
  }

  /// The call meets a fault.
  func met(_ fault: Fault.Kind, in number: Int) {
    state.withLock { state in
      state.counts.faults[fault, default: 0] += 1
      Self.change(number, &state) { $0.fault = fault }
    }
  }

  /// The call ended, and so many tokens had been told.
  func end(_ number: Int, _ ending: Ending, status: Int, tokens: SpentTokens) {
    state.withLock { state in
      state.counts.active -= 1
      switch ending {
      case .completed: state.counts.tokens.add(tokens)
      case .cancelled:
        state.counts.cancelledCalls += 1
        state.counts.cancelledTokens.add(tokens)
      }
      Self.change(number, &state) {
        $0.status = status
        $0.tokens = tokens
        $0.ending = ending
      }
    }
  }

  /// Whether this beginning of a prompt was seen before, as implicit caching asks.
  func knowsPrefix(_ hash: Int) -> Bool {
    state.withLock { state in
      if state.prefixes.count >= Self.prefixesMax { state.prefixes = [] }
      return !state.prefixes.insert(hash).inserted
    }
  }

  private static func change(
    _ number: Int, _ state: inout State, _ change: (inout Call) -> Void
  ) {
    guard let index = state.calls.lastIndex(where: { $0.number == number }) else { return }
    change(&state.calls[index])
  }
}

extension CallLedger.Counts {
  /// What `GET /counts` says.
  var json: JSONNode {
    .object([
      ("calls", .object(calls.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })),
      ("tokens", tokens.kinds),
      (
        "cancelled",
        .object([("calls", .int(cancelledCalls)), ("tokens", cancelledTokens.kinds)])
      ),
      (
        "faults",
        .object(
          faults.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ($0.key.rawValue, .int($0.value)) })
      ),
      ("active", .int(active)),
    ])
  }
}

extension CallLedger.Call {
  /// What `GET /calls` says of one call.
  var json: JSONNode {
    .object([
      ("number", .int(number)), ("method", .string(method)), ("model", .string(model)),
      ("status", .int(status)), ("fault", fault.map { .string($0.rawValue) } ?? .null),
      ("ending", ending.map { .string($0.rawValue) } ?? .null), ("tokens", tokens.kinds),
      ("body", .string(String(decoding: body, as: UTF8.self))),
    ])
  }
}
