import HTTPTypes
import Resilience
import ServiceHost
import Synchronization
import Telemetry

/// The gateway's rate limits: never more than so many requests in any window of that length.
///
/// By address first, ten times as much, for households and offices behind one; then by user, or by
/// address alone where nobody is signed in. What is counted here is only what reached this gateway.
final class RequestLimits: Sendable {
  private let limit: (count: Int, window: Duration)?
  private let telemetry: GatewayTelemetry
  private let addresses: Mutex<SlidingWindowLimiter<String>>
  private let users: Mutex<SlidingWindowLimiter<String>>

  /// - Parameter limit: nil switches all limits off.
  init(_ limit: (count: Int, window: Duration)?, telemetry: GatewayTelemetry) {
    self.limit = limit
    self.telemetry = telemetry
    let (count, window) = limit ?? (1, .seconds(1))
    addresses = Mutex(SlidingWindowLimiter(limit: count * 10, window: window))
    users = Mutex(SlidingWindowLimiter(limit: count, window: window))
  }

  /// The coarse limit.
  func admitAddress(_ client: ClientOrigin, exchange: RequestExchange) throws(Problem) {
    guard limit != nil else { return }
    let verdict = addresses.withLock { $0.admit(client.limitKey, at: MonotonicClock.now()) }
    if !verdict.isAdmitted { throw refuse(verdict, .address, exchange) }
  }

  /// The limit of a signed-in user.
  func admitUser(_ userID: String, exchange: RequestExchange) throws(Problem) {
    try admit("user:" + userID, .user, exchange)
  }

  /// The limit of an address where nobody is signed in.
  func admitAnonymous(_ client: ClientOrigin, exchange: RequestExchange) throws(Problem) {
    try admit("address:" + client.limitKey, .address, exchange)
  }

  private func admit(_ key: String, _ reason: RateLimitReason, _ exchange: RequestExchange)
    throws(Problem)
  {
    guard limit != nil else { return }
    let verdict = users.withLock { $0.admit(key, at: MonotonicClock.now()) }
    guard verdict.isAdmitted else { throw refuse(verdict, reason, exchange) }
    describe(verdict, exchange)
  }

  private func refuse(
    _ verdict: SlidingWindowLimiter<String>.Verdict, _ reason: RateLimitReason,
    _ exchange: RequestExchange
  ) -> Problem {
    telemetry.observe(.rateLimited(reason: reason))
    describe(verdict, exchange)
    return .rateLimited(retryAfterSeconds: verdict.resetSeconds)
  }

  /// `RateLimit-Policy` and `RateLimit`, as the draft of the IETF has them.
  private func describe(
    _ verdict: SlidingWindowLimiter<String>.Verdict, _ exchange: RequestExchange
  ) {
    guard let limit else { return }
    let policy = "\"default\";q=\(limit.count);w=\(Int(limit.window.seconds))"
    let state = "\"default\";r=\(verdict.remaining);t=\(verdict.resetSeconds)"
    exchange.with {
      $0.responseFields.append(HTTPField(name: .rateLimitPolicy, value: policy))
      $0.responseFields.append(HTTPField(name: .rateLimit, value: state))
    }
  }
}
