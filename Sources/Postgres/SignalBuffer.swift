/// Signals that wait for their reader. Bounded: where it is full, all is dropped and the reader told
/// that it may have missed something, which is less than it would have to know to go on as if not.
package struct SignalBuffer {
  private let signalsMax: Int
  private var signals: [PostgresSignal] = []
  private var head = 0

  /// - Parameter signalsMax: at least 2 are kept, the word that some are missing among them.
  package init(signalsMax: Int) {
    self.signalsMax = max(2, signalsMax)
  }

  /// Signals that wait.
  package var count: Int { signals.count - head }

  /// One more; what happened before a gap is of no use after it.
  package mutating func append(_ signal: PostgresSignal) {
    if case .mayHaveMissed = signal {
      removeAll()
    } else if count >= signalsMax {
      removeAll()
      signals.append(.mayHaveMissed(.overflowed))
    }
    signals.append(signal)
  }

  /// The oldest.
  package mutating func popFirst() -> PostgresSignal? {
    guard head < signals.count else { return nil }
    defer {
      head += 1
      // Moving the rest once for as many as have left keeps it cheap.
      if head * 2 >= signals.count {
        signals.removeFirst(head)
        head = 0
      }
    }
    return signals[head]
  }

  private mutating func removeAll() {
    signals = []
    head = 0
  }
}
