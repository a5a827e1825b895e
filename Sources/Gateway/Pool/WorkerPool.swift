import Reactor
package import Upstream
import WorkerAPI

/// The AI workers as one: sends each request to the worker that owns its key, and to another one
/// where that fails before it has answered.
///
/// A key has one owner among the healthy workers (rendezvous hashing), so N caches act as one of N
/// times the size and equal questions meet in one worker. A worker with far more than its share
/// passes keys on. Health comes from a probe a second and from requests themselves; a breaker
/// stands before each worker; retries are bounded by a budget.
///
/// ```swift
/// let pool = WorkerPool(workers: urls, token: token, client: client) { event in … }
/// let reply = try await pool.send(key: key, body: json, deadline: .seconds(30), headers: [])
/// try await pool.run()   // probes until cancelled
/// ```
///
/// Invariants: no retry once a byte of an answer is here (502 and 503 are a refusal, not an
/// answer); without a worker to ask it fails at once; a client that leaves cancels the worker's
/// request; every attempt told once.
package final class WorkerPool: Sendable {
  private let names: [String]
  private let token: String?
  private let client: UpstreamClient
  private let settings: WorkerPoolSettings
  private let desk: WorkerDesk

  /// A pool over `workers`, base URLs that also name them in events. Nothing is sent before `run`
  /// or the first request.
  /// - Parameter observe: told each event once, under the pool's lock: it must neither block nor
  ///   call the pool.
  package init(
    workers: [String], token: String?, client: UpstreamClient,
    settings: WorkerPoolSettings = WorkerPoolSettings(),
    observe: @escaping @Sendable (WorkerPoolEvent) -> Void = { _ in }
  ) {
    names = workers.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    self.token = token
    self.client = client
    self.settings = settings
    desk = WorkerDesk(WorkerPoolStateMachine(names: names, settings: settings), observe: observe)
  }

  /// The pool now.
  package var status: WorkerPoolStatus { desk.update { $0.status } }

  /// Refuses what comes from now on; requests in hand go on.
  package func shutdown() { desk.update { $0.shutDown() } }

  // MARK: Requests

  /// Asks for a whole answer.
  /// - Parameters:
  ///   - key: chooses the worker.
  ///   - body: JSON.
  ///   - deadline: for all tries together.
  ///   - headers: besides content type and authorization.
  package func send(
    path: String = WorkerRoutes.sendPath, key: [UInt8], body: [UInt8], deadline: Duration,
    headers: [(String, String)]
  ) async throws(WorkerPoolError) -> WorkerReply {
    let request = template(path, body: body, deadline: deadline, headers: headers)
    let (answer, lease) = try await ask(key: key) { [client] name throws(UpstreamError) in
      try await client.send(request.addressed(to: name))
    } status: {
      $0.status
    }
    let duration = lease.duration
    lease.finish(status: answer.status)
    return WorkerReply(
      status: answer.status, headers: answer.headers, body: answer.body,
      worker: names[lease.index], duration: duration)
  }

  /// Asks for a stream, and returns once its head is here.
  package func stream(
    path: String = WorkerRoutes.sendPath, key: [UInt8], body: [UInt8], deadline: Duration,
    headers: [(String, String)]
  ) async throws(WorkerPoolError) -> WorkerStream {
    let request = template(path, body: body, deadline: deadline, headers: headers)
    let (stream, lease) = try await ask(key: key) { [client] name throws(UpstreamError) in
      try await client.open(request.addressed(to: name))
    } status: {
      $0.status
    }
    return WorkerStream(stream, worker: names[lease.index], lease: lease)
  }

  /// Sends the same request to every worker, whatever its health, and waits for all.
  /// - Returns: how many answered below 400.
  @discardableResult
  package func broadcast(path: String, body: [UInt8], deadline: Duration) async -> Int {
    let request = template(path, body: body, deadline: deadline, headers: [])
    return await withTaskGroup(of: Bool.self) { [client] group in
      for name in names {
        group.addTask {
          let status = try? await client.send(request.addressed(to: name)).status
          return status.map { $0 < 400 } ?? false
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
  }

  private func ask<Answer>(
    key: [UInt8], _ attempt: (String) async throws(UpstreamError) -> Answer,
    status: (Answer) -> Int
  ) async throws(WorkerPoolError) -> (Answer, WorkerLease) {
    guard var index = desk.update({ $0.choose(key: key, at: Reactor.now()) }) else {
      throw WorkerPoolError(code: .noWorker, worker: nil)
    }
    var failed: [Int] = []
    while true {
      let lease = WorkerLease(index, key: key, desk: desk)
      failed.append(index)
      do throws(UpstreamError) {
        let answer = try await attempt(names[index])
        guard [502, 503].contains(status(answer)) else { return (answer, lease) }
        lease.finish(status: status(answer))
        guard let next = chooseAgain(key, failed) else { return (answer, lease) }
        index = next
      } catch {
        lease.finish(error)
        guard Self.mayTryAgain(error), let next = chooseAgain(key, failed) else {
          throw WorkerPoolError(error, worker: names[index])
        }
        index = next
      }
    }
  }

  private func chooseAgain(_ key: [UInt8], _ failed: [Int]) -> Int? {
    desk.update { $0.chooseAgain(key: key, failed: failed, at: Reactor.now()) }
  }

  private static func mayTryAgain(_ error: UpstreamError) -> Bool {
    guard error.beforeFirstByte else { return false }
    switch error.code {
    case .resolve, .refused, .connect, .tls, .reset: return true
    // The connect timeout leaves time for another; the deadline leaves none, and that try ends at
    // once.
    case .timeout: return error.sentNothing
    default: return false
    }
  }

  private func template(
    _ path: String, body: [UInt8], deadline: Duration, headers: [(String, String)]
  ) -> UpstreamRequest {
    var fields = headers.map { UpstreamHeader($0.0, $0.1) }
    if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
      fields.append(UpstreamHeader("content-type", "application/json"))
    }
    if let token { fields.append(UpstreamHeader("authorization", "Bearer \(token)")) }
    return UpstreamRequest(
      .post, path, headers: fields, body: body, timeout: deadline,
      connectTimeout: settings.connectTimeout, responseBytesMax: settings.responseBytesMax)
  }

  // MARK: Probes

  /// Asks every worker for its health, again and again until the task is cancelled.
  package func run() async {
    await withTaskGroup(of: Void.self) { group in
      for index in names.indices {
        group.addTask { await self.probe(index) }
      }
    }
  }

  private func probe(_ index: Int) async {
    let clock = ContinuousClock()
    var next = clock.now
    while !Task.isCancelled {
      let result = await health(of: names[index])
      if Task.isCancelled { return }
      desk.update { $0.probed(index, result) }
      next = max(next + settings.probeInterval, clock.now)
      try? await clock.sleep(until: next)
    }
  }

  private func health(of name: String) async -> WorkerPoolStateMachine.ProbeResult {
    var request = UpstreamRequest(
      .get, name + WorkerRoutes.healthPath, timeout: settings.probeTimeout,
      connectTimeout: settings.probeTimeout, responseBytesMax: 64 << 10)
    if let token { request.headers.append(UpstreamHeader("authorization", "Bearer \(token)")) }
    do throws(UpstreamError) {
      let answer = try await client.send(request)
      let said = try? WorkerJSON.decode(WorkerHealth.self, from: answer.body)
      if let said, said.status != "ok" { return .gone }
      return answer.status == 200 && said != nil ? .healthy : .failed
    } catch {
      return error.code == .refused ? .gone : .failed
    }
  }
}

extension UpstreamRequest {
  /// The request with its path after the base URL of one worker.
  fileprivate func addressed(to worker: String) -> UpstreamRequest {
    var request = self
    request.url = worker + url
    return request
  }
}
