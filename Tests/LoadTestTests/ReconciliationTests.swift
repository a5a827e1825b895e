import LoadTest
import Testing

@Suite struct ReconciliationTests {
  private static let route = RequestCounts.Route("GET", "/a")

  private func reconcile(
    _ client: [Int: Int], _ server: [Int: Int], unanswered: Int = 0, begun: Int = 0
  ) -> Reconciliation {
    var ours = RequestCounts()
    ours.byRoute[Self.route] = client
    var theirs = RequestCounts()
    theirs.byRoute[Self.route] = server
    // What the run did not use is not its business.
    theirs.byRoute[.init("GET", "/other")] = [200: 77]
    return Reconciliation(
      client: ours, server: theirs,
      unanswered: unanswered > 0 ? [Self.route: .init(all: unanswered, begun: begun)] : [:])
  }

  @Test(
    arguments: [
      ([200: 10], [200: 10], 0, true), ([200: 10], [200: 11], 0, false),
      ([200: 10], [200: 9], 0, false), ([200: 10], [200: 10, 500: 1], 0, false),
      ([200: 10], [200: 10, 500: 0], 0, true), ([200: 10, 404: 1], [200: 11], 0, false),
      ([200: 10], [:], 0, false), ([200: 10], [200: 10, 499: 2], 2, true),
      ([200: 10], [200: 11, 499: 1], 2, true), ([200: 10], [200: 10], 2, true),
      ([200: 10], [200: 10, 499: 3], 2, false), ([200: 10], [200: 9, 499: 1], 2, false),
      ([:], [499: 2], 2, true), ([200: 10], [200: -5], 0, false),
    ] as [([Int: Int], [Int: Int], Int, Bool)])
  func holdsOnlyWhereEveryStatusAgrees(
    client: [Int: Int], server: [Int: Int], unanswered: Int, holds: Bool
  ) {
    let result = reconcile(client, server, unanswered: unanswered)
    #expect(result.holds == holds)
    #expect(result.mismatches.isEmpty == holds)
  }

  @Test func anAnswerThatHadBegunIsCountedForSure() {
    #expect(reconcile([200: 10], [200: 10, 499: 2], unanswered: 3, begun: 2).holds)
    #expect(!reconcile([200: 10], [200: 10, 499: 1], unanswered: 3, begun: 2).holds)
    #expect(!reconcile([200: 10], [200: 10], unanswered: 3, begun: 1).holds)
  }

  @Test func namesBothNumbers() {
    #expect(
      reconcile([200: 1000], [200: 999]).mismatches.map(\.description) == [
        "GET /a 200: client 1000, server 999"
      ])
    #expect(
      reconcile([200: 10], [200: 10, 499: 3], unanswered: 2).mismatches.map(\.description) == [
        "GET /a in all: client 12, server 13"
      ])
  }

  @Test func takesTheChangeSinceBefore() {
    var before = RequestCounts()
    before.add(5, Self.route, status: 200)
    var after = before
    after.add(7, Self.route, status: 200)
    after.add(1, Self.route, status: 404)
    #expect(after.since(before).byRoute[Self.route] == [200: 7, 404: 1])
  }
}
