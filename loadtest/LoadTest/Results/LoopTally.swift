/// Everything that one event loop counted; tallies of loops add up.
package struct LoopTally: Sendable {
  /// In the scenario's order; the sign-up comes last.
  package var operations: [OperationTally]
  /// Measured arrivals that came due, and those of them that were sent before the end.
  package var planned = 0
  package var sentInTime = 0
  /// From a request's intended start to its sending: waiting for a connection included.
  package var scheduleDelay = LatencyHistogram()
  /// From an arrival's instant to the event loop's noticing: the generator's own fault alone.
  package var loopLag = LatencyHistogram()
  package var connections = ConnectionCounts()
  /// Time that the server does not count: of requests that were the first on their connection,
  /// which it had to accept before, and of all later ones.
  package var outsideFirst = LatencyHistogram()
  package var outsideLater = LatencyHistogram()

  package init(operations: Int) {
    self.operations = Array(repeating: OperationTally(), count: operations)
  }

  /// Counts what the server does not.
  mutating func recordOutside(_ exchange: Exchange) {
    guard let outside = exchange.outside else { return }
    if exchange.isFirst { outsideFirst.record(outside) } else { outsideLater.record(outside) }
  }

  /// Counts what the other counted too.
  package mutating func add(_ other: LoopTally) {
    for index in operations.indices { operations[index].add(other.operations[index]) }
    planned += other.planned
    sentInTime += other.sentInTime
    scheduleDelay.add(other.scheduleDelay)
    loopLag.add(other.loopLag)
    connections.add(other.connections)
    outsideFirst.add(other.outsideFirst)
    outsideLater.add(other.outsideLater)
  }
}
