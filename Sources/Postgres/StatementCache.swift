/// Which statements are prepared on one connection, so that the server parses and plans them once.
///
/// | a statement comes | then |
/// | --- | --- |
/// | for the first time | it is sent unnamed, and remembered: most of what is built at run time comes once |
/// | for the second time | it is prepared under a name, in front of its own use |
/// | again | its name is used |
///
/// Bounded: what was used longest ago makes room. A value, without a byte of libpq.
package struct StatementCache {
  /// What makes two statements one: a plan depends on the types of its values, and with row-level
  /// security on the role that runs it.
  package struct Key: Hashable {
    package let sql: String
    package let types: [UInt32]
    package let role: String

    package init(sql: String, types: [UInt32], role: String) {
      self.sql = sql
      self.types = types
      self.role = role
    }
  }

  /// How a statement is to be sent.
  package enum Use: Hashable {
    case unnamed
    /// Prepare it under `name` first, having deallocated what it takes the place of.
    case prepare(name: String, deallocate: String?)
    case execute(name: String)
  }

  private struct Entry {
    var name: String?
    var lastUse: UInt64
  }

  /// Longer texts are not kept.
  package static let sqlBytesMax = 16_384
  /// So often in a row may the server not know a name before the cache gives up: somebody stands
  /// between who hands transactions to different servers.
  package static let strangeMax = 3

  private var entriesMax: Int
  private var entries: [Key: Entry] = [:]
  private var clock: UInt64 = 0
  private var nextName: UInt64 = 0
  private var strangeInRow = 0
  // Behind a pooler nobody told us of, a name of another connection would run another statement.
  private let prefix = "phoenix_" + String(UInt64.random(in: 0...(.max)), radix: 36) + "_"

  /// Names that the server may still know and the cache does not: all have to be deallocated.
  package var isUntidy = false

  /// - Parameter entriesMax: statements remembered; 0 for none.
  package init(entriesMax: Int) {
    self.entriesMax = max(0, entriesMax)
  }

  /// Statements remembered.
  package var count: Int { entries.count }

  /// A statement is about to be sent.
  package mutating func use(_ key: Key) -> Use {
    guard entriesMax > 0, key.sql.utf8.count <= Self.sqlBytesMax else { return .unnamed }
    clock += 1
    guard let entry = entries[key] else {
      // No name yet, so nothing to deallocate unless room has to be made.
      return remember(key)
    }
    entries[key]?.lastUse = clock
    if let name = entry.name { return .execute(name: name) }
    nextName += 1
    let name = prefix + String(nextName)
    entries[key]?.name = name
    return .prepare(name: name, deallocate: takePending())
  }

  /// It could not be prepared.
  package mutating func forget(_ key: Key) {
    entries[key] = nil
  }

  /// A transaction went well, so the names mean what they should.
  package mutating func proved() {
    strangeInRow = 0
  }

  /// The server did not know a name, or what it stands for has changed: starts anew.
  package mutating func startAnew() {
    entries = [:]
    pending = []
    isUntidy = true
    strangeInRow += 1
    if strangeInRow >= Self.strangeMax { entriesMax = 0 }
  }

  /// Names whose statements had to make room; each goes in front of a later preparation.
  private var pending: [String] = []

  private mutating func takePending() -> String? { pending.popLast() }

  private mutating func remember(_ key: Key) -> Use {
    if entries.count >= entriesMax,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      entries[oldest.key] = nil
      if let name = oldest.value.name { pending.append(name) }
    }
    entries[key] = Entry(name: nil, lastUse: clock)
    return .unnamed
  }
}
