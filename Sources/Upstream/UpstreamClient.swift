package import Reactor
import Synchronization

/// An HTTP client over libcurl, for our workers, Supabase and Gemini: HTTP/1.1, and HTTP/2 where a
/// server of https offers it.
///
/// libcurl does the protocol, TLS and connection reuse; this module drives it from a Reactor, so
/// that its handles live on one thread, and closes the gaps that libcurl 7.88 leaves:
/// - bytes on an idle connection never reach the next request;
/// - a request with effects is never silently sent twice;
/// - names are resolved outside, so nothing blocks;
/// - a body that ends before its length is `cut`, whatever the transport says;
/// - every transfer has a deadline, a byte limit, and ends at once when its task is cancelled.
///
/// ```swift
/// let client = UpstreamClient(reactor: reactor, resolver: resolver) { event in … }
/// let health = UpstreamRequest(.get, "http://127.0.0.1:8000/health", timeout: .seconds(1))
/// let answer = try await client.send(health)
/// let stream = try await client.open(request)
/// while let bytes = try await stream.next() { … }
/// await client.shutdown()
/// ```
///
/// Invariants: no redirect is followed, no environment is read, no content coding is undone. An
/// error says whether anything was sent and whether the answer had begun: what a retry needs. The
/// client itself never retries, a GET on a connection that dies at reuse excepted.
///
/// It is an actor on its Reactor: calls from another actor cost one hop each way.
package actor UpstreamClient {
  private let reactor: Reactor
  private let resolver: NameResolver
  private let ownsResolver: Bool
  private let engine: TransferEngine
  private let nextID = Atomic<UInt64>(1)

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    reactor.asUnownedSerialExecutor()
  }

  /// A client on `reactor`, which must outlive `shutdown()`.
  /// - Parameters:
  ///   - resolver: shared with others, and then theirs to shut down; `nil` for one of its own.
  ///   - observe: told each event once, on the reactor thread; it must not block.
  package init(
    reactor: Reactor, resolver: NameResolver? = nil,
    settings: UpstreamSettings = UpstreamSettings(),
    observe: @escaping @Sendable (UpstreamEvent) -> Void = { _ in }
  ) {
    self.reactor = reactor
    self.resolver = resolver ?? NameResolver()
    ownsResolver = resolver == nil
    engine = TransferEngine(reactor: reactor, settings: settings, observe: observe)
  }

  /// Requests under way and sockets open, idle ones included; both 0 after `shutdown()`.
  package var load: UpstreamLoad { engine.load }

  isolated deinit {
    shutdown()
  }

  /// Sends a request and collects the answer, whatever its status.
  package func send(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
    let id = try begin(request, isStreamed: false)
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        engine.await(id, .whole(waiter))
      }
    } onCancel: {
      cancelSoon(id)
    }.get()
  }

  /// Sends a request and returns once the head of the answer is here.
  package func open(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamStream {
    let id = try begin(request, isStreamed: true)
    let head = try await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        engine.await(id, .head(waiter))
      }
    } onCancel: {
      cancelSoon(id)
    }.get()
    return UpstreamStream(head: head, client: self, id: id)
  }

  /// Ends every transfer as `closed`, closes all connections and refuses what comes later.
  package func shutdown() {
    engine.close()
    if ownsResolver { resolver.shutdown() }
  }

  func next(_ id: UInt64) async throws(UpstreamError) -> [UInt8]? {
    try await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        engine.await(id, .chunk(waiter))
      }
    } onCancel: {
      cancelSoon(id)
    }.get()
  }

  nonisolated func abandonSoon(_ id: UInt64) {
    Task { await abandon(id) }
  }

  private nonisolated func cancelSoon(_ id: UInt64) {
    Task { await fail(id, .cancelled) }
  }

  private func abandon(_ id: UInt64) {
    engine.abandon(id)
  }

  private func fail(_ id: UInt64, _ code: UpstreamError.Code) {
    engine.fail(id, code)
  }

  private func supply(_ id: UInt64, _ piece: Result<[UInt8]?, any Error>) {
    engine.supply(id, piece)
  }

  private func begin(_ request: UpstreamRequest, isStreamed: Bool) throws(UpstreamError) -> UInt64 {
    let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
    let target = try engine.admit(request, id: id, isStreamed: isStreamed) { [weak self] in
      guard let upload = request.upload else { return nil }
      return Task {
        let piece: Result<[UInt8]?, any Error>
        do { piece = .success(try await upload.next()) } catch { piece = .failure(error) }
        await self?.supply(id, piece)
      }
    }
    if Task.isCancelled {
      engine.fail(id, .cancelled)
    } else if NameResolver.isLiteral(target.host) {
      engine.start(id, addresses: nil)
    } else {
      Task { await resolve(target.host, for: id) }
    }
    return id
  }

  private func resolve(_ host: String, for id: UInt64) async {
    do throws(NameResolver.Failure) {
      engine.start(id, addresses: try await resolver.resolve(host))
    } catch {
      engine.fail(id, .resolve)
    }
  }
}
