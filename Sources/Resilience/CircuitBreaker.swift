/// Stops asking a dependency that keeps failing, and lets one request find out when it is back.
///
/// | state | on failure | on success | asked |
/// | --- | --- | --- | --- |
/// | closed | `failures` in a row: open | count starts anew | yes |
/// | open | – | – | no, until `openFor` has passed: half-open |
/// | halfOpen | open, for longer | closed | one at a time |
///
/// A pure value; time is passed in, nanoseconds of one monotonic clock.
package struct CircuitBreaker: Sendable {
  /// What the breaker lets through.
  package enum State: String, Sendable, CaseIterable {
    case closed
    case halfOpen = "half_open"
    case open
  }

  private let failuresMax: Int
  private let openFor: UInt64
  private let openMax: UInt64
  private var failures = 0
  private var openings = 0
  private var openUntil: UInt64 = 0
  private var probing = false
  /// The state as of the last event.
  package private(set) var state = State.closed

  /// - Parameters:
  ///   - failures: in a row, before it opens.
  ///   - openFor: the first pause; doubled at each failed probe, up to `openMax`.
  package init(
    failures: Int = 5, openFor: Duration = .seconds(1), openMax: Duration = .seconds(30)
  ) {
    failuresMax = max(1, failures)
    self.openFor = Self.nanoseconds(openFor)
    self.openMax = Self.nanoseconds(openMax)
  }

  /// Whether a request may go now. A true answer while half-open takes the one probe's place.
  package mutating func admits(at now: UInt64) -> Bool {
    switch state {
    case .closed: return true
    case .open:
      guard now >= openUntil else { return false }
      state = .halfOpen
      probing = true
      return true
    case .halfOpen:
      if probing { return false }
      probing = true
      return true
    }
  }

  /// A request ended well.
  package mutating func succeeded() {
    failures = 0
    openings = 0
    probing = false
    state = .closed
  }

  /// A request failed in a way that speaks against the dependency.
  package mutating func failed(at now: UInt64) {
    failures += 1
    probing = false
    guard state == .halfOpen || failures >= failuresMax else { return }
    state = .open
    openings += 1
    let factor = UInt64(1) << UInt64(min(openings - 1, 10))
    openUntil = now + min(openMax, openFor * factor)
  }

  /// A request ended in a way that says nothing (cancelled by its caller).
  package mutating func abandoned() { probing = false }

  private static func nanoseconds(_ duration: Duration) -> UInt64 {
    UInt64(
      max(0, duration.components.seconds * 1_000_000_000
        + duration.components.attoseconds / 1_000_000_000))
  }
}
