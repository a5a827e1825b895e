import Resilience
import Testing

@Suite struct DeadlineTests {
  @Test func tellsWhatIsLeft() {
    let deadline = Deadline(after: .seconds(2), now: seconds(10))
    #expect(deadline.instant == seconds(12))
    #expect(deadline.remaining(at: seconds(10.5)) == .milliseconds(1500))
    #expect(!deadline.isPast(at: seconds(12) - 1))
    #expect(deadline.isPast(at: seconds(12)))
    #expect(deadline.remaining(at: seconds(20)) == .zero)
  }

  @Test func aStepNeverOutlivesTheWhole() {
    let whole = Deadline(after: .seconds(5), now: 0)
    #expect(whole.limited(to: .seconds(2), now: seconds(1)).instant == seconds(3))
    #expect(whole.limited(to: .seconds(2), now: seconds(4)) == whole)
  }

  @Test(arguments: [Duration.seconds(-5), .zero]) func aPastDurationEndsAtOnce(_ duration: Duration)
  {
    #expect(Deadline(after: duration, now: 7).isPast(at: 7))
  }

  @Test func aDurationWithoutEndDoesNotOverflow() {
    let deadline = Deadline(after: .seconds(Int64.max / 2), now: .max - 5)
    #expect(deadline.instant == .max)
    #expect(deadline.remaining(at: 0) > .seconds(1))
  }
}
