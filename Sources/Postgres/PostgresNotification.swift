/// What a `notify` sent.
package struct PostgresNotification: Sendable, Hashable {
  /// The channel's name.
  package let channel: String
  /// Up to 8,000 bytes; empty where none was given.
  package let payload: String

  /// Names the two.
  package init(channel: String, payload: String) {
    self.channel = channel
    self.payload = payload
  }
}

/// What a `PostgresListener` gives to its reader, in the order in which it happened.
package enum PostgresSignal: Sendable, Hashable {
  /// A `notify` on one of the channels.
  case notification(PostgresNotification)
  /// From here on nothing is missed; before, something may have been: read the state anew.
  case mayHaveMissed(Reason)

  /// Why notifications may have been missed.
  package enum Reason: String, Sendable, Hashable {
    /// It listens for the first time.
    case started
    /// It listens again after its connection was gone.
    case reconnected
    /// The reader was too slow, and what waited for it was dropped.
    case overflowed
  }
}
