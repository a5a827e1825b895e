/// Instants of a sliding window, oldest first, in four bytes each.
///
/// An instant is a count of milliseconds modulo 2³². Reading it back is exact as long as all of
/// them lie within 2³¹ ms (24 days) of the instant asked about; the owner sees to that.
struct InstantRing: Sendable {
  private var stamps: [UInt32] = []
  private var first = 0
  /// Instants held.
  private(set) var count = 0

  /// Instants there is memory for.
  var capacity: Int { stamps.count }

  /// Milliseconds from the oldest instant to `now`; it may lie one ahead, since instants are
  /// rounded up. The ring must not be empty.
  func age(at now: UInt64) -> Int64 { age(stamps[first], now) }

  /// Instants younger than `window` milliseconds.
  func count(within window: Int64, at now: UInt64) -> Int {
    var expired = 0
    while expired < count, age(stamps[place(expired)], now) >= window { expired += 1 }
    return count - expired
  }

  /// Drops the instants that are `window` milliseconds old.
  mutating func drop(olderThan window: Int64, at now: UInt64) {
    while count > 0, age(at: now) >= window {
      first = place(1)
      count -= 1
    }
  }

  /// Adds the newest instant; there are never more than `limit`, so memory doubles up to that.
  mutating func append(_ instant: UInt64, limit: Int) {
    if count == stamps.count {
      var grown = (0..<count).map { stamps[place($0)] }
      let size = max(count + 1, min(limit, max(4, count * 2)))
      grown.append(contentsOf: repeatElement(0, count: size - count))
      stamps = grown
      first = 0
    }
    stamps[place(count)] = UInt32(truncatingIfNeeded: instant)
    count += 1
  }

  /// Forgets every instant and the memory.
  mutating func removeAll() { self = InstantRing() }

  private func place(_ offset: Int) -> Int {
    let place = first + offset
    return place < stamps.count ? place : place - stamps.count
  }

  private func age(_ stamp: UInt32, _ now: UInt64) -> Int64 {
    Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: now) &- stamp))
  }
}
