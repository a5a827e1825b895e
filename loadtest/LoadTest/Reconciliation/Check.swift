/// One number told by two parties.
package struct Check: Sendable, Equatable, CustomStringConvertible {
  /// Who says what.
  package struct Told: Sendable, Equatable {
    package let who: String
    package let what: String

    package init(_ who: String, _ what: String) {
      self.who = who
      self.what = what
    }
  }

  package let subject: String
  package let ours: Told
  package let theirs: Told
  package let holds: Bool
  /// What may differ and why, where anything may.
  package let allowance: String?

  package init(
    _ subject: String, _ ours: Told, _ theirs: Told, holds: Bool, allowance: String? = nil
  ) {
    self.subject = subject
    self.ours = ours
    self.theirs = theirs
    self.holds = holds
    self.allowance = allowance
  }

  /// Two counts that must be equal; `theirs` may exceed by `slack`, where a reason is given.
  static func counts(
    _ subject: String, _ ours: (String, Int), _ theirs: (String, Int), slack: Int = 0,
    because reason: String = ""
  ) -> Check {
    let excess = theirs.1 - ours.1
    return Check(
      subject, Told(ours.0, "\(ours.1)"), Told(theirs.0, "\(theirs.1)"),
      holds: excess == 0 || (excess > 0 && excess <= slack),
      allowance: slack > 0 ? "up to \(slack) more: \(reason)" : nil)
  }

  /// `tokens: client 1000, gateway 1001`
  package var description: String {
    "\(subject): \(ours.who) \(ours.what), \(theirs.who) \(theirs.what)"
  }
}
