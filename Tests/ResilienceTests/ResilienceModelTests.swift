import Resilience
import Testing

/// Random sequences against plain models: lists in place of rings, bits and slices.
@Suite struct ResilienceModelTests {
  /// The table at the head of `CircuitBreaker`, with whole lists.
  private struct BreakerModel {
    var outcomes: [Bool] = []
    var state = CircuitBreaker.State.closed
    var openings = 0
    var openUntil: UInt64 = 0
    var isProbing = false
    let failures: Int
    let share: Double
    let sample: Int

    mutating func admits(at now: UInt64) -> Bool {
      if state == .closed { return true }
      if state == .open, now < openUntil { return false }
      if state == .halfOpen, isProbing { return false }
      state = .halfOpen
      isProbing = true
      return true
    }

    mutating func succeeded() {
      outcomes = state == .closed ? outcomes + [true] : []
      (state, openings, isProbing) = (.closed, 0, false)
    }

    mutating func failed(at now: UInt64) {
      guard state != .open else { return }
      outcomes.append(false)
      isProbing = false
      let row = outcomes.reversed().prefix { !$0 }.count
      let bad = outcomes.suffix(sample).count { !$0 }
      guard state == .halfOpen || row >= failures || Double(bad) >= Double(sample) * share else {
        return
      }
      openUntil = now + min(seconds(30), seconds(1) << UInt64(min(openings, 20)))
      (state, outcomes) = (.open, [])
      openings += 1
    }
  }

  @Test(arguments: 0..<20) func theBreakerAgreesWithItsTable(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let failures = Int.random(in: 1...8, using: &random)
    let sample = Int.random(in: 2...64, using: &random)
    let share = [0.3, 0.5, 0.8, 1][Int.random(in: 0..<4, using: &random)]
    var breaker = CircuitBreaker(failures: failures, share: share, sample: sample)
    var model = BreakerModel(failures: failures, share: share, sample: sample)
    let failing = Int.random(in: 10...90, using: &random)
    var (now, openings): (UInt64, Int) = (0, 0)
    for _ in 0..<5000 {
      now += UInt64.random(in: 0...seconds(0.5), using: &random)
      switch Int.random(in: 0..<100, using: &random) {
      case ..<30:
        #expect(breaker.admits(at: now) == model.admits(at: now))
      case 30..<35:
        breaker.abandoned()
        model.isProbing = false
      default:
        if Int.random(in: 0..<100, using: &random) < failing {
          breaker.failed(at: now)
          model.failed(at: now)
        } else {
          breaker.succeeded()
          model.succeeded()
        }
      }
      #expect(breaker.state == model.state)
      if model.state == .open { openings += 1 }
    }
    #expect(openings > 0 || failing < 40)
  }

  /// A retry is taken exactly where a list of the window's instants, in whole slices, allows it.
  @Test(arguments: 0..<10) func theRetryBudgetAgreesWithAPlainList(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let share = Double.random(in: 0...0.5, using: &random)
    let floor = Double(Int.random(in: 0...3, using: &random))
    var budget = RetryBudget(share: share, floorPerSecond: floor)
    var (requests, retries): ([UInt64], [UInt64]) = ([], [])
    var (now, taken, refused): (UInt64, Int, Int) = (0, 0, 0)
    for _ in 0..<5000 {
      // Pauses longer than the window too.
      let isPause = Int.random(in: 0..<300, using: &random) == 0
      now += UInt64.random(in: 0...(isPause ? seconds(25) : seconds(0.05)), using: &random)
      if Bool.random(using: &random) {
        budget.requested(at: now)
        requests.append(now)
        continue
      }
      let slice = now / seconds(1)
      func young(_ instants: [UInt64]) -> Int {
        instants.reversed().prefix { $0 / seconds(1) + 10 > slice }.count
      }
      let isAllowed = Double(young(retries)) < Double(young(requests)) * share + floor * 10
      #expect(budget.takeRetry(at: now) == isAllowed)
      if isAllowed { retries.append(now) }
      if isAllowed { taken += 1 } else { refused += 1 }
    }
    #expect(taken > 0 || (share < 0.01 && floor == 0))
    #expect(refused > 0 || floor > 0)
  }

  /// Order by the scores alone, then by the bound: whoever is under it, in the order of an idle
  /// pool, before whoever is not.
  @Test(arguments: 0..<10) func rendezvousKeepsTheIdleOrderWithinTheBound(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let names = (0..<Int.random(in: 1...9, using: &random)).map { "w\($0)" }
      let loads = names.map { _ in Int.random(in: 0...30, using: &random) }
      let factor = Double.random(in: 1...3, using: &random)
      let key = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
      let idle = RendezvousHashing.order(
        key: key, candidates: names.map { .init(name: $0, load: 0) })
      let order = RendezvousHashing.order(
        key: key, candidates: zip(names, loads).map { .init(name: $0, load: $1) }, factor: factor)
      let share = Double(loads.reduce(1, +)) * factor / Double(names.count)
      let free = idle.filter { Double(loads[$0]) < share.rounded(.up) }
      #expect(order == free + idle.filter { !free.contains($0) })
      #expect(!free.isEmpty, "somebody is always under the bound")
    }
  }

  @Test(arguments: 0..<5) func stepsNeverAddUpToMoreThanTheDeadline(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1000 {
      var now = UInt64.random(in: 0...UInt64.max / 2, using: &random)
      let start = now
      let whole = Deadline(
        after: .milliseconds(Int.random(in: 0...5000, using: &random)), now: now)
      while !whole.isPast(at: now) {
        let step = whole.limited(
          to: .milliseconds(Int.random(in: 1...2000, using: &random)), now: now)
        #expect(step <= whole && step.remaining(at: now) > .zero)
        now = step.instant
      }
      #expect(now == max(start, whole.instant))
      #expect(whole.remaining(at: now) == .zero)
    }
  }
}
