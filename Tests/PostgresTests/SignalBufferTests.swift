import Postgres
import Testing

@Suite struct SignalBufferTests {
  private func note(_ number: Int) -> PostgresSignal {
    .notification(PostgresNotification(channel: "c", payload: "\(number)"))
  }

  @Test func givesInOrder() {
    var buffer = SignalBuffer(signalsMax: 10)
    var expected: [PostgresSignal] = []
    var seen: [PostgresSignal] = []
    for round in 0..<100 {
      for number in 0..<(round % 5) {
        buffer.append(note(number))
        expected.append(note(number))
      }
      for _ in 0..<(round % 7) { if let signal = buffer.popFirst() { seen.append(signal) } }
    }
    while let signal = buffer.popFirst() { seen.append(signal) }
    #expect(seen == expected && !seen.isEmpty)
  }

  @Test func whereItIsFullTheReaderIsTold() {
    var buffer = SignalBuffer(signalsMax: 3)
    for number in 0..<4 { buffer.append(note(number)) }
    #expect(buffer.popFirst() == .mayHaveMissed(.overflowed))
    #expect(buffer.popFirst() == note(3))
    #expect(buffer.popFirst() == nil)
    for number in 0..<10_000 {
      buffer.append(note(number))
      #expect(buffer.count <= 3)
    }
  }

  @Test func aGapMakesWhatCameBeforeItWorthless() {
    var buffer = SignalBuffer(signalsMax: 5)
    buffer.append(note(1))
    buffer.append(.mayHaveMissed(.reconnected))
    buffer.append(note(2))
    #expect(buffer.popFirst() == .mayHaveMissed(.reconnected))
    #expect(buffer.popFirst() == note(2))
    #expect(buffer.popFirst() == nil)
  }

  @Test func pausesDoubleUpToTheLongestWithJitter() {
    var backoff = Backoff(first: .milliseconds(50), longest: .milliseconds(300))
    let pauses = (0..<5).map { _ in backoff.failed(jitter: 0) }
    #expect(pauses == [50, 100, 200, 300, 300].map { .milliseconds($0) })
    #expect(backoff.failed(jitter: 1) == .milliseconds(150))
    backoff.succeeded()
    #expect(backoff.failed(jitter: 0) == .milliseconds(50))
    // No overflow after an outage of days.
    for _ in 0..<100_000 { #expect(backoff.failed(jitter: 0) <= .milliseconds(300)) }
  }
}
