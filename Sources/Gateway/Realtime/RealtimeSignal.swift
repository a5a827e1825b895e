/// What a gateway hears on its channel, as the triggers and the other gateways word it.
package enum RealtimeSignal: Sendable, Equatable {
  /// A row of a user changed.
  case change(user: String, RealtimeChange)
  /// Streams of a user were opened or closed at another gateway.
  case presence(user: String)
  /// So many rows of a user changed that they are not told one by one.
  case resync(user: String)

  /// Reads a payload; nil for what nobody of ours sends.
  package init?(payload: String) {
    let words = payload.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch (words.first, words.count) {
    case ("c", 5):
      guard let type = RealtimeChange.Kind(rawValue: words[3]) else { return nil }
      self = .change(
        user: words[1], RealtimeChange(table: words[2], type: type, id: words[4]))
    case ("p", 2): self = .presence(user: words[1])
    case ("r", 2): self = .resync(user: words[1])
    default: return nil
    }
  }
}

/// A changed row: where it is and which, never what it holds.
package struct RealtimeChange: Sendable, Equatable {
  /// What was done to it.
  package enum Kind: String, Sendable { case insert, update, delete }

  package let table: String
  package let type: Kind
  package let id: String

  package init(table: String, type: Kind, id: String) {
    self.table = table
    self.type = type
    self.id = id
  }
}
