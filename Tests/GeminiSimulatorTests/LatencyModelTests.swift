import GeminiSimulator
import Testing

@Suite struct LatencyModelTests {
  @Test func isLogNormalAroundItsMedian() {
    let model = LatencyModel(LatencyModel.Shape(median: .milliseconds(800), sigma: 0.6), seed: 7)
    let sorted = (1...4000).map { model.duration(ofCall: $0) }.sorted()
    let median = sorted[2000] / .milliseconds(1)
    let tail = sorted[3960] / .milliseconds(1)
    #expect((740...860).contains(median), "\(median)")
    // exp(0.6 · 2.326) is 4.04.
    #expect((2600...4000).contains(tail), "\(tail)")
  }

  @Test func isTheSameForTheSameSeedAndHasABound() {
    let shape = LatencyModel.Shape(median: .milliseconds(100), sigma: 2, max: .milliseconds(300))
    let (one, same, other) = (
      LatencyModel(shape, seed: 1), LatencyModel(shape, seed: 1), LatencyModel(shape, seed: 2)
    )
    let calls = 1...200
    #expect(calls.map(one.duration) == calls.map(same.duration))
    #expect(calls.map(one.duration) != calls.map(other.duration))
    #expect(calls.allSatisfy { one.duration(ofCall: $0) <= .milliseconds(300) })
    #expect(LatencyModel(.init(median: .zero)).duration(ofCall: 1) == .zero)
  }
}
