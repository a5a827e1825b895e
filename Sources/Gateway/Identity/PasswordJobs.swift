import Dispatch
import Synchronization

/// Jobs for a few threads, in order, a bounded number of them.
final class PasswordJobs: Sendable {
  struct Job: Sendable {
    let id: UInt64
    let run: @Sendable () -> Void
    /// Called instead of `run` where the job is not done.
    let refuse: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var running = 0
    var isClosed = false
  }

  private let countMax: Int
  private let state = Mutex(State())
  /// A signal for each job that was added; one too many makes a thread look in vain.
  private let added = DispatchSemaphore(value: 0)

  /// - Parameter countMax: jobs that run or wait at once.
  init(countMax: Int) { self.countMax = countMax }

  /// False where there is no room.
  func add(_ job: Job) -> Bool {
    let isAdded = state.withLock { state in
      guard !state.isClosed, state.waiting.count + state.running < countMax else { return false }
      state.waiting.append(job)
      return true
    }
    if isAdded { added.signal() }
    return isAdded
  }

  /// Takes a job back that no thread has begun.
  func withdraw(_ id: UInt64) -> Job? {
    state.withLock { state in
      state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
    }
  }

  /// The next job, which then runs until `ended`; waits for one, nil when the queue was closed.
  func next() -> Job? {
    while true {
      added.wait()
      let (job, isClosed) = state.withLock { state -> (Job?, Bool) in
        guard !state.waiting.isEmpty else { return (nil, state.isClosed) }
        state.running += 1
        return (state.waiting.removeFirst(), false)
      }
      if let job { return job }
      if isClosed {
        // On to the next thread.
        added.signal()
        return nil
      }
    }
  }

  /// A job ended.
  func ended() { state.withLock { $0.running -= 1 } }

  /// Lets the threads end when the jobs are done.
  func close() {
    state.withLock { $0.isClosed = true }
    added.signal()
  }
}
