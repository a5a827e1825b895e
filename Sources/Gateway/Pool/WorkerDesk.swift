import Synchronization

/// The state of the pool behind its lock. Happenings are told before the lock is left, so that the
/// last number told is the true one; who observes must not call the pool.
final class WorkerDesk: Sendable {
  private let machine: Mutex<WorkerPoolStateMachine>
  private let observe: @Sendable (WorkerPoolEvent) -> Void

  init(
    _ machine: WorkerPoolStateMachine, observe: @escaping @Sendable (WorkerPoolEvent) -> Void
  ) {
    self.machine = Mutex(machine)
    self.observe = observe
  }

  func update<Result: Sendable>(
    _ change: (inout WorkerPoolStateMachine) -> Result
  ) -> Result {
    machine.withLock { machine in
      let result = change(&machine)
      for happening in machine.takeHappenings() { observe(happening) }
      return result
    }
  }
}
