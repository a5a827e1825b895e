import NIOCore

/// The one deadline of a connection, on one lazy timer: the timer is moved only when it would fire
/// too late, so that a request costs none.
///
/// It decides; whoever owns it schedules what it asks for. Confined to its event loop.
struct HTTPConnectionTimer {
  /// What a connection waits for.
  enum Kind { case keepAlive, head, bodyIdle, response, linger, quiesce }

  /// What a timer that fired means.
  enum Verdict {
    /// That deadline is over.
    case over(Kind)
    /// It was moved meanwhile: look again then.
    case arm(NIODeadline)
    case nothing
  }

  private var deadline: (kind: Kind, at: NIODeadline)?
  private var timer: (at: NIODeadline, task: Scheduled<Void>)?

  /// What is waited for now.
  var kind: Kind? { deadline?.kind }

  /// Waits for `kind` in place of whatever was waited for.
  /// - Returns: when a timer has to fire that is not there yet: schedule it and tell `armed`.
  mutating func set(_ kind: Kind, after amount: TimeAmount) -> NIODeadline? {
    let at = NIODeadline.now() + amount
    deadline = (kind, at)
    if let timer, timer.at <= at { return nil }
    timer?.task.cancel()
    timer = nil
    return at
  }

  mutating func armed(_ at: NIODeadline, _ task: Scheduled<Void>) { timer = (at, task) }

  mutating func fired() -> Verdict {
    timer = nil
    guard let deadline else { return .nothing }
    if NIODeadline.now() < deadline.at { return .arm(deadline.at) }
    self.deadline = nil
    return .over(deadline.kind)
  }

  /// Waits for nothing; the timer may fire once more, for nothing.
  mutating func clear() { deadline = nil }

  /// Waits for nothing and frees the timer.
  mutating func cancel() {
    deadline = nil
    timer?.task.cancel()
    timer = nil
  }
}
