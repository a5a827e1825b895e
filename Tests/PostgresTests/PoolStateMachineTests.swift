import Postgres
import Testing

@Suite struct PoolStateMachineTests {
  private let failure = PostgresError(code: .connectionFailed, detail: "away")

  private func machine(size: Int = 2, waitMax: Int = 3) -> PoolStateMachine {
    PoolStateMachine(
      poolSize: size, waitMax: waitMax, firstPause: .milliseconds(50), longestPause: .seconds(1))
  }

  @Test func opensAConnectionForEachWaitingRunUpToItsSize() {
    var machine = machine()
    #expect(machine.request(1) == .wait(opening: 1))
    #expect(machine.request(2) == .wait(opening: 2))
    #expect(machine.request(3) == .wait(opening: nil))
    #expect(machine.status == PostgresPoolStatus(idle: 0, inUse: 0, connecting: 2, waiting: 3))
    #expect(
      machine.request(4) == .refuse(PostgresError(code: .poolExhausted, detail: "3 runs wait")))
  }

  @Test func servesInTheOrderOfAsking() {
    var machine = machine(size: 1)
    for run: UInt64 in 1...3 { _ = machine.request(run) }
    #expect(machine.opened(1) == .start(1))
    #expect(machine.giveUp(2) == .waiting)
    #expect(machine.finished(1) == .start(3))
    #expect(machine.finished(1) == .rest)
    #expect(machine.request(4) == .start(1))
  }

  @Test func usesTheConnectionUsedLast() {
    var machine = machine()
    _ = machine.request(1)
    _ = machine.request(2)
    _ = machine.opened(1)
    _ = machine.opened(2)
    _ = machine.finished(2)
    _ = machine.finished(1)
    #expect(machine.request(3) == .start(1))
    #expect(machine.request(4) == .start(2))
  }

  @Test func tellsWhereARunWasThatGaveUp() {
    var machine = machine(size: 1)
    _ = machine.request(1)
    _ = machine.opened(1)
    _ = machine.request(2)
    #expect(machine.giveUp(1) == .running(1))
    // Its connection is closed, and one is opened for the run that waits.
    #expect(machine.lost(1) == 2)
    #expect(machine.giveUp(2) == .waiting)
    #expect(machine.giveUp(2) == .nowhere)
  }

  @Test func afterAFailureRefusesUntilThePauseHasEnded() {
    var machine = machine()
    _ = machine.request(1)
    #expect(
      machine.openingFailed(1, failure, jitter: 0)
        == PoolStateMachine.Failure(pause: .milliseconds(50), refused: [1]))
    #expect(machine.request(2) == .refuse(failure))
    #expect(machine.pauseEnded() == 2)
    // One attempt at a time until the database is known to be back.
    #expect(machine.request(3) == .wait(opening: nil))
    #expect(machine.request(4) == .wait(opening: nil))
    #expect(machine.opened(2) == .start(3))
    #expect(machine.more() == 3)
    #expect(machine.opened(3) == .start(4))
  }

  @Test func pausesDoubleUpToTheLongestAndAreShortenedAtRandom() {
    var machine = machine()
    _ = machine.request(1)
    var connection: UInt64 = 1
    var pauses: [Duration?] = []
    for _ in 0..<7 {
      pauses.append(machine.openingFailed(connection, failure, jitter: 0).pause)
      connection = machine.pauseEnded() ?? 0
    }
    #expect(
      pauses == [50, 100, 200, 400, 800, 1000, 1000].map { Duration.milliseconds($0) })
    #expect(machine.openingFailed(connection, failure, jitter: 1).pause == .milliseconds(500))
    connection = machine.pauseEnded() ?? 0
    _ = machine.opened(connection)
    _ = machine.lost(connection)
    _ = machine.request(9)
    #expect(
      machine.openingFailed(connection + 1, failure, jitter: 0).pause == .milliseconds(50),
      "an opened connection ends the row of failures")
  }

  @Test func aFailureBesideALivingConnectionRefusesNobody() {
    var machine = machine()
    _ = machine.request(1)
    _ = machine.opened(1)
    #expect(machine.request(2) == .wait(opening: 2))
    #expect(machine.openingFailed(2, failure, jitter: 0).refused == [])
    #expect(machine.request(3) == .wait(opening: nil))
    #expect(machine.finished(1) == .start(2))
  }

  @Test func drainingServesWhatWaitsAndTakesNothingNew() {
    var machine = machine()
    for run: UInt64 in 1...2 { _ = machine.request(run) }
    _ = machine.opened(1)
    _ = machine.opened(2)
    _ = machine.request(3)
    _ = machine.finished(2)
    #expect(machine.drain() == [])
    #expect(machine.request(4) == .refuse(PostgresError(code: .closed)))
    #expect(!machine.isDrained)
    #expect(machine.finished(1) == .close)
    #expect(machine.finished(2) == .close)
    #expect(machine.isDrained)
  }

  @Test func closingRefusesEverythingUnderWay() {
    var machine = machine(size: 1)
    _ = machine.request(1)
    _ = machine.opened(1)
    _ = machine.request(2)
    #expect(machine.close().sorted() == [1, 2])
    #expect(machine.lost(1) == nil)
    #expect(machine.pauseEnded() == nil)
    #expect(machine.status == PostgresPoolStatus(idle: 0, inUse: 0, connecting: 0, waiting: 0))
  }

  /// Whatever happens in whatever order, no connection has two runs and no bound is passed.
  @Test(arguments: 0..<20)
  func keepsItsBoundsUnderRandomEvents(seed: UInt64) {
    var random = SplitMix(state: seed)
    var machine = machine(size: 3, waitMax: 4)
    var (opening, busy, waiting): (Set<UInt64>, [UInt64: UInt64], Set<UInt64>) = ([], [:], [])
    var next: UInt64 = 0
    func began(_ id: UInt64?) { if let id { #expect(opening.insert(id).inserted) } }
    func go(_ connection: UInt64, _ step: PoolStateMachine.Next) {
      if case .start(let run) = step {
        #expect(busy[connection] == nil && waiting.remove(run) != nil)
        busy[connection] = run
      }
    }
    for _ in 0..<2000 {
      switch random.next() % 7 {
      case 0, 1, 2:
        next += 1
        switch machine.request(next) {
        case .start(let connection):
          #expect(busy[connection] == nil)
          busy[connection] = next
        case .wait(let id):
          waiting.insert(next)
          began(id)
        case .refuse: break
        }
      case 3:
        guard let id = opening.sorted().first else { continue }
        opening.remove(id)
        go(id, machine.opened(id))
        began(machine.more())
      case 4:
        guard let id = opening.sorted().last else { continue }
        opening.remove(id)
        waiting.subtract(machine.openingFailed(id, failure, jitter: 0.5).refused)
        began(machine.pauseEnded())
      case 5:
        guard let id = busy.keys.sorted().first else { continue }
        busy[id] = nil
        go(id, machine.finished(id))
      default:
        guard let id = busy.keys.sorted().last else { continue }
        busy[id] = nil
        began(machine.lost(id))
      }
      let status = machine.status
      #expect(status.inUse == busy.count && status.waiting == waiting.count)
      #expect(status.connecting == opening.count && status.waiting <= 4)
      #expect(status.idle + status.inUse + status.connecting <= 3)
    }
  }
}

/// A generator that gives the same numbers for the same seed.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
