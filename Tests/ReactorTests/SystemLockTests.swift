import Reactor
import Testing

@Suite struct SystemLockTests {
  @Test func excludesOthers() async {
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<10_000 { counter.increment() } }
      }
    }
    #expect(counter.value == 80_000)
  }
}

private final class Counter: Sendable {
  private let lock = SystemLock()
  // Touched under `lock` alone.
  nonisolated(unsafe) private var count = 0

  var value: Int { lock.withLock { count } }
  func increment() { lock.withLock { count += 1 } }
}
