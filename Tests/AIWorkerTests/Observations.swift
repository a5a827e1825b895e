import Synchronization
import Telemetry

/// What a service told, in order.
final class Observations: Sendable {
  private let all = Mutex<[AIWorkerObservation]>([])

  func add(_ observation: AIWorkerObservation) { all.withLock { $0.append(observation) } }

  var list: [AIWorkerObservation] { all.withLock { $0 } }

  var lookups: [CacheResult] {
    all.withLock {
      $0.compactMap { if case .cacheLookedUp(let result) = $0 { result } else { nil } }
    }
  }

  var answers: [WorkerAnswerRecord] {
    all.withLock { $0.compactMap { if case .answered(let record) = $0 { record } else { nil } } }
  }

  var finished: [RequestRecord] {
    all.withLock {
      $0.compactMap { if case .requestFinished(let record) = $0 { record } else { nil } }
    }
  }

  var retrievals: Int {
    all.withLock { $0.count { if case .retrieved = $0 { true } else { false } } }
  }

  var begun: Int {
    all.withLock { $0.count { if case .requestBegan = $0 { true } else { false } } }
  }

  var authenticationFailures: Int {
    all.withLock { $0.count { if case .authenticationFailed = $0 { true } else { false } } }
  }

  var evictions: [CacheEvictionReason: Int] {
    all.withLock { all in
      all.reduce(into: [:]) {
        if case .cacheEvicted(let count, let reason) = $1 { $0[reason, default: 0] += count }
      }
    }
  }
}
