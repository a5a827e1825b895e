/// What a descriptor is watched for, and what it turned out to be ready for.
package struct Readiness: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// There are bytes to read, or the peer has closed its half.
  package static let read = Readiness(rawValue: 1)
  /// There is room to write, or a connect has ended.
  package static let write = Readiness(rawValue: 2)
  /// Both halves are closed. Told without having been asked for.
  package static let hangup = Readiness(rawValue: 4)
  /// The descriptor has a pending error. Told without having been asked for.
  package static let error = Readiness(rawValue: 8)
}

/// A descriptor under watch; the receipt of `Reactor.watch`.
package struct Watch: Sendable, Hashable {
  /// The watched descriptor, which stays its owner's to close.
  package let descriptor: Int32
  // Tells this watch from an earlier one on the same number.
  let generation: UInt32
}

/// A timer set; the receipt of `Reactor.schedule`.
package struct TimerToken: Sendable, Hashable {
  let id: UInt64
}
