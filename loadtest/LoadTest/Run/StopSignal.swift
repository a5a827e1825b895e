import Synchronization

/// Asks a run to stop, from anywhere: once to stop and report, twice to cut what is under way.
package final class StopSignal: Sendable {
  private let count = Atomic<Int>(0)

  package init() {}

  package func request() { count.add(1, ordering: .relaxed) }

  var isRequested: Bool { count.load(ordering: .relaxed) > 0 }
  var isUrgent: Bool { count.load(ordering: .relaxed) > 1 }
}
