/// Stops asking a dependency that keeps failing, and lets one request find out when it is back.
///
/// | state | on failure | on success | asked |
/// | --- | --- | --- | --- |
/// | closed | enough in a row, or among the last ones: open | the row starts anew | yes |
/// | open | – (it was sent before the opening) | closed | no, until the pause is over: half-open |
/// | halfOpen | open, for longer | closed | one at a time |
///
/// A pure value; time is passed in, nanoseconds of one monotonic clock.
///
/// ```swift
/// var breaker = CircuitBreaker()
/// guard breaker.admits(at: now) else { /* ask somebody else */ }
/// // … then exactly one of succeeded(), failed(at:), abandoned()
/// ```
package struct CircuitBreaker: Sendable {
  /// What the breaker lets through.
  package enum State: String, Sendable, CaseIterable {
    case closed
    case halfOpen = "half_open"
    case open
  }

  private let failuresMax: Int
  private let sample: Int
  private let sampleFailuresMax: Int
  private let openFor: UInt64
  private let openMax: UInt64
  private var failuresInARow = 0
  /// The last outcomes, the newest in the lowest bit; 1 is a failure.
  private var outcomes: UInt64 = 0
  private var openings = 0
  private var openUntil: UInt64 = 0
  private var isProbing = false
  /// The state as of the last event.
  package private(set) var state = State.closed

  /// - Parameters:
  ///   - failures: in a row, before it opens.
  ///   - share: failures among the last `sample` outcomes, before it opens; 1 leaves that to
  ///     `failures`. It catches a dependency that fails every other time.
  ///   - sample: outcomes looked at, 64 at most.
  ///   - openFor: the first pause; doubled at each failed probe, up to `openMax`.
  package init(
    failures: Int = 5, share: Double = 0.5, sample: Int = 20, openFor: Duration = .seconds(1),
    openMax: Duration = .seconds(30)
  ) {
    failuresMax = max(1, failures)
    self.sample = min(64, max(1, sample))
    let share = share.isFinite ? min(1, max(0, share)) : 1
    sampleFailuresMax = max(1, Int((Double(self.sample) * share).rounded(.up)))
    self.openFor = openFor.wholeNanoseconds
    self.openMax = openMax.wholeNanoseconds
  }

  /// Whether a request may go now. A true answer while half-open takes the one probe's place.
  package mutating func admits(at now: UInt64) -> Bool {
    switch state {
    case .closed: return true
    case .open:
      guard now >= openUntil else { return false }
      state = .halfOpen
      isProbing = true
      return true
    case .halfOpen:
      guard !isProbing else { return false }
      isProbing = true
      return true
    }
  }

  /// A request ended well. It closes an open breaker too: whenever it was sent, the dependency
  /// answered now.
  package mutating func succeeded() {
    failuresInARow = 0
    openings = 0
    isProbing = false
    outcomes = state == .closed ? outcomes << 1 : 0
    state = .closed
  }

  /// A request failed in a way that speaks against the dependency.
  package mutating func failed(at now: UInt64) {
    // The rest of a burst that opened it must not lengthen the pause.
    guard state != .open else { return }
    failuresInARow += 1
    outcomes = outcomes << 1 | 1
    isProbing = false
    let recent = outcomes & (sample == 64 ? .max : (1 << UInt64(sample)) - 1)
    guard
      state == .halfOpen || failuresInARow >= failuresMax
        || recent.nonzeroBitCount >= sampleFailuresMax
    else { return }
    state = .open
    failuresInARow = 0
    outcomes = 0
    let factor = UInt64(1) << UInt64(min(openings, 10))
    openings += 1
    let (pause, overflow) = openFor.multipliedReportingOverflow(by: factor)
    openUntil = now + (overflow ? openMax : min(openMax, pause))
  }

  /// A request ended in a way that says nothing (cancelled by its caller).
  package mutating func abandoned() { isProbing = false }
}
