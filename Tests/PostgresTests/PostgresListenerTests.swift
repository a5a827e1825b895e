import Foundation
import Glibc
import Postgres
import Reactor
import Testing

@Suite(.serialized) struct PostgresListenerTests {
  /// A listener on a Reactor of its own, and what it told.
  private final class TestListener: Sendable {
    let listener: PostgresListener
    let channel = "Canal \"é\" " + UUID().uuidString
    private let reactor: Reactor

    init(
      url: String? = nil, _ adjust: (inout PostgresListenerSettings) -> Void = { _ in }
    ) throws {
      var settings = PostgresListenerSettings(url: try url ?? TestDatabase.gatewayURL())
      settings.applicationName = "listener-" + UUID().uuidString.lowercased()
      adjust(&settings)
      name = settings.applicationName
      reactor = try Reactor(name: "pg-listen")
      let box = Words()
      listener = try PostgresListener(settings: settings, channels: [channel], reactor: reactor) {
        box.append($0)
      }
      events = box
    }

    let events: Words
    let name: String

    final class Words: Sendable {
      private let list = Locked<[String]>([])
      /// Copied under the lock: the sanitizer does not see how a shared buffer is let go.
      var all: [String] { list.withLock { $0.map { $0 } } }
      func append(_ event: PostgresListenerEvent) {
        let word =
          switch event {
          case .listening: "listening"
          case .connectionFailed(let error): "failed \(error.code.kind)"
          case .connectionLost(let error): "lost \(error.code.kind)"
          }
        list.withLock { $0.append(word) }
      }
    }

    func end() async {
      await listener.shutdown()
      reactor.shutdown()
    }
  }

  private func withListener(
    _ listener: @autoclosure () throws -> TestListener = try TestListener(),
    _ body: (TestListener, PostgresSignals.Iterator) async throws -> Void
  ) async throws {
    let listener = try listener()
    await listener.listener.start()
    do {
      try await body(listener, listener.listener.signals.makeAsyncIterator())
    } catch {
      await listener.end()
      throw error
    }
    await listener.end()
  }

  private func withOwner<Value>(_ body: (TestPool) async throws -> Value) async throws -> Value {
    try await withPool(try TestPool(url: TestDatabase.ownerURL()), body)
  }

  private func backend(of name: String, _ owner: TestPool) async throws -> Int {
    try await TestDatabase.eventually("a backend of \(name)") {
      try await owner.run(
        "select pid from pg_stat_activity where application_name = $1", [.text(name)]
      ).first?.int(0)
    }
  }

  private func note(_ listener: TestListener, _ payload: String) -> PostgresSignal {
    .notification(PostgresNotification(channel: listener.channel, payload: payload))
  }

  /// Notifies through the pool, as whoever saves a row does.
  private func notify(_ listener: TestListener, _ payload: String, _ pool: TestPool) async throws {
    _ = try await pool.run(
      "select pg_notify($1, $2)", [.text(listener.channel), .text(payload)])
  }

  @Test func givesEachNotificationOnceAndInOrder() async throws {
    try await withPool { pool async throws in
      try await withListener { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        let large = String(repeating: "é", count: 3_900)
        for payload in ["", "a", large] + (0..<200).map(String.init) {
          try await notify(listener, payload, pool)
          #expect(await signals.next() == note(listener, payload))
        }
        #expect(listener.events.all == ["listening"])
      }
    }
  }

  @Test func whatIsRolledBackIsNotTold() async throws {
    try await withPool { pool async throws in
      try await withListener { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        let statement = PostgresStatement(
          "select pg_notify($1, 'never')", [.text(listener.channel)])
        _ = try? await pool.pool.run([statement, PostgresStatement("select 1/0")], as: .login)
        try await notify(listener, "committed", pool)
        #expect(await signals.next() == note(listener, "committed"))
      }
    }
  }

  @Test func listensAgainAfterItsBackendWasKilledAndSaysThatItMayHaveMissed() async throws {
    try await withOwner { owner async throws in
      try await withListener { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        for round in 0..<5 {
          let pid = try await backend(of: listener.name, owner)
          _ = try await owner.run("select pg_terminate_backend($1::int, 5000)", [.int(Int64(pid))])
          #expect(await signals.next() == .mayHaveMissed(.reconnected))
          try await notify(listener, "\(round)", owner)
          #expect(await signals.next() == note(listener, "\(round)"))
        }
        #expect(listener.events.all.count { $0 == "lost connection_lost" } == 5)
      }
    }
  }

  /// A backend that is stopped is a peer that has gone without a word: the sockets stay open.
  @Test func aPeerThatSaysNothingIsSeenWithinSeconds() async throws {
    try await withOwner { owner async throws in
      let listener = try TestListener {
        $0.pingInterval = .milliseconds(200)
        $0.answerTimeout = .milliseconds(300)
      }
      try await withListener(listener) { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        let pid = try await backend(of: listener.name, owner)
        #expect(kill(pid_t(pid), SIGSTOP) == 0)
        defer { kill(pid_t(pid), SIGCONT) }
        let start = ContinuousClock.now
        #expect(await signals.next() == .mayHaveMissed(.reconnected))
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(listener.events.all == ["listening", "lost connection_lost", "listening"])
      }
    }
  }

