import Postgres
import Testing

@Suite struct StatementCacheTests {
  private func key(_ number: Int, role: String = "") -> StatementCache.Key {
    StatementCache.Key(sql: "select \(number)", types: [0, 17], role: role)
  }

  private func name(_ use: StatementCache.Use) -> String? {
    switch use {
    case .unnamed: nil
    case .prepare(let name, _), .execute(let name): name
    }
  }

  @Test func preparesWhatComesTwice() {
    var cache = StatementCache(entriesMax: 4)
    #expect(cache.use(key(1)) == .unnamed)
    let second = cache.use(key(1))
    guard case .prepare(let name, deallocate: nil) = second else {
      Issue.record("\(second)")
      return
    }
    #expect(cache.use(key(1)) == .execute(name: name))
    #expect(cache.use(key(2)) == .unnamed)
  }

  @Test func typesAndRolesAreOtherStatements() {
    var cache = StatementCache(entriesMax: 8)
    let keys = [
      key(1), key(1, role: "authenticated"),
      StatementCache.Key(sql: "select 1", types: [0, 0], role: ""),
    ]
    for key in keys { #expect(cache.use(key) == .unnamed) }
    #expect(Set(keys.compactMap { name(cache.use($0)) }).count == 3)
  }

  @Test func whatWasUsedLongestAgoMakesRoomAndIsDeallocatedLater() {
    var cache = StatementCache(entriesMax: 2)
    _ = cache.use(key(1))
    let first = name(cache.use(key(1)))
    _ = cache.use(key(2))
    _ = cache.use(key(2))
    // 2 was used last, so 1 goes.
    #expect(cache.use(key(3)) == .unnamed)
    #expect(cache.count == 2)
    guard case .prepare(_, let deallocated) = cache.use(key(3)) else {
      Issue.record("3 is not prepared")
      return
    }
    #expect(deallocated == first && first != nil)
    #expect(cache.use(key(1)) == .unnamed)
  }

  /// Names on the server never pass twice the bound, whatever comes.
  @Test func namesAreBounded() {
    var cache = StatementCache(entriesMax: 5)
    var generator = SystemRandomNumberGenerator()
    var live: Set<String> = []
    for _ in 0..<20_000 {
      let use = cache.use(key(Int.random(in: 0..<20, using: &generator)))
      if case .prepare(let name, let old) = use {
        if let old { #expect(live.remove(old) != nil) }
        #expect(live.insert(name).inserted)
      }
      #expect(live.count <= 10 && cache.count <= 5)
    }
    #expect(live.count >= 5)
  }

  @Test func longTextsAreNotKept() {
    var cache = StatementCache(entriesMax: 2)
    let long = StatementCache.Key(
      sql: String(repeating: "x", count: StatementCache.sqlBytesMax + 1), types: [], role: "")
    for _ in 0..<3 { #expect(cache.use(long) == .unnamed) }
    #expect(cache.count == 0)
  }

  @Test func withoutRoomNothingIsPrepared() {
    var cache = StatementCache(entriesMax: 0)
    for _ in 0..<3 { #expect(cache.use(key(1)) == .unnamed) }
  }

  @Test func whatCouldNotBePreparedStartsAnew() {
    var cache = StatementCache(entriesMax: 2)
    _ = cache.use(key(1))
    _ = cache.use(key(1))
    cache.forget(key(1))
    #expect(cache.use(key(1)) == .unnamed)
  }

  /// Behind a pooler that nobody told us of, names vanish again and again.
  @Test func aServerThatKeepsForgettingEndsTheCache() {
    var cache = StatementCache(entriesMax: 2)
    for _ in 0..<StatementCache.strangeMax {
      for _ in 0..<3 { _ = cache.use(key(1)) }
      cache.startAnew()
      #expect(cache.isUntidy)
    }
    for _ in 0..<3 { #expect(cache.use(key(1)) == .unnamed) }
    var patient = StatementCache(entriesMax: 2)
    for _ in 0..<10 {
      patient.startAnew()
      patient.proved()
    }
    _ = patient.use(key(1))
    #expect(patient.use(key(1)) != .unnamed)
  }

  @Test func twoConnectionsNeverShareAName() {
    var names: Set<String> = []
    for _ in 0..<100 {
      var cache = StatementCache(entriesMax: 2)
      _ = cache.use(key(1))
      if let name = name(cache.use(key(1))) { names.insert(name) }
    }
    #expect(names.count == 100)
  }
}
