import Foundation
import Postgres
import Reactor
import Synchronization
import Testing

/// A server that does what it must not: each fault ends in a typed error within its deadline, and
/// nothing is left of it.
@Suite(.serialized) struct StubServerTests {
  private typealias Fault = StubPostgres.Fault

  private func pool(
    _ url: String, _ adjust: (inout PostgresSettings) -> Void = { _ in }
  ) throws -> TestPool {
    try TestPool(url: url) {
      $0.connectTimeout = .milliseconds(300)
      $0.acquireTimeout = .seconds(2)
      $0.runTimeout = .milliseconds(500)
      $0.backoff = (first: .milliseconds(1), longest: .milliseconds(2))
      $0.resultBytesMax = 4 << 20
      adjust(&$0)
    }
  }

  private static let faults: [(StubPostgres.Fault, PostgresError.Code)] = [
    (.saysNothingToTheGreeting, .connectionFailed), (.closesAtTheGreeting, .connectionFailed),
    (.garbageForAGreeting, .connectionFailed), (.refusesByAnError, .connectionFailed),
    (.closesAfterTheGreeting, .connectionLost), (.saysNothingToStatements, .timeout),
    (.garbageForAnAnswer, .connectionLost), (.closesWithinAResult, .connectionLost),
    (.halfClosesWithinAResult, .connectionLost), (.drips, .timeout),
    (.announcesAGigabyte, .timeout), (.endlessRows, .tooLarge),
    (.startsACopy, .server(sqlState: "0A000")), (.anErrorWithoutFields, .connectionLost),
    (.forgetsAResult, .connectionLost),
  ]

  @Test func everyFaultIsInTheTable() {
    let known = Set(Self.faults.map(\.0)).union([.none, .answersTwice])
    #expect(known == Set(Fault.allCases))
  }

  @Test(arguments: faults)
  func endsInATypedErrorInTime(fault: StubPostgres.Fault, code: PostgresError.Code) async throws {
    let stub = try StubPostgres(fault)
    defer { stub.stop() }
    try await withPool(try pool(stub.url)) { pool async throws in
      for _ in 0..<3 {
        let start = ContinuousClock.now
        let error = try await pool.failure("select $1::text", [.text("x")])
        #expect(error.code == code, "\(error.debugDescription)")
        // The deadline is 500 ms; the rest is a busy machine's.
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(await pool.pool.status.inUse == 0)
      }
      #expect(!error(pool, says: "succeeded"))
    }
    _ = try await TestDatabase.eventually("every connection is closed") {
      stub.openCount == 0 ? true : nil
    }
  }

  private func error(_ pool: TestPool, says word: String) -> Bool {
    pool.events.words.contains(word)
  }

  @Test func aServerInOrderAnswers() async throws {
    let stub = try StubPostgres(.none)
    defer { stub.stop() }
    try await withPool(try pool(stub.url)) { pool async throws in
      for number in 0..<100 {
        #expect(try await pool.text("select $1::text", [.text("\(number)")]) == "\(number)")
      }
      #expect(stub.acceptedCount == 1)
    }
  }

