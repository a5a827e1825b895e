import Logging
import NIOCore
import NIOPosix
import ServiceHost
import ServiceLifecycle
import Synchronization
import Testing

/// An `HTTPService` over a `TinyApplication`, on a port of the kernel's choice.
struct TinyHost: Sendable {
  let port: Int
  private let state: TinyApplication.State
  private let group: ServiceGroup

  /// What the app was told so far.
  var log: TinyApplication.Log { state.log.withLock { $0 } }

  /// Lets `/wait` answer.
  func letAnswer() { state.mayAnswer.withLock { $0 = true } }

  /// Starts the drain.
  func drain() async { await group.triggerGracefulShutdown() }

  func connect() throws -> Wire { try Wire(port: port) }

  /// What comes back, to the close of the connection, for bytes sent on a fresh connection.
  func answer(to text: String) async throws -> String {
    let wire = try connect()
    try wire.send(text)
    return try await wire.readToClose()
  }

  /// Serves while `body` runs, then drains. Whatever the test, each exchange has ended once.
  static func with(
    _ limits: HTTPLimits = HTTPLimits(), location: SourceLocation = #_sourceLocation,
    _ body: (TinyHost) async throws -> Void
  ) async throws {
    let app = TinyApplication()
    let ports = AsyncStream<Int>.makeStream()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let service = HTTPService(
      app, host: "127.0.0.1", port: 0, limits: limits, group: MultiThreadedEventLoopGroup.singleton,
      logger: logger, listening: { ports.continuation.yield($0) })
    let group = ServiceGroup(services: [service], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = ports.stream.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let host = TinyHost(port: port, state: app.state, group: group)
      do {
        try await body(host)
      } catch {
        host.letAnswer()
        await group.triggerGracefulShutdown()
        throw error
      }
      host.letAnswer()
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    let log = app.state.log.withLock { $0 }
    #expect(
      log.finished.map(\.exchange).sorted() == Array(log.begun.indices),
      "each exchange ends exactly once", sourceLocation: location)
  }
}

struct ConditionTimedOut: Error {}

/// Waits until `condition` holds, for at most five seconds.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(5)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw ConditionTimedOut() }
    try await Task.sleep(for: .milliseconds(1))
  }
}
