import HTTPTypes
import NIOCore
import Synchronization

/// Whether the process may be given work, as latches that probes turn.
///
/// `/readyz` reads what the last probes left here and asks nobody itself, so that a probe costs
/// nothing and a slow dependency cannot slow the probe.
///
/// | phase | answer |
/// | --- | --- |
/// | starting, or a dependency not probed yet | 503 `not_ready` |
/// | running, a required dependency not up | 503 `not_ready` |
/// | running, an optional dependency not up | 200 `degraded` |
/// | running | 200 `ready` |
/// | draining | 503 `not_ready` |
package final class Readiness: Sendable {
  /// What a probe found out about a dependency.
  package struct Dependency: Sendable, Equatable {
    /// `up`, `down`, `migrating`; `unknown` until its first probe.
    package var status: String
    package var latencyMilliseconds: Double?
    package var available: Int?
    package var total: Int?
    /// The process is not ready without it.
    package var isRequired: Bool

    package init(
      status: String, isRequired: Bool, latencyMilliseconds: Double? = nil, available: Int? = nil,
      total: Int? = nil
    ) {
      self.status = status
      self.isRequired = isRequired
      self.latencyMilliseconds = latencyMilliseconds
      self.available = available
      self.total = total
    }
  }

  /// What the process as a whole says.
  package enum Verdict: String, Sendable {
    case ready
    case degraded
    case notReady = "not_ready"
  }

  private struct State {
    var isStarted = false
    var isDraining = false
    var dependencies: [(name: String, value: Dependency)] = []
  }

  private let state: Mutex<State>

  /// - Parameter dependencies: names that `set` will be told; none of them counts as up before.
  package init(dependencies: [String] = []) {
    state = Mutex(
      State(
        dependencies: dependencies.map {
          (name: $0, value: Dependency(status: "unknown", isRequired: true))
        }))
  }

  /// The listeners are open.
  package func started() { state.withLock { $0.isStarted = true } }

  /// A shutdown began; there is no way back.
  package func drain() { state.withLock { $0.isDraining = true } }

  /// True from the first moment of a shutdown.
  package var isDraining: Bool { state.withLock { $0.isDraining } }

  /// Stores what a probe found; answers whether the status differs from the last one.
  @discardableResult
  package func set(_ name: String, _ dependency: Dependency) -> Bool {
    state.withLock { state in
      if let index = state.dependencies.firstIndex(where: { $0.name == name }) {
        let changed = state.dependencies[index].value.status != dependency.status
        state.dependencies[index].value = dependency
        return changed
      }
      state.dependencies.append((name, dependency))
      return true
    }
  }

  /// The verdict of now.
  package var verdict: Verdict { state.withLock { Self.verdict($0) } }

  private static func verdict(_ state: State) -> Verdict {
    if !state.isStarted || state.isDraining { return .notReady }
    let failing = state.dependencies.filter { $0.value.status != "up" }
    if failing.contains(where: { $0.value.isRequired }) { return .notReady }
    return failing.isEmpty ? .ready : .degraded
  }

  /// The answer of `/readyz`.
  package func reply() -> HTTPReply {
    let (verdict, dependencies) = state.withLock { (Self.verdict($0), $0.dependencies) }
    var json = JSONText()
    json.object {
      $0.member("status", verdict.rawValue)
      $0.array("dependencies", dependencies) { entry, json in
        json.object {
          $0.member("name", entry.name)
          $0.member("status", entry.value.status)
          if let latency = entry.value.latencyMilliseconds {
            $0.member("latency_ms", (latency * 1000).rounded() / 1000)
          }
          if let available = entry.value.available { $0.member("available", available) }
          if let total = entry.value.total { $0.member("total", total) }
        }
      }
    }
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    if verdict == .notReady { headers[.retryAfter] = "1" }
    return HTTPReply(
      status: verdict == .notReady ? .serviceUnavailable : .ok, headers: headers,
      body: ByteBuffer(bytes: json.bytes))
  }

  /// The answer of `/healthz` and `/livez`: the process answers.
  package static let healthy = HTTPReply(
    status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
    body: ByteBuffer(string: #"{"status":"ok"}"#))
}
