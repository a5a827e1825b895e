import Resilience
import Testing

@Suite struct RetryBudgetTests {
  private func retries(_ budget: inout RetryBudget, at now: UInt64) -> Int {
    var count = 0
    while count < 100_000, budget.takeRetry(at: now) { count += 1 }
    return count
  }

  @Test func theFloorHoldsWithoutTraffic() {
    var budget = RetryBudget()
    #expect(retries(&budget, at: 0) == 100)
    #expect(budget.takeRetry(at: 0) == false)
  }

  @Test func aFifthOfTheTrafficMayBeTriedAgain() {
    var budget = RetryBudget(floorPerSecond: 0)
    for _ in 0..<1000 { budget.requested(at: seconds(3)) }
    #expect(retries(&budget, at: seconds(3)) == 200)
  }

  @Test func requestsAndRetriesLeaveWithTheirWindow() {
    var budget = RetryBudget(floorPerSecond: 0)
    for _ in 0..<1000 { budget.requested(at: 0) }
    #expect(retries(&budget, at: seconds(8.9)) == 200)
    for _ in 0..<500 { budget.requested(at: seconds(9)) }
    // The thousand is gone; the retries of second 8 still count.
    #expect(retries(&budget, at: seconds(10)) == 0)
    #expect(retries(&budget, at: seconds(18)) == 100)
    #expect(retries(&budget, at: seconds(1000)) == 0)
  }

  /// In any window the retries stay below share and floor, so an outage is never doubled.
  @Test(arguments: 0..<5) func neverExceedsShareAndFloor(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var budget = RetryBudget(floorPerSecond: 2)
    var requests: [UInt64] = []
    var retries: [UInt64] = []
    var now: UInt64 = 0
    for _ in 0..<5000 {
      now += UInt64.random(in: 0...seconds(0.05), using: &random)
      budget.requested(at: now)
      requests.append(now)
      // Everything fails: each request wants a retry.
      if budget.takeRetry(at: now) { retries.append(now) }
      let recentRetries = retries.reversed().prefix { $0 + seconds(9) > now }.count
      let recentRequests = requests.reversed().prefix { $0 + seconds(10) > now }.count
      #expect(Double(recentRetries) <= Double(recentRequests) * 0.2 + 20 + 1)
    }
    #expect(retries.count > 500)
  }
}
