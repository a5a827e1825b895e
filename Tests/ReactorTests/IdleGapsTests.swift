import Reactor
import Testing

@Suite struct IdleGapsTests {
  @Test func pollsOnlyWhileAnswersComeSoon() {
    var gaps = IdleGaps(worthSpinning: 60_000)
    #expect(gaps.areShort)
    for _ in 0..<20 { gaps.ended(after: 5_000_000) }
    #expect(!gaps.areShort)
    // A burst is noticed within a few events, however long the quiet was.
    for _ in 0..<100 { gaps.ended(after: .max / 8) }
    var events = 0
    while !gaps.areShort, events < 100 {
      gaps.ended(after: 10_000)
      events += 1
    }
    #expect(events < 20)
  }
}
