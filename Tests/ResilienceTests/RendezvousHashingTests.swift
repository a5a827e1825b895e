import Resilience
import Testing

@Suite struct RendezvousHashingTests {
  private func key(_ number: Int) -> [UInt8] { Array("key-\(number)".utf8) }

  private func idle(_ count: Int) -> [RendezvousHashing.Candidate] {
    (0..<count).map { .init(name: "http://127.0.0.1:\(8000 + $0)", load: 0) }
  }

  private func owner(_ key: [UInt8], _ candidates: [RendezvousHashing.Candidate]) -> String? {
    RendezvousHashing.order(key: key, candidates: candidates).first.map { candidates[$0].name }
  }

  @Test func namesEveryCandidateOnce() {
    for count in 0..<8 {
      let order = RendezvousHashing.order(key: key(count), candidates: idle(count))
      #expect(order.sorted() == Array(0..<count))
    }
  }

  @Test func theOwnerDoesNotDependOnTheListsOrder() {
    for number in 0..<200 {
      #expect(owner(key(number), idle(5)) == owner(key(number), idle(5).reversed()))
    }
  }

  @Test func spreadsKeysEvenly() {
    var counts: [String: Int] = [:]
    for number in 0..<10_000 { counts[owner(key(number), idle(4)) ?? "", default: 0] += 1 }
    #expect(counts.count == 4)
    for count in counts.values { #expect((2300...2700).contains(count)) }
  }

  @Test func aCandidateThatLeavesMovesOnlyItsOwnKeys() {
    let all = idle(5)
    let left = Array(all.dropLast())
    var moved = 0
    for number in 0..<2000 {
      let before = owner(key(number), all)
      if before == all[4].name {
        moved += 1
      } else {
        #expect(owner(key(number), left) == before)
      }
    }
    #expect((300...500).contains(moved))
  }

  @Test func aBusyOwnerIsPassedOver() {
    for number in 0..<100 {
      let candidates = idle(3)
      let order = RendezvousHashing.order(key: key(number), candidates: candidates)
      let loaded = candidates.indices.map { index in
        RendezvousHashing.Candidate(
          name: candidates[index].name, load: index == order[0] ? 50 : 2)
      }
      let now = RendezvousHashing.order(key: key(number), candidates: loaded)
      // The others move up in their own order; the busy one is still there as the last resort.
      #expect(now == Array(order.dropFirst()) + [order[0]])
    }
  }

  /// With the owner's work passed on, no candidate carries more than the factor times its share.
  @Test(arguments: [1.0, 1.25, 2.0]) func loadsStayBounded(factor: Double) {
    var loads = [Int](repeating: 0, count: 4)
    for number in 0..<1000 {
      let candidates = loads.indices.map {
        RendezvousHashing.Candidate(name: "worker-\($0)", load: loads[$0])
      }
      // One hot key asks again and again.
      let order = RendezvousHashing.order(key: key(0), candidates: candidates, factor: factor)
      loads[order[0]] += 1
      let bound = (Double(number + 1) * factor / 4).rounded(.up)
      #expect(Double(loads.max() ?? 0) <= bound)
    }
  }

  @Test(arguments: [0.0, -1, .nan, .infinity]) func anOddFactorIsHarmless(factor: Double) {
    let candidates = [
      RendezvousHashing.Candidate(name: "a", load: -5),
      RendezvousHashing.Candidate(name: "b", load: 1_000_000),
    ]
    let order = RendezvousHashing.order(key: key(1), candidates: candidates, factor: factor)
    #expect(order.sorted() == [0, 1])
  }
}
