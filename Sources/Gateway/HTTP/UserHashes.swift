import Synchronization

/// Remembers the hashes under which users appear in logs: OpenSSL's set-up for one costs more than
/// the line that holds it. Bounded; when full it starts anew.
package final class UserHashes: Sendable {
  private static let countMax = 10_000

  private let make: @Sendable (String) -> String
  private let known = Mutex<[String: String]>([:])

  /// - Parameter make: computes a hash.
  package init(_ make: @escaping @Sendable (String) -> String) { self.make = make }

  /// The hash of a user's id.
  @Sendable package func hash(_ userID: String) -> String {
    if let hash = known.withLock({ $0[userID] }) { return hash }
    let hash = make(userID)
    known.withLock { known in
      if known.count >= Self.countMax { known.removeAll(keepingCapacity: true) }
      known[userID] = hash
    }
    return hash
  }
}