  /// The trap of every pool: bytes that nobody asked for wait on a connection, and the next user
  /// takes them for an answer.
  @Test func anAnswerToNothingIsNeverTakenForTheNextOne() async throws {
    let stub = try StubPostgres(.answersTwice)
    defer { stub.stop() }
    try await withPool(try pool(stub.url)) { pool async throws in
      var answered = 0
      for number in 0..<500 {
        do {
          #expect(
            try await pool.text("select $1::text", [.text("user \(number)")]) == "user \(number)")
          answered += 1
        } catch let error as PostgresError {
          #expect(error.code == .connectionLost)
        }
      }
      #expect(answered > 100)
      #expect(stub.acceptedCount > 100)
    }
  }

  @Test func nobodyListens() async throws {
    let stub = try StubPostgres(.none)
    stub.stop()
    try await withPool(try pool(stub.url)) { pool async throws in
      _ = try await TestDatabase.eventually("nobody listens") {
        try await pool.failure("select 1").debugDescription.contains("refused") ? true : nil
      }
      #expect(try await pool.failure("select 1").code == .connectionFailed)
    }
  }

  /// A gigabyte is announced and never comes: what is kept is what came.
  @Test func memoryIsForWhatCameNotForWhatWasAnnounced() async throws {
    let stub = try StubPostgres(.announcesAGigabyte)
    defer { stub.stop() }
    try await withPool(try pool(stub.url)) { pool async throws in
      _ = try await pool.failure("select 1")
      let before = try ProcessFigures.residentBytes()
      for _ in 0..<5 { #expect(try await pool.failure("select 1").code == .timeout) }
      #expect(try ProcessFigures.residentBytes() - before < 64 << 20)
    }
  }

  /// Rows without end are refused at the bound, again and again, and nothing of them stays.
  @Test func memoryIsBoundedAgainstRowsWithoutEnd() async throws {
    let stub = try StubPostgres(.endlessRows)
    defer { stub.stop() }
    try await withPool(try pool(stub.url)) { pool async throws in
      for _ in 0..<3 { _ = try await pool.failure("select 1") }
      let before = try ProcessFigures.residentBytes()
      for _ in 0..<30 { #expect(try await pool.failure("select 1").code == .tooLarge) }
      #expect(try ProcessFigures.residentBytes() - before < 64 << 20)
    }
  }

  // MARK: Ten thousand times

  private static let repeated: [(fault: StubPostgres.Fault?, code: PostgresError.Code)] = [
    (nil, .connectionFailed), (.closesAtTheGreeting, .connectionFailed),
    (.closesWithinAResult, .connectionLost), (.garbageForAnAnswer, .connectionLost),
  ]

  /// Without a stub: refused by the kernel.
  @Test(arguments: repeated)
  func leavesNothingAfterTenThousandTimes(
    fault: StubPostgres.Fault?, code: PostgresError.Code
  ) async throws {
    let stub = try StubPostgres(fault ?? .none)
    if fault == nil { stub.stop() }
    defer { stub.stop() }
    let descriptors = try ProcessFigures.descriptorCount()
    // In a function of its own, so that its Reactor has gone when it returns.
    try await failTenThousandTimes(stub.url, code)
    _ = try await TestDatabase.eventually("every connection is closed") {
      stub.openCount == 0 ? true : nil
    }
    try await ProcessFigures.descriptorsReturn(to: descriptors)
  }

  private func failTenThousandTimes(_ url: String, _ code: PostgresError.Code) async throws {
    let counted = Counts()
    let reactor = try Reactor(name: "pg-stub")
    var settings = PostgresSettings(url: url)
    settings.poolSize = 8
    settings.backoff = (first: .zero, longest: .zero)
    let pool = try PostgresPool(settings: settings, reactor: reactor) { counted.count($0) }
    // What warms up is no leak.
    try await fail(500, on: pool, code)
    let warm = try ProcessFigures.residentBytes()
    try await fail(10_000, on: pool, code)
    #expect(try ProcessFigures.residentBytes() - warm < 16 << 20)
    let rest = await pool.status
    #expect(rest.inUse == 0 && rest.waiting == 0)
    await pool.shutdown(within: .milliseconds(100))
    reactor.shutdown()
    #expect(await pool.status == PostgresPoolStatus(idle: 0, inUse: 0, connecting: 0, waiting: 0))
    #expect(
      counted.failed.load(ordering: .relaxed) + counted.closed.load(ordering: .relaxed) > 1000)
    #expect(counted.opened.load(ordering: .relaxed) == counted.closed.load(ordering: .relaxed))
  }

  private func fail(
    _ count: Int, on pool: PostgresPool, _ code: PostgresError.Code
  ) async throws {
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<count / 8 {
            let error = await #expect(throws: PostgresError.self) {
              try await pool.run([PostgresStatement("select 1")], as: .login)
            }
            guard error?.code == code else {
              throw TestDatabase.Missing(description: error?.debugDescription ?? "no error")
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Cancelled at every stage: before it began, waiting, connecting, under way.
  @Test func leavesNothingAfterTenThousandCancellations() async throws {
    let stub = try StubPostgres(.none)
    defer { stub.stop() }
    let descriptors = try ProcessFigures.descriptorCount()
    try await cancelTenThousandTimes(stub.url)
    _ = try await TestDatabase.eventually("every connection is closed") {
      stub.openCount == 0 ? true : nil
    }
    try await ProcessFigures.descriptorsReturn(to: descriptors)
  }

  private func cancelTenThousandTimes(_ url: String) async throws {
    let counted = Counts()
    let reactor = try Reactor(name: "pg-stub")
    var settings = PostgresSettings(url: url)
    settings.poolSize = 4
    let pool = try PostgresPool(settings: settings, reactor: reactor) { counted.count($0) }
    var outcomes: [String: Int] = [:]
    for round in 0..<1_250 {
      await withTaskGroup(of: String.self) { group in
        for place in 0..<8 {
          group.addTask {
            do throws(PostgresError) {
              let rows = try await pool.run(
                [PostgresStatement("select $1::text", [.int(Int64(place))])], as: .login)
              return try rows[0][0].string(0) == "\(place)" ? "answered" : "wrong"
            } catch { return error.code.kind }
          }
        }
        for _ in 0..<round % 40 { await Task.yield() }
        group.cancelAll()
        for await outcome in group { outcomes[outcome, default: 0] += 1 }
      }
    }
    #expect(Set(outcomes.keys).isSubset(of: ["answered", "cancelled"]), "\(outcomes)")
    #expect(outcomes["cancelled", default: 0] > 1000, "\(outcomes)")
    await pool.shutdown(within: .milliseconds(500))
    reactor.shutdown()
    #expect(counted.opened.load(ordering: .relaxed) == counted.closed.load(ordering: .relaxed))
  }

  /// Events counted instead of kept.
  private final class Counts: Sendable {
    let opened = Atomic(0)
    let closed = Atomic(0)
    let failed = Atomic(0)

    func count(_ event: PostgresEvent) {
      switch event {
      case .connectionOpened: opened.add(1, ordering: .relaxed)
      case .connectionClosed: closed.add(1, ordering: .relaxed)
      case .connectionFailed: failed.add(1, ordering: .relaxed)
      case .queryFinished, .poolWaited, .poolChanged: break
      }
    }
  }
}
