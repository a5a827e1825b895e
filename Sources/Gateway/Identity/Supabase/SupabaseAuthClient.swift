import JSONLogging
import Resilience
import ServiceHost
import Synchronization
import Telemetry
import Upstream

/// Speaks to Supabase Auth: one JSON request, one answer, within a deadline, behind a breaker, with
/// retries in a budget where doing the work twice does no harm.
///
/// ```swift
/// let pair = try await client.send(.init(.post, "/token?grant_type=password", body: json))
/// ```
///
/// A success is the parsed body; anything else throws `SupabaseRefusal` where Supabase answered,
/// and `IdentityError.unavailable` where it did not.
final class SupabaseAuthClient: Sendable {
  /// One request.
  struct Call: Sendable {
    /// What may be sent again.
    enum Repeating: Sendable {
      /// Only what cannot have arrived.
      case unsent
      /// Whatever failed in passing: the second time does what the first did.
      case always
    }

    var method: UpstreamRequest.Method
    /// After `/auth/v1`.
    var path: String
    var body: JSONText?
    /// The user in whose name it is asked.
    var token: Secret<String>?
    /// Asked as the project itself, past every policy.
    var isService = false
    /// The numeric address of the family, whose limits it is to count against.
    var client: String?
    var repeating = Repeating.unsent

    init(_ method: UpstreamRequest.Method, _ path: String, body: JSONText? = nil) {
      self.method = method
      self.path = path
      self.body = body
    }
  }

  private struct Guard {
    var breaker = CircuitBreaker()
    var budget = RetryBudget(floorPerSecond: 2)
  }

  private static let triesMax = 3
  private static let pause = Duration.milliseconds(100)

  private let settings: SupabaseSettings
  private let client: UpstreamClient
  private let observe: @Sendable (SupabaseAuthEvent) -> Void
  private let state = Mutex(Guard())

  init(
    settings: SupabaseSettings, client: UpstreamClient,
    observe: @escaping @Sendable (SupabaseAuthEvent) -> Void
  ) {
    self.settings = settings
    self.client = client
    self.observe = observe
  }

  var hasSecretKey: Bool { settings.secretKey != nil }

  /// The answer to a call; null where it has no body.
  /// - Throws: `SupabaseRefusal`, or `IdentityError`.
  func send(_ call: Call) async throws -> JSONValue {
    let answer = try await ask(call)
    guard (200..<300).contains(answer.status) else { throw SupabaseRefusal(answer) }
    if answer.body.isEmpty { return .null }
    guard let json = try? JSONValue(parsing: answer.body) else {
      throw IdentityError.unavailable(detail: "supabase auth: \(answer.status) without JSON")
    }
    return json
  }

  /// The bytes of an answer of 200.
  func bytes(_ call: Call) async throws -> [UInt8] {
    let answer = try await ask(call)
    guard answer.status == 200 else { throw SupabaseRefusal(answer) }
    return answer.body
  }

  // MARK: Tries

  private func ask(_ call: Call) async throws(IdentityError) -> UpstreamResponse {
    let deadline = ContinuousClock.now + settings.deadline
    state.withLock { $0.budget.requested(at: MonotonicClock.now()) }
    var tries = 1
    while true {
      guard state.withLock({ $0.breaker.admits(at: MonotonicClock.now()) }) else {
        observe(.requestFinished(outcome: .rejected, seconds: 0))
        throw .unavailable(detail: "supabase auth: the breaker is open")
      }
      let fault: String
      let mayRepeat: Bool
      switch await attempt(call, deadline: deadline) {
      case .success(let answer):
        guard Self.isPassing(answer.status), call.repeating == .always else { return answer }
        if await !isTriedAgain(&tries, deadline: deadline) { return answer }
        continue
      case .failure(let error):
        fault = "supabase auth: \(error)"
        mayRepeat = Self.isPassing(error) && (error.sentNothing || call.repeating == .always)
      }
      guard mayRepeat, await isTriedAgain(&tries, deadline: deadline) else {
        throw .unavailable(detail: fault)
      }
    }
  }

