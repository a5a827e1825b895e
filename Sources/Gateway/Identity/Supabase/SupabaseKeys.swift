import Cryptography
import JSONLogging
import Synchronization
import Telemetry
import Upstream

/// The keys that Supabase signs with, by name: read from its JWKS, kept, and read again every ten
/// minutes, or when a token names a key that is not there, at most once a minute. A key that is
/// withdrawn is forgotten with the next reading.
///
/// Whatever fails, the keys known stay: tokens are checked without asking anybody. A project that
/// still signs with HS256 publishes no key; its secret comes from the settings.
final class SupabaseKeys: Sendable {
  private static let refreshEvery = Duration.seconds(600)
  private static let learnEvery = Duration.seconds(60)

  private struct State {
    /// Nil until the keys were read once.
    var verifier: JWTVerifier?
    var keyIDs: [String] = []
    /// Nanoseconds of the monotonic clock before which nothing is asked.
    var notBefore: UInt64 = 0
    var failures = 0
    var reading: Task<Bool, Never>?
  }

  private let client: SupabaseAuthClient
  private let issuer: String
  private let secret: JWTKey?
  private let isChanged: @Sendable () -> Void
  private let state: Mutex<State>

  /// - Parameter isChanged: told when keys have come or gone.
  init(
    client: SupabaseAuthClient, settings: SupabaseSettings,
    isChanged: @escaping @Sendable () -> Void
  ) throws {
    self.client = client
    issuer = settings.authURL
    secret = try settings.jwtSecret.map { try JWTKey(secret: Array($0.reveal().utf8)) }
    self.isChanged = isChanged
    state = Mutex(State())
    // The secret alone is enough for the tokens that it signs.
    if let secret { state.withLock { $0.verifier = verifier([secret]) } }
  }

  /// What tokens are checked with; nil while no key is known.
  var verifier: JWTVerifier? { state.withLock { $0.verifier } }

  /// Whether the keys known are all that may be known now: a key that is not among them is none.
  var isSettled: Bool {
    state.withLock {
      $0.reading == nil && $0.failures == 0 && MonotonicClock.now() < $0.notBefore
    }
  }

  /// Asks for the keys, together with whoever asks just now; at once where it is too early.
  /// - Returns: whether the keys known are as fresh as may be asked for.
  func learn() async -> Bool {
    let reading = state.withLock { state -> Task<Bool, Never>? in
      if let reading = state.reading { return reading }
      guard MonotonicClock.now() >= state.notBefore else { return nil }
      // Of its own, so that the one who asked first may leave.
      let reading = Task { await self.read() }
      state.reading = reading
      return reading
    }
    guard let reading else { return state.withLock { $0.failures == 0 } }
    return await reading.value
  }

  /// Keeps the keys fresh until cancelled.
  func run() async {
    while !Task.isCancelled {
      let isRead = await learn()
      let pause = isRead ? Self.refreshEvery : .seconds(1)
      try? await Task.sleep(for: pause)
    }
  }

  private func read() async -> Bool {
    var call = SupabaseAuthClient.Call(.get, "/.well-known/jwks.json")
    call.repeating = .always
    let keys = (try? await client.bytes(call)).flatMap { try? JSONWebKeySet(json: $0).keys }
    let change = state.withLock { state -> Bool in
      let now = MonotonicClock.now()
      state.reading = nil
      guard let keys else {
        state.failures += 1
        let seconds = min(60, 1 << min(state.failures - 1, 6))
        state.notBefore = now + UInt64(seconds) * 1_000_000_000
        return false
      }
      state.failures = 0
      state.notBefore = now + UInt64(Self.learnEvery.components.seconds) * 1_000_000_000
      let ids = keys.map { "\($0.algorithm.rawValue) \($0.id ?? "")" }
      let isNew = state.verifier == nil || ids != state.keyIDs
      state.keyIDs = ids
      state.verifier = verifier(keys + [secret].compactMap { $0 })
      return isNew
    }
    if change { isChanged() }
    return keys != nil
  }

  private func verifier(_ keys: [JWTKey]) -> JWTVerifier {
    JWTVerifier(keys: keys, issuer: issuer, audience: AccessTokens.audience)
  }
}
