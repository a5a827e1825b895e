import AIWorker
import Testing
import WorkerAPI

@Suite struct ResponseCacheTests {
  private func key(_ name: String, _ scope: CacheScope = .public) -> CacheKey {
    .sample(name, scope)
  }

  private func answer(_ text: String) -> GeneratedAnswer {
    GeneratedAnswer(text: text, sources: [], model: "m", usage: .zero)
  }

  @Test func findsWhatWasPut() {
    var cache = ResponseCache(capacity: 2, lifetime: .seconds(1))
    cache.put(answer("a"), under: key("a"), for: .public, now: 0)
    #expect(cache.find(key("a"), for: .public, now: 0)?.text == "a")
    #expect(cache.find(key("b"), for: .public, now: 0) == nil)
    #expect(cache.counts.hits == 1 && cache.counts.misses == 1)
  }

  @Test func livesForItsTimeExactly() {
    var cache = ResponseCache(capacity: 2, lifetime: .seconds(24 * 3600))
    let lifetime: UInt64 = 24 * 3600 * 1_000_000_000
    cache.put(answer("a"), under: key("a"), for: .public, now: 7)
    #expect(cache.find(key("a"), for: .public, now: 7 + lifetime - 1) != nil)
    #expect(cache.find(key("a"), for: .public, now: 7 + lifetime) == nil)
    #expect(cache.count == 0)
    #expect(cache.counts.expirations == 1)
  }

  /// Being read must not prolong an answer: its amounts age all the same.
  @Test func isNotProlongedByReading() {
    var cache = ResponseCache(capacity: 2, lifetime: .nanoseconds(10))
    cache.put(answer("a"), under: key("a"), for: .public, now: 0)
    for now in UInt64(1)...9 { #expect(cache.find(key("a"), for: .public, now: now) != nil) }
    #expect(cache.find(key("a"), for: .public, now: 10) == nil)
  }

  @Test func dropsTheLeastRecentlyUsed() {
    var cache = ResponseCache(capacity: 3, lifetime: .seconds(1))
    for name in ["a", "b", "c"] {
      cache.put(answer(name), under: key(name), for: .public, now: 0)
    }
    _ = cache.find(key("a"), for: .public, now: 0)
    cache.put(answer("d"), under: key("d"), for: .public, now: 0)
    #expect(cache.find(key("b"), for: .public, now: 0) == nil)
    for name in ["a", "c", "d"] { #expect(cache.find(key(name), for: .public, now: 0) != nil) }
    #expect(cache.counts.evictions == 1 && cache.count == 3)
  }

  @Test func replacesUnderTheSameKey() {
    var cache = ResponseCache(capacity: 2, lifetime: .nanoseconds(10))
    cache.put(answer("old"), under: key("a"), for: .public, now: 0)
    cache.put(answer("new"), under: key("a"), for: .public, now: 5)
    #expect(cache.find(key("a"), for: .public, now: 14)?.text == "new")
    #expect(cache.count == 1 && cache.counts.evictions == 0)
  }

  @Test func forgetsOneUserAndNobodyElse() {
    var cache = ResponseCache(capacity: 10, lifetime: .seconds(1))
    for user in ["u", "v"] {
      for name in ["a", "b"] {
        cache.put(answer(name), under: key(name, .user(user)), for: .user(user), now: 0)
      }
    }
    cache.put(answer("p"), under: key("p"), for: .public, now: 0)
    #expect(cache.forget(user: "u") == 2)
    #expect(cache.find(key("a", .user("u")), for: .user("u"), now: 0) == nil)
    #expect(cache.find(key("a", .user("v")), for: .user("v"), now: 0) != nil)
    #expect(cache.find(key("p"), for: .public, now: 0) != nil)
    #expect(cache.forget(user: "u") == 0)
    #expect(cache.counts.forgotten == 2)
  }

  /// Even where two scopes shared a key, one would not be served the other's answer.
  @Test func servesAnEntryToItsScopeAlone() {
    var cache = ResponseCache(capacity: 2, lifetime: .seconds(1))
    cache.put(answer("mine"), under: key("a"), for: .user("u"), now: 0)
    #expect(cache.find(key("a"), for: .user("v"), now: 0) == nil)
    #expect(cache.find(key("a"), for: .public, now: 0) == nil)
    #expect(cache.find(key("a"), for: .user("u"), now: 0) != nil)
  }

  @Test func keepsNothingWithoutRoomOrTime() {
    var none = ResponseCache(capacity: 0, lifetime: .seconds(1))
    none.put(answer("a"), under: key("a"), for: .public, now: 0)
    #expect(none.count == 0)
    var brief = ResponseCache(capacity: 1, lifetime: .zero)
    brief.put(answer("a"), under: key("a"), for: .public, now: 0)
    #expect(brief.count == 0)
  }

  /// The linked slots against a list that is too simple to be wrong.
  @Test func agreesWithASimpleModel() {
    var random = SeededGenerator(seed: 42)
    var cache = ResponseCache(capacity: 5, lifetime: .nanoseconds(40))
    var model: [(name: Int, user: Int, expires: UInt64)] = []
    func scope(_ user: Int) -> CacheScope { user == 0 ? .public : .user("u\(user)") }
    for now in UInt64(0)..<4000 {
      let name = Int.random(in: 0..<12, using: &random)
      let user = name % 3
      let found = model.firstIndex { $0.name == name }
      switch Int.random(in: 0..<10, using: &random) {
      case 0 where user > 0:
        let dropped = model.count { $0.user == user }
        #expect(cache.forget(user: "u\(user)") == dropped)
        model.removeAll { $0.user == user }
      case 1...4:
        cache.put(answer("\(name)"), under: key("\(name)"), for: scope(user), now: now)
        if let found { model.remove(at: found) }
        if model.count == 5 { model.removeFirst() }
        model.append((name, user, now + 40))
      default:
        let answer = cache.find(key("\(name)"), for: scope(user), now: now)
        guard let found else {
          #expect(answer == nil)
          continue
        }
        let entry = model.remove(at: found)
        #expect((answer != nil) == (now < entry.expires))
        if now < entry.expires { model.append(entry) }
      }
      #expect(cache.count == model.count)
    }
  }
}