  /// One try, told and counted by the breaker.
  private func attempt(
    _ call: Call, deadline: ContinuousClock.Instant
  ) async -> Result<UpstreamResponse, UpstreamError> {
    let start = MonotonicClock.now()
    let result: Result<UpstreamResponse, UpstreamError>
    do throws(UpstreamError) {
      result = .success(try await client.send(request(call, deadline: deadline)))
    } catch { result = .failure(error) }
    let outcome = Self.outcome(of: result)
    observe(
      .requestFinished(
        outcome: outcome, seconds: Double(MonotonicClock.now() - start) / 1_000_000_000))
    let change = state.withLock { state -> Bool? in
      let before = state.breaker.state
      switch outcome {
      case .ok, .refused, .limited: state.breaker.succeeded()
      case .failed, .timeout: state.breaker.failed(at: MonotonicClock.now())
      case .cancelled, .rejected: state.breaker.abandoned()
      }
      let after = state.breaker.state
      guard before != after, after != .halfOpen else { return nil }
      return after == .closed
    }
    if let change {
      observe(.availabilityChanged(isUp: change, detail: change ? "" : Self.text(of: result)))
    }
    return result
  }

  private func request(_ call: Call, deadline: ContinuousClock.Instant) -> UpstreamRequest {
    // With its secret key, Supabase believes whom we say we ask for: families then do not share
    // one limit. A user's token is sent with it too, and decides alone what may be done.
    let service = call.isService || call.client != nil ? settings.secretKey : nil
    let key = service ?? settings.anonKey
    var headers = [
      UpstreamHeader("apikey", key.reveal()), UpstreamHeader("accept", "application/json"),
      UpstreamHeader("x-supabase-api-version", "2024-01-01"),
    ]
    if let client = call.client, !client.isEmpty, service != nil {
      headers.append(UpstreamHeader("sb-forwarded-for", client))
    }
    if let token = call.token {
      headers.append(UpstreamHeader("authorization", "Bearer \(token.reveal())"))
    } else if call.isService {
      headers.append(UpstreamHeader("authorization", "Bearer \(key.reveal())"))
    }
    if call.body != nil { headers.append(UpstreamHeader("content-type", "application/json")) }
    return UpstreamRequest(
      call.method, settings.authURL + call.path, headers: headers, body: call.body?.bytes ?? [],
      deadline: deadline, responseBytesMax: 1 << 20)
  }

  /// Waits for another try; false where there is none.
  private func isTriedAgain(_ tries: inout Int, deadline: ContinuousClock.Instant) async -> Bool {
    let pause = Self.pause * tries * Int.random(in: 50...100) / 100
    guard tries < Self.triesMax, ContinuousClock.now + pause < deadline,
      state.withLock({ $0.budget.takeRetry(at: MonotonicClock.now()) })
    else { return false }
    tries += 1
    return (try? await Task.sleep(for: pause)) != nil
  }

  /// Worth another try: servers that pass a request on badly, and a lock that was not got.
  private static func isPassing(_ status: Int) -> Bool {
    status == 409 || status == 500 || (502...504).contains(status)
  }

  private static func isPassing(_ error: UpstreamError) -> Bool {
    switch error.code {
    case .resolve, .refused, .connect, .tls, .reset, .cut, .protocolError: true
    // The connect timeout leaves time for another; the deadline leaves none.
    case .timeout: error.sentNothing
    default: false
    }
  }

  private static func outcome(of result: Result<UpstreamResponse, UpstreamError>) -> IdentityOutcome
  {
    switch result {
    case .success(let answer):
      switch answer.status {
      case 429: .limited
      case 500...: .failed
      case 200..<300: .ok
      default: .refused
      }
    case .failure(let error):
      switch error.code {
      case .timeout: .timeout
      // Ours, or the family's: it says nothing about Supabase.
      case .cancelled, .closed, .overloaded, .invalidRequest: .cancelled
      default: .failed
      }
    }
  }

  private static func text(of result: Result<UpstreamResponse, UpstreamError>) -> String {
    switch result {
    case .success(let answer): SupabaseRefusal(answer).described
    case .failure(let error): "\(error)"
    }
  }
}