  @Test func staysWhileNothingHappens() async throws {
    try await withPool { pool async throws in
      let listener = try TestListener { $0.pingInterval = .milliseconds(5) }
      try await withListener(listener) { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        for number in 0..<40 {
          try await Task.sleep(for: .milliseconds(Int64.random(in: 0...15)))
          try await notify(listener, "\(number)", pool)
          #expect(await signals.next() == note(listener, "\(number)"))
        }
        #expect(listener.events.all == ["listening"])
      }
    }
  }

  @Test func aReaderTooSlowIsToldAndMemoryIsBounded() async throws {
    try await withPool { pool async throws in
      let listener = try TestListener { $0.signalsMax = 50 }
      try await withListener(listener) { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        _ = try await pool.run(
          "select pg_notify($1, n::text) from generate_series(1, 1010) n",
          [.text(listener.channel)])
        try await notify(listener, "last", pool)
        var seen: [PostgresSignal] = []
        while let signal = await signals.next() {
          seen.append(signal)
          if signal == note(listener, "last") { break }
        }
        // Some were read before the buffer was full; after the gap none is missing.
        let gap = try #require(seen.lastIndex(of: .mayHaveMissed(.overflowed)))
        let after = seen.count - gap - 2
        let numbers = (1010 - after + 1...1010).map { note(listener, "\($0)") }
        #expect(Array(seen[(gap + 1)...]) == numbers + [note(listener, "last")])
        #expect(seen.count < 1011)
      }
    }
  }

  @Test func goesOnTryingWhileTheServerIsAway() async throws {
    let listener = try TestListener(url: "postgresql:///x?host=/nonexistent") {
      $0.backoff = (first: .milliseconds(1), longest: .milliseconds(3))
    }
    try await withListener(listener) { listener, _ async throws in
      _ = try await TestDatabase.eventually("it tries again") {
        listener.events.all.count > 20 ? true : nil
      }
      #expect(Set(listener.events.all) == ["failed connection_failed"])
    }
  }

  @Test(arguments: [
    StubPostgres.Fault.saysNothingToTheGreeting, .garbageForAGreeting, .closesAfterTheGreeting,
    .saysNothingToStatements, .garbageForAnAnswer, .closesWithinAResult, .startsACopy, .none,
  ])
  func aServerThatMisbehavesIsLeftAndTriedAgain(fault: StubPostgres.Fault) async throws {
    let stub = try StubPostgres(fault)
    defer { stub.stop() }
    let listener = try TestListener(url: stub.url) {
      $0.connectTimeout = .milliseconds(50)
      $0.answerTimeout = .milliseconds(50)
      $0.pingInterval = .milliseconds(5)
      $0.backoff = (first: .milliseconds(1), longest: .milliseconds(3))
    }
    // The stub in order says `1` to everything, which happens to be the number of channels.
    try await withListener(listener) { listener, _ async throws in
      _ = try await TestDatabase.eventually("it tries again") {
        stub.acceptedCount > 5 || listener.events.all.contains("listening") ? true : nil
      }
      #expect(listener.events.all.contains("listening") == (fault == .none))
    }
    _ = try await TestDatabase.eventually("every connection is closed") {
      stub.openCount == 0 ? true : nil
    }
  }

  @Test func aReaderThatIsCancelledEndsAndAnotherMayFollow() async throws {
    try await withPool { pool async throws in
      try await withListener { listener, signals async throws in
        #expect(await signals.next() == .mayHaveMissed(.started))
        let task = Task { await signals.next() }
        await Task.yield()
        task.cancel()
        #expect(await task.value == nil)
        try await notify(listener, "to the next", pool)
        #expect(await signals.next() == note(listener, "to the next"))
      }
    }
  }

  @Test func theSequenceEndsWithShutdown() async throws {
    try await withListener { listener, signals async throws in
      #expect(await signals.next() == .mayHaveMissed(.started))
      let task = Task { await signals.next() }
      await listener.listener.shutdown()
      #expect(await task.value == nil)
      #expect(await signals.next() == nil)
    }
  }

  @Test func whatCannotListenIsRefused() throws {
    let url = try TestDatabase.gatewayURL()
    #expect(throws: PostgresError.self) {
      try TestListener(url: url + (url.contains("?") ? "&" : "?") + "pgbouncer=true")
    }
    let reactor = try Reactor(name: "pg-listen")
    defer { reactor.shutdown() }
    for channel in ["", "a\0b", String(repeating: "x", count: 64)] {
      let error = #expect(throws: PostgresError.self) {
        try PostgresListener(
          settings: PostgresListenerSettings(url: url), channels: [channel], reactor: reactor)
      }
      #expect(error?.code == .invalidText)
    }
  }

  @Test func leavesNothingAfterManyKills() async throws {
    let descriptors = try ProcessFigures.descriptorCount()
    let stub = try StubPostgres(.closesWithinAResult)
    try await withListener(
      try TestListener(url: stub.url) { $0.backoff = (first: .zero, longest: .zero) }
    ) { _, _ async throws in
      _ = try await TestDatabase.eventually("five thousand attempts", within: .seconds(30)) {
        stub.acceptedCount > 5_000 ? true : nil
      }
    }
    stub.stop()
    _ = try await TestDatabase.eventually("every connection is closed") {
      stub.openCount == 0 ? true : nil
    }
    try await ProcessFigures.descriptorsReturn(to: descriptors)
  }
}
