package import WorkerAPI

/// Answers by key: the least recently used one goes first, and each lives for one time exactly.
///
/// A pure value: time is passed in, in nanoseconds of a clock that never goes back. An entry put at
/// `t` is found before `t + lifetime` and never at or after it. Every operation takes constant
/// time;
/// `forget` takes the time of what it drops.
///
/// An entry keeps the scope it was made for beside its key, and is served to that scope alone: a
/// mistake in making keys would then be a miss, not a leak.
package struct ResponseCache: Sendable {
  /// What the cache did since it was made.
  package struct Counts: Sendable, Hashable {
    package var hits = 0
    package var misses = 0
    /// Entries dropped because the cache was full.
    package var evictions = 0
    /// Entries dropped because their time was over.
    package var expirations = 0
    /// Entries dropped because their user reset or left.
    package var forgotten = 0

    package init() {}
  }

  private struct Slot {
    var key: CacheKey
    var scope: CacheScope
    var answer: GeneratedAnswer
    var expires: UInt64
    /// Towards the more recently used.
    var newer: Int?
    /// Towards the less recently used.
    var older: Int?
  }

  /// Entries at most; 0 keeps nothing.
  package let capacity: Int
  private let lifetime: UInt64
  private var slots: [Slot?] = []
  private var free: [Int] = []
  private var places: [CacheKey: Int] = [:]
  private var keysOfUser: [String: Set<CacheKey>] = [:]
  private var newest: Int?
  private var oldest: Int?
  package private(set) var counts = Counts()

  package init(capacity: Int, lifetime: Duration) {
    self.capacity = max(0, capacity)
    let (seconds, attoseconds) = lifetime.components
    self.lifetime =
      UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
  }

  /// Entries held, those included whose time ended since they were last asked for.
  package var count: Int { places.count }

  /// The answer under `key`, now the most recently used; nil where there is none for this scope.
  package mutating func find(
    _ key: CacheKey, for scope: CacheScope, now: UInt64
  ) -> GeneratedAnswer? {
    guard let place = places[key], let slot = slots[place], slot.scope == scope else {
      counts.misses += 1
      return nil
    }
    guard now < slot.expires else {
      remove(place)
      counts.expirations += 1
      counts.misses += 1
      return nil
    }
    unlink(place)
    linkNewest(place)
    counts.hits += 1
    return slot.answer
  }

  /// Keeps an answer, in place of one under the same key, or of the least recently used.
  package mutating func put(
    _ answer: GeneratedAnswer, under key: CacheKey, for scope: CacheScope, now: UInt64
  ) {
    put(answer, under: key, for: scope, now: now, lifetime: lifetime)
  }

  private mutating func put(
    _ answer: GeneratedAnswer, under key: CacheKey, for scope: CacheScope, now: UInt64,
    lifetime: UInt64
  ) {
    guard capacity > 0, lifetime > 0 else { return }
    if let place = places[key] { remove(place) }
    if count == capacity, let oldest {
      remove(oldest)
      counts.evictions += 1
    }
    let (sum, overflows) = now.addingReportingOverflow(lifetime)
    let slot = Slot(
      key: key, scope: scope, answer: answer, expires: overflows ? .max : sum, newer: nil,
      older: nil)
    let place: Int
    if let reused = free.popLast() {
      place = reused
      slots[place] = slot
    } else {
      place = slots.count
      slots.append(slot)
    }
    places[key] = place
    if case .user(let id) = scope { keysOfUser[id, default: []].insert(key) }
    linkNewest(place)
  }

  /// A public answer with the rest of its time, in nanoseconds.
  package struct PublicEntry: Sendable {
    package var key: CacheKey
    package var answer: GeneratedAnswer
    package var remaining: UInt64

    package init(key: CacheKey, answer: GeneratedAnswer, remaining: UInt64) {
      self.key = key
      self.answer = answer
      self.remaining = remaining
    }
  }

  /// Every public answer whose time is not over, the least recently used first.
  package func publicEntries(now: UInt64) -> [PublicEntry] {
    var entries: [PublicEntry] = []
    var place = oldest
    while let current = place, let slot = slots[current] {
      if slot.scope == .public, slot.expires > now {
        entries.append(
          PublicEntry(key: slot.key, answer: slot.answer, remaining: slot.expires - now))
      }
      place = slot.newer
    }
    return entries
  }

  /// Keeps public answers for the rest of their time, at most for a whole one, where there is no
  /// answer yet; answers how many.
  package mutating func restore(_ entries: [PublicEntry], now: UInt64) -> Int {
    var count = 0
    for entry in entries.suffix(capacity) where places[entry.key] == nil && entry.remaining > 0 {
      put(
        entry.answer, under: entry.key, for: .public, now: now,
        lifetime: min(entry.remaining, lifetime))
      count += places[entry.key] == nil ? 0 : 1
    }
    return count
  }

  /// Drops every entry of a user; answers how many there were.
  package mutating func forget(user id: String) -> Int {
    let keys = keysOfUser[id] ?? []
    for key in keys {
      if let place = places[key] { remove(place) }
    }
    counts.forgotten += keys.count
    return keys.count
  }

  // MARK: The list from newest to oldest

  private mutating func remove(_ place: Int) {
    guard let slot = slots[place] else { return }
    unlink(place)
    places[slot.key] = nil
    if case .user(let id) = slot.scope {
      keysOfUser[id]?.remove(slot.key)
      if keysOfUser[id]?.isEmpty == true { keysOfUser[id] = nil }
    }
    slots[place] = nil
    free.append(place)
  }

  private mutating func unlink(_ place: Int) {
    guard let slot = slots[place] else { return }
    if let newer = slot.newer { slots[newer]?.older = slot.older } else { newest = slot.older }
    if let older = slot.older { slots[older]?.newer = slot.newer } else { oldest = slot.newer }
    slots[place]?.newer = nil
    slots[place]?.older = nil
  }

  private mutating func linkNewest(_ place: Int) {
    slots[place]?.older = newest
    if let newest { slots[newest]?.newer = place }
    newest = place
    if oldest == nil { oldest = place }
  }
}
