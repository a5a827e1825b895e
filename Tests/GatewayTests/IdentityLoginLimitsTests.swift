import Gateway
import Testing

@Suite struct LoginLimitsTests {
  private let second: UInt64 = 1_000_000_000

  private func fail(_ limits: LoginLimits, _ email: String, _ client: String, at now: UInt64) {
    let attempt = LoginLimits.Attempt(email: email, client: client)
    if case .admitted = limits.begin(attempt, now: now) { limits.end(attempt, .failed, now: now) }
  }

  private func admission(
    _ limits: LoginLimits, _ email: String, _ client: String, at now: UInt64
  ) -> LoginLimits.Admission {
    let attempt = LoginLimits.Attempt(email: email, client: client)
    let admission = limits.begin(attempt, now: now)
    if case .admitted = admission { limits.end(attempt, .abandoned, now: now) }
    return admission
  }

  @Test func tenPerAddressAndEmail() {
    let limits = LoginLimits((10, .seconds(900)))
    for index in 0..<10 {
      #expect(admission(limits, "zoe", "a", at: UInt64(index) * second) == .admitted(delay: .zero))
      fail(limits, "zoe", "a", at: UInt64(index) * second)
    }
    #expect(admission(limits, "zoe", "a", at: 10 * second) == .refused(retryAfterSeconds: 890))
    #expect(admission(limits, "zoe", "b", at: 10 * second) == .admitted(delay: .zero))
    #expect(admission(limits, "ada", "a", at: 10 * second) == .admitted(delay: .zero))
    #expect(admission(limits, "zoe", "a", at: 900 * second) == .admitted(delay: .zero))
  }

  @Test func fiftyPerAddress() {
    let limits = LoginLimits((10, .seconds(900)))
    for index in 0..<50 { fail(limits, "user-\(index)", "a", at: 0) }
    #expect(admission(limits, "zoe", "a", at: second) == .refused(retryAfterSeconds: 899))
    #expect(admission(limits, "zoe", "b", at: second) == .admitted(delay: .zero))
  }

  @Test func ahundredPerEmailSlowAndLockNobodyOut() {
    let limits = LoginLimits((10, .seconds(900)))
    for index in 0..<99 { fail(limits, "zoe", "client-\(index)", at: 0) }
    #expect(admission(limits, "zoe", "home", at: 0) == .admitted(delay: .zero))
    for index in 99..<5000 { fail(limits, "zoe", "client-\(index)", at: 0) }
    #expect(admission(limits, "zoe", "home", at: 0) == .admitted(delay: .seconds(2)))
    #expect(admission(limits, "ada", "home", at: 0) == .admitted(delay: .zero))
  }

  @Test func attemptsUnderWayCount() {
    let limits = LoginLimits((3, .seconds(900)))
    let attempt = LoginLimits.Attempt(email: "zoe", client: "a")
    for _ in 0..<3 { #expect(limits.begin(attempt, now: 0) == .admitted(delay: .zero)) }
    #expect(limits.begin(attempt, now: 0) == .busy)
    limits.end(attempt, .abandoned, now: 0)
    #expect(limits.begin(attempt, now: 0) == .admitted(delay: .zero))
    for _ in 0..<3 { limits.end(attempt, .failed, now: 0) }
    #expect(limits.begin(attempt, now: 0) == .refused(retryAfterSeconds: 900))
  }

  @Test func aGoodLoginClearsThePairButNotTheAddress() {
    let limits = LoginLimits((2, .seconds(900)))
    let own = LoginLimits.Attempt(email: "eve", client: "a")
    for index in 0..<10 {
      fail(limits, "zoe-\(index)", "a", at: 0)
      if index == 4 {
        fail(limits, "eve", "a", at: 0)
        _ = limits.begin(own, now: 0)
        limits.end(own, .succeeded, now: 0)
      }
    }
    // Eleven failures of ten: logging in to an account of one's own does not open more.
    #expect(admission(limits, "zoe", "a", at: 0) == .refused(retryAfterSeconds: 900))
    #expect(admission(limits, "eve", "b", at: 0) == .admitted(delay: .zero))
  }

  @Test func offMeansOff() {
    let limits = LoginLimits(nil)
    for _ in 0..<1000 { fail(limits, "zoe", "a", at: 0) }
    #expect(admission(limits, "zoe", "a", at: 0) == .admitted(delay: .zero))
  }
}
