import Prometheus
import Testing

private let edges = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  30,
]

@Suite struct HistogramTests {
  @Test func countsAtAnEdgeAreExact() throws {
    let family = try MetricsRegistry().histogram("x_seconds", help: "X.", edges: edges)
    for edge in edges {
      let nanoseconds = Int((edge * 1e9).rounded())
      let histogram = try MetricsRegistry()
        .histogram("y_seconds", help: "Y.", edges: edges).child()
      histogram.observe(nanoseconds - 1)
      histogram.observe(nanoseconds)
      histogram.observe(nanoseconds + 1)
      let position = try #require(edges.firstIndex(of: edge))
      #expect(histogram.cumulativeCounts()[position] == 2, "le=\(edge)")
      #expect(histogram.cumulativeCounts().last == 3)
    }
    #expect(family.child().count == 0)
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func cumulativeCountsEqualThoseCountedOneByOne(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Edges close together, so that several share a fine bucket.
    let own = [0.00000001, 0.0001, 0.0001005, 0.000101, 0.0010000001, 0.001000001, 1, 1.0001, 900]
    let histogram = try MetricsRegistry().histogram("x_seconds", help: "X.", edges: own).child()
    var values: [Int] = []
    for _ in 0..<20_000 {
      let nearEdge = own.randomElement(using: &generator).map { Int(($0 * 1e9).rounded()) } ?? 0
      let value =
        Bool.random(using: &generator)
        ? randomNanoseconds(&generator)
        : max(0, nearEdge + Int.random(in: -3...3, using: &generator))
      values.append(value)
      histogram.observe(value)
    }
    let expected = own.map { edge in
      UInt64(values.count { $0 <= Int((edge * 1e9).rounded()) })
    }
    #expect(histogram.cumulativeCounts() == expected + [UInt64(values.count)])
    #expect(histogram.count == UInt64(values.count))
    #expect(histogram.sumUnits == UInt64(values.reduce(0, +)))
  }

  @Test func valuesOutOfRangeCountInTheOutermostBuckets() throws {
    let histogram = try MetricsRegistry().histogram("x_seconds", help: "X.", edges: [1]).child()
    histogram.observe(-5)
    histogram.observe(0)
    histogram.observe(Int.max)
    #expect(histogram.cumulativeCounts() == [2, 3])
    #expect(histogram.sumUnits == UInt64(Int.max))
  }

  @Test func noObservationIsLostBetweenThreads() async throws {
    let registry = MetricsRegistry()
    let family = try registry.histogram(
      "x_seconds", help: "X.", labels: ["route"], edges: edges, hasWindow: true)
    let counters = try registry.counter("x_total", help: "X.", labels: ["route"])
    let perTask = 50_000
    let tasks = 8
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<tasks {
        group.addTask {
          // Each task resolves the child itself: all must get the same one.
          let histogram = family.child("/")
          let counter = counters.child("/")
          for index in 0..<perTask {
            let now = UInt64(index) * 10_000_000
            histogram.observe(task * 1000 + index, now: now)
            counter.increment()
          }
        }
      }
    }
    #expect(family.child("/").count == UInt64(tasks * perTask))
    #expect(counters.child("/").value == UInt64(tasks * perTask))
    let each = perTask * (perTask - 1) / 2
    let sum = (0..<tasks).reduce(0) { $0 + $1 * 1000 * perTask + each }
    #expect(family.child("/").sumUnits == UInt64(sum))
  }
}
