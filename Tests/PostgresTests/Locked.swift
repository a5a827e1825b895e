import Reactor

/// A value behind the project's own lock. The standard library's `Mutex` gives false alarms under
/// the thread sanitizer, which these tests are also run with.
///
/// `@unchecked Sendable`: `value` is touched under `lock` alone.
final class Locked<Value>: @unchecked Sendable {
  private let lock = SystemLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.withLock { body(&value) }
  }
}
