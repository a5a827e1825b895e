import Resilience
import Synchronization

/// Failed logins: so many per address and e-mail, five times as many per address. Ten times as many
/// per e-mail from anywhere slow the answer down but lock nobody out, so that a stranger cannot
/// shut a family out of its account.
final class LoginLimits: Sendable {
  private struct State {
    var pairs: SlidingWindowLimiter<String>
    var addresses: SlidingWindowLimiter<String>
    var emails: SlidingWindowLimiter<String>
  }

  private let limit: Int?
  private let state: Mutex<State>

  /// - Parameter limit: failures per address and e-mail; nil switches all off.
  init(_ limit: (count: Int, window: Duration)?) {
    self.limit = limit?.count
    let (count, window) = limit ?? (1, .seconds(1))
    state = Mutex(
      State(
        pairs: SlidingWindowLimiter(limit: count, window: window),
        addresses: SlidingWindowLimiter(limit: count * 5, window: window),
        emails: SlidingWindowLimiter(limit: count * 10, window: window)))
  }

  /// Whether a login may be tried: nil, or seconds until it may.
  func refusal(email: String, client: String, now: UInt64) -> Int? {
    guard let limit else { return nil }
    return state.withLock { state in
      let pair = state.pairs.count(of: client + " " + email, at: now)
      let address = state.addresses.count(of: client, at: now)
      guard pair >= limit || address >= limit * 5 else { return nil }
      // Asking a full window admits nothing and tells when it opens.
      let verdict =
        pair >= limit
        ? state.pairs.admit(client + " " + email, at: now)
        : state.addresses.admit(client, at: now)
      return verdict.resetSeconds
    }
  }

  /// How long to hold the answer back.
  func delay(email: String, now: UInt64) -> Duration {
    guard let limit else { return .zero }
    let failures = state.withLock { $0.emails.count(of: email, at: now) }
    return failures >= limit * 10 ? .seconds(2) : .zero
  }

  /// Counts a failure.
  func failed(email: String, client: String, now: UInt64) {
    guard limit != nil else { return }
    state.withLock { state in
      _ = state.pairs.admit(client + " " + email, at: now)
      _ = state.addresses.admit(client, at: now)
      _ = state.emails.admit(email, at: now)
    }
  }

  /// A good login clears the pair.
  func succeeded(email: String, client: String) {
    state.withLock { $0.pairs.forget(client + " " + email) }
  }
}
