/// Admits at most `limit` events of a key in any window of `window`, exactly: it keeps the instant
/// of every admitted event of the window, so that no boundary lets through twice the limit.
///
/// ```swift
/// var limiter = SlidingWindowLimiter<String>(limit: 200, window: .seconds(900))
/// let verdict = limiter.admit("user", at: now)
/// if !verdict.isAdmitted { /* 429, Retry-After: verdict.resetSeconds */ }
/// ```
///
/// A pure value: time is passed in, nanoseconds of one monotonic clock; one that stepped back
/// counts as the latest seen. Instants are kept in milliseconds and rounded so that an event may
/// count for a millisecond too long, never too short.
///
/// Memory is bounded by `keysMax` keys and `eventsMax` instants over all keys (four bytes each, or
/// `limit` where that is more). Keys are kept in the order of their last admitted event: quiet ones
/// go first when their window is over, and, where room is short, before; a key forgotten too early
/// starts with a fresh window. Every step takes constant time, apart from instants that leave.
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

  /// A key's events and its neighbours in the order of recency.
  private struct Slot: Sendable {
    var key: Key
    var events = InstantRing()
    /// Milliseconds.
    var newest: UInt64 = 0
    var newer: Int?
    var older: Int?
  }

  private let limit: Int
  /// Milliseconds.
  private let window: UInt64
  private let keysMax: Int
  private let eventsMax: Int
  private var places: [Key: Int] = [:]
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var newestSlot: Int?
  private var oldestSlot: Int?
  private var eventsHeld = 0
  private var latest: UInt64 = 0

  /// - Parameters:
  ///   - limit: events per window, at least 1.
  ///   - window: at least a millisecond, at most 12 days.
  ///   - keysMax: keys remembered at once.
  ///   - eventsMax: instants there is room for at once.
  package init(
    limit: Int, window: Duration, keysMax: Int = 100_000, eventsMax: Int = 4_000_000
  ) {
    self.limit = max(1, limit)
    // Half of what InstantRing can tell apart: an event is at most two windows old when looked at.
    self.window = min(1 << 30, max(1, (window.wholeNanoseconds + 999_999) / 1_000_000))
    self.keysMax = max(1, keysMax)
    self.eventsMax = max(1, eventsMax)
  }

  /// Keys remembered now.
  package var keyCount: Int { places.count }

  /// Decides one event of `key` at `now`.
  package mutating func admit(_ key: Key, at now: UInt64) -> Verdict {
    latest = max(latest, now)
    let milliseconds = latest / 1_000_000
    forgetQuiet(at: milliseconds)
    let place: Int
    if let known = places[key] {
      place = known
      expire(known, at: milliseconds)
      if slots[known].events.count >= limit {
        return Verdict(isAdmitted: false, remaining: 0, resetSeconds: reset(known, milliseconds))
      }
    } else {
      place = makeSlot(for: key)
    }
    let held = slots[place].events.capacity
    // Rounded up: counted from a little later, and so to a little later.
    let stamp = (latest + 999_999) / 1_000_000
    slots[place].events.append(stamp, limit: limit)
    slots[place].newest = stamp
    eventsHeld += slots[place].events.capacity - held
    moveToFront(place)
    while eventsHeld > eventsMax, let quiet = oldestSlot, quiet != place { remove(quiet) }
    return Verdict(
      isAdmitted: true, remaining: limit - slots[place].events.count,
      resetSeconds: reset(place, milliseconds))
  }

  /// Events of `key` in the window that ends now.
  package func count(of key: Key, at now: UInt64) -> Int {
    let milliseconds = max(latest, now) / 1_000_000
    guard let place = places[key], !isOver(slots[place], at: milliseconds) else { return 0 }
    return slots[place].events.count(within: Int64(window), at: milliseconds)
  }

  /// Whole seconds, rounded up, until an event of `key` is admitted again; nil where one is now.
  package func secondsUntilAdmitted(_ key: Key, at now: UInt64) -> Int? {
    guard count(of: key, at: now) >= limit, let place = places[key] else { return nil }
    return reset(place, max(latest, now) / 1_000_000)
  }

  /// Forgets a key.
  package mutating func forget(_ key: Key) {
    if let place = places[key] { remove(place) }
  }

  // MARK: Steps

  private func isOver(_ slot: Slot, at milliseconds: UInt64) -> Bool {
    slot.newest + window <= milliseconds
  }

  private func reset(_ place: Int, _ milliseconds: UInt64) -> Int {
    let left = Int64(window) - slots[place].events.age(at: milliseconds)
    return max(1, Int((left + 999) / 1000))
  }

  private mutating func expire(_ place: Int, at milliseconds: UInt64) {
    let held = slots[place].events.capacity
    // Told from the newest in full: the ring itself cannot see further back than 24 days.
    if isOver(slots[place], at: milliseconds) {
      slots[place].events.removeAll()
    } else {
      slots[place].events.drop(olderThan: Int64(window), at: milliseconds)
    }
    eventsHeld += slots[place].events.capacity - held
  }

  /// Two at a time keeps up with any stream of new keys, one a step.
  private mutating func forgetQuiet(at milliseconds: UInt64) {
    for _ in 0..<2 {
      guard let quiet = oldestSlot, isOver(slots[quiet], at: milliseconds) else { return }
      remove(quiet)
    }
  }

  private mutating func makeSlot(for key: Key) -> Int {
    if places.count >= keysMax, let quiet = oldestSlot { remove(quiet) }
    let place: Int
    if let free = freeSlots.popLast() {
      place = free
      slots[place] = Slot(key: key)
    } else {
      place = slots.count
      slots.append(Slot(key: key))
    }
    places[key] = place
    slots[place].older = newestSlot
    if let front = newestSlot { slots[front].newer = place } else { oldestSlot = place }
    newestSlot = place
    return place
  }

  private mutating func moveToFront(_ place: Int) {
    guard newestSlot != place else { return }
    unlink(place)
    slots[place].newer = nil
    slots[place].older = newestSlot
    if let front = newestSlot { slots[front].newer = place } else { oldestSlot = place }
    newestSlot = place
  }

  private mutating func unlink(_ place: Int) {
    let (newer, older) = (slots[place].newer, slots[place].older)
    if let newer { slots[newer].older = older } else { newestSlot = older }
    if let older { slots[older].newer = newer } else { oldestSlot = newer }
  }

  private mutating func remove(_ place: Int) {
    unlink(place)
    places[slots[place].key] = nil
    eventsHeld -= slots[place].events.capacity
    slots[place].events.removeAll()
    freeSlots.append(place)
  }
}
