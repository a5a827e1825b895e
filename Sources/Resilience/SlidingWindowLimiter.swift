/// Admits at most `limit` events of a key in any window of `window`, exactly: it keeps the instant
/// of every admitted event of the window, so that no boundary lets through twice the limit.
///
/// A pure value: time is passed in, nanoseconds of one monotonic clock. Memory is bounded: at most
/// `limit` instants a key and `keysMax` keys; when a new key finds no room, keys whose events have
/// all left the window go, and then the one that was quiet longest.
///
/// ```swift
/// var limiter = SlidingWindowLimiter<String>(limit: 200, window: .seconds(900))
/// let verdict = limiter.admit("user", at: now)
/// if !verdict.isAdmitted { /* 429, Retry-After: verdict.resetSeconds */ }
/// ```
package struct SlidingWindowLimiter<Key: Hashable & Sendable>: Sendable {
  /// What was decided, and what a client is told.
  package struct Verdict: Sendable, Equatable {
    /// Whether the event may happen; if not it is not counted either.
    package let isAdmitted: Bool
    /// Events that would still be admitted now.
    package let remaining: Int
    /// Whole seconds, rounded up, until the oldest event leaves the window; at least 1.
    package let resetSeconds: Int
  }

  /// Instants of admitted events in a ring that grows to the limit.
  private struct Events: Sendable {
    var instants: [UInt64] = []
    var first = 0
    var count = 0

    var newest: UInt64 { instants[(first + count - 1) % instants.count] }
    var oldest: UInt64 { instants[first] }

    mutating func dropOlder(than edge: UInt64) {
      while count > 0, oldest <= edge {
        first = (first + 1) % instants.count
        count -= 1
      }
    }

    mutating func append(_ instant: UInt64, limit: Int) {
      if count == instants.count {
        // Grows by doubling up to the limit; order is kept by unrolling the ring.
        var grown = (0..<count).map { instants[(first + $0) % instants.count] }
        let size = min(limit, max(4, count * 2))
        grown.append(contentsOf: repeatElement(0, count: size - count))
        instants = grown
        first = 0
      }
      instants[(first + count) % instants.count] = instant
      count += 1
    }
  }

  private let limit: Int
  private let window: UInt64
  private let keysMax: Int
  private var events: [Key: Events] = [:]

  /// - Parameters:
  ///   - limit: events per window, at least 1.
  ///   - keysMax: keys remembered at once.
  package init(limit: Int, window: Duration, keysMax: Int = 100_000) {
    self.limit = max(1, limit)
    self.window = UInt64(
      max(1, window.components.seconds * 1_000_000_000
        + window.components.attoseconds / 1_000_000_000))
    self.keysMax = max(1, keysMax)
  }

  /// Keys remembered now.
  package var keyCount: Int { events.count }

  /// Decides one event of `key` at `now`.
  package mutating func admit(_ key: Key, at now: UInt64) -> Verdict {
    if events[key] == nil { makeRoom(at: now) }
    var own = events.removeValue(forKey: key) ?? Events()
    defer { events[key] = own }
    own.dropOlder(than: now >= window ? now - window : 0)
    guard own.count < limit else {
      return Verdict(isAdmitted: false, remaining: 0, resetSeconds: reset(own, at: now))
    }
    own.append(now, limit: limit)
    return Verdict(
      isAdmitted: true, remaining: limit - own.count, resetSeconds: reset(own, at: now))
  }

  /// Events of `key` in the window that ends now.
  package func count(of key: Key, at now: UInt64) -> Int {
    guard var own = events[key] else { return 0 }
    own.dropOlder(than: now >= window ? now - window : 0)
    return own.count
  }

  /// Forgets a key.
  package mutating func forget(_ key: Key) { events[key] = nil }

  private func reset(_ own: Events, at now: UInt64) -> Int {
    guard own.count > 0 else { return 1 }
    let left = own.oldest + window > now ? own.oldest + window - now : 0
    return max(1, Int((left + 999_999_999) / 1_000_000_000))
  }

  private mutating func makeRoom(at now: UInt64) {
    guard events.count >= keysMax else { return }
    let edge = now >= window ? now - window : 0
    events = events.filter { $0.value.count > 0 && $0.value.newest > edge }
    while events.count >= keysMax, let quiet = events.min(by: { $0.value.newest < $1.value.newest })
    {
      events[quiet.key] = nil
    }
  }
}
