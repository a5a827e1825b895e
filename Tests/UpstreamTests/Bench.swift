import Reactor
import Synchronization
import Upstream

/// A client on a Reactor of its own, and the events it told.
final class Bench: Sendable {
  let client: UpstreamClient
  private let reactor: Reactor
  private let resolver: NameResolver
  private let log = EventLog()

  init(
    _ settings: UpstreamSettings = UpstreamSettings(), resolver: NameResolver = NameResolver(),
    isRecording: Bool = true
  ) throws {
    let reactor = try Reactor(name: "upstream-test")
    self.reactor = reactor
    self.resolver = resolver
    client = UpstreamClient(reactor: reactor, resolver: resolver, settings: settings) {
      [log] in if isRecording { log.append($0) }
    }
  }

  deinit {
    resolver.shutdown()
    reactor.shutdown()
  }

  var events: [UpstreamEvent] { log.events }

  var records: [UpstreamTransferRecord] {
    events.compactMap { if case .transferFinished(let record) = $0 { record } else { nil } }
  }

  var connectionsOpened: Int {
    events.count { if case .connectionOpened = $0 { true } else { false } }
  }

  var discardedBytes: [Int] {
    events.compactMap { if case .idleConnectionDiscarded(let bytes) = $0 { bytes } else { nil } }
  }

  var resendsRefused: Int {
    events.count { if case .resendRefused = $0 { true } else { false } }
  }

  func error(
    sending request: UpstreamRequest
  ) async -> UpstreamError? {
    do throws(UpstreamError) {
      _ = try await client.send(request)
      return nil
    } catch {
      return error
    }
  }
}

private final class EventLog: Sendable {
  private let list = Mutex<[UpstreamEvent]>([])
  var events: [UpstreamEvent] { list.withLock { $0 } }
  func append(_ event: UpstreamEvent) { list.withLock { $0.append(event) } }
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

extension UpstreamRequest {
  static func get(_ url: String, within timeout: Duration = .seconds(5)) -> UpstreamRequest {
    UpstreamRequest(.get, url, timeout: timeout)
  }

  static func post(
    _ url: String, _ body: String = "{}", within timeout: Duration = .seconds(5)
  ) -> UpstreamRequest {
    UpstreamRequest(
      .post, url, headers: [UpstreamHeader("Content-Type", "application/json")],
      body: Array(body.utf8), timeout: timeout)
  }
}
