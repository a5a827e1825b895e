import Resilience
import Synchronization

/// Failed logins: so many per address and e-mail, five times as many per address. Ten times as many
/// per e-mail from anywhere slow the answer down but lock nobody out, so that a stranger cannot
/// shut a family out of its account.
///
/// Attempts under way count as failures until they end, so that many at once do not get past the
/// limit together.
package final class LoginLimits: Sendable {
  /// Whether an attempt may be made.
  package enum Admission: Sendable, Equatable {
    /// It may, after that pause; tell how it ended.
    case admitted(delay: Duration)
    /// Too many failed.
    case refused(retryAfterSeconds: Int)
    /// Too many are under way.
    case busy
  }

  /// How an attempt ended.
  package enum Outcome: Sendable {
    case succeeded
    case failed
    /// It says nothing: the database was away, or nobody waited for it.
    case abandoned
  }

  /// An attempt, from `begin` to `end`.
  package struct Attempt: Sendable {
    let email: String
    let client: String

    /// - Parameter client: the address to count by.
    package init(email: String, client: String) {
      self.email = email
      self.client = client
    }

    fileprivate var pair: String { client + " " + email }
  }

  private struct State {
    var pairs: SlidingWindowLimiter<String>
    var addresses: SlidingWindowLimiter<String>
    var emails: SlidingWindowLimiter<String>
    // Bounded by the requests that the gateway works on.
    var pairsUnderWay: [String: Int] = [:]
    var addressesUnderWay: [String: Int] = [:]
  }

  private static let pause = Duration.seconds(2)

  private let limit: Int?
  private let state: Mutex<State>

  /// - Parameter limit: failures per address and e-mail; nil switches all off.
  package init(_ limit: (count: Int, window: Duration)?) {
    self.limit = limit.map { max(1, $0.count) }
    let (count, window) = limit.map { (max(1, $0.count), $0.window) } ?? (1, .seconds(1))
    state = Mutex(
      State(
        pairs: SlidingWindowLimiter(limit: count, window: window),
        addresses: SlidingWindowLimiter(limit: count * 5, window: window),
        emails: SlidingWindowLimiter(limit: count * 10, window: window)))
  }

  /// Decides an attempt at `now`, nanoseconds of the monotonic clock.
  package func begin(_ attempt: Attempt, now: UInt64) -> Admission {
    guard let limit else { return .admitted(delay: .zero) }
    return state.withLock { state in
      if let seconds = state.pairs.secondsUntilAdmitted(attempt.pair, at: now)
        ?? state.addresses.secondsUntilAdmitted(attempt.client, at: now)
      {
        return .refused(retryAfterSeconds: seconds)
      }
      let pair = state.pairsUnderWay[attempt.pair, default: 0]
      let address = state.addressesUnderWay[attempt.client, default: 0]
      guard state.pairs.count(of: attempt.pair, at: now) + pair < limit,
        state.addresses.count(of: attempt.client, at: now) + address < limit * 5
      else { return .busy }
      state.pairsUnderWay[attempt.pair] = pair + 1
      state.addressesUnderWay[attempt.client] = address + 1
      let isSlow = state.emails.count(of: attempt.email, at: now) >= limit * 10
      return .admitted(delay: isSlow ? Self.pause : .zero)
    }
  }

  /// Counts an admitted attempt, once.
  package func end(_ attempt: Attempt, _ outcome: Outcome, now: UInt64) {
    guard limit != nil else { return }
    state.withLock { state in
      Self.leave(&state.pairsUnderWay, attempt.pair)
      Self.leave(&state.addressesUnderWay, attempt.client)
      switch outcome {
      case .abandoned: break
      // Who knows the password may mistype it as often again.
      case .succeeded: state.pairs.forget(attempt.pair)
      case .failed:
        _ = state.pairs.admit(attempt.pair, at: now)
        _ = state.addresses.admit(attempt.client, at: now)
        _ = state.emails.admit(attempt.email, at: now)
      }
    }
  }

  /// Counts an attempt at a password, from its admission to its end.
  func counting<Value: Sendable>(
    _ attempt: LoginLimits.Attempt,
    _ work: () async throws(IdentityError) -> Value
  ) async throws(IdentityError) -> Value {
    switch begin(attempt, now: MonotonicClock.now()) {
    case .refused(let seconds): throw .tooManyFailures(retryAfterSeconds: seconds)
    case .busy: throw .overloaded
    case .admitted(let delay):
      // Only where an account is under attack; the route's limits bound how many wait here.
      if delay > .zero { try? await Task.sleep(for: delay) }
    }
    do {
      let value = try await work()
      end(attempt, .succeeded, now: MonotonicClock.now())
      return value
    } catch {
      var outcome = LoginLimits.Outcome.abandoned
      if case .invalidCredentials = error { outcome = .failed }
      end(attempt, outcome, now: MonotonicClock.now())
      throw error
    }
  }

  private static func leave(_ counts: inout [String: Int], _ key: String) {
    guard let count = counts[key] else { return }
    counts[key] = count > 1 ? count - 1 : nil
  }
}
