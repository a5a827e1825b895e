import Gateway
import Testing

@Suite struct RealtimeBoardTests {
  private static let second: UInt64 = 1_000_000_000

  private func session(_ user: String, _ id: String = "s", expiresAt: Int64 = 1000) -> Session {
    Session(userID: user, sessionID: id, email: "x@exemple.fr", expiresAt: expiresAt)
  }

  private func board(_ change: (inout RealtimeSettings) -> Void = { _ in }) -> RealtimeBoard {
    var settings = RealtimeSettings()
    change(&settings)
    return RealtimeBoard(settings: settings, epoch: "e")
  }

  private func change(_ id: String, of user: String = "u") -> RealtimeSignal {
    .change(user: user, RealtimeChange(table: "messages", type: .insert, id: id))
  }

  /// What waits for a client, once its stream has ended.
  private func rest(_ joined: RealtimeBoard.Joined) async -> [String] {
    var frames: [String] = []
    for await frame in joined.frames { frames.append(frame) }
    return frames
  }

  private func ids(_ frames: [String]) -> [String] {
    frames.compactMap { $0.firstMatch(of: /"id":"(\w+)"/).map { String($0.1) } }
  }

  private func hasResync(_ frames: [String]) -> Bool {
    frames.contains { $0.contains("event: resync\n") }
  }

  @Test func aChangeReachesEveryStreamOfItsUserAndNoOther() async throws {
    var board = board()
    let streams = [
      try board.join(session("u"), lastEventID: nil),
      try board.join(session("u"), lastEventID: nil),
    ]
    let other = try board.join(session("v"), lastEventID: nil)
    board.told(change("a"))
    board.told(.resync(user: "w"))
    board.end()
    for stream in streams {
      let frames = await rest(stream)
      #expect(
        frames == [
          "id: e-4\nevent: change\n"
            + "data: {\"table\":\"messages\",\"type\":\"insert\",\"id\":\"a\"}\n\n"
        ])
    }
    #expect(await rest(other).isEmpty)
    #expect(throws: RealtimeBoard.Refusal.ending) {
      try board.join(session("u"), lastEventID: nil)
    }
  }

  @Test func whoComesBackIsToldWhatHappenedMeanwhile() async throws {
    var board = board { $0.replayMax = 3 }
    let first = try board.join(session("u"), lastEventID: nil)
    board.told(change("a"))
    board.told(change("b", of: "nobody"))
    board.leave(first.number, of: "u", now: 0)
    board.told(change("c"))
    board.told(change("d"))
    let back = try board.join(session("u"), lastEventID: first.eventID)
    #expect(ids(back.missed) == ["a", "c", "d"] && !back.isNew)
    #expect(ids(try board.join(session("u"), lastEventID: "e-3").missed) == ["c", "d"])
    #expect(try board.join(session("u"), lastEventID: back.eventID).missed.isEmpty)
    // One more than is kept: the word that something is missing, not a part that looks whole.
    board.told(change("e"))
    #expect(hasResync(try board.join(session("u"), lastEventID: first.eventID).missed))
    #expect(ids(try board.join(session("u"), lastEventID: "e-3").missed) == ["c", "d", "e"])
  }

  @Test(arguments: ["", "e", "e-", "e-99", "x-1", "e-1-1", "e--1", "1", "e-18446744073709551616"])
  func anIDThatIsNotOfHereMeansResync(id: String) throws {
    var board = board()
    #expect(hasResync(try board.join(session("u"), lastEventID: id).missed))
  }

  @Test func aUserWhoStayedAwayTooLongStartsAnew() throws {
    var board = board { $0.linger = 60 * Self.second }
    let first = try board.join(session("u"), lastEventID: nil)
    board.leave(first.number, of: "u", now: 0)
    board.leave(first.number, of: "u", now: 50 * Self.second)
    board.beat(now: 59 * Self.second, wallSeconds: 0) { _ in false }
    #expect(board.takeChanged().streams == ["u": 0])
    let back = try board.join(session("u"), lastEventID: first.eventID)
    #expect(back.missed.isEmpty && !back.isNew)
    board.leave(back.number, of: "u", now: 60 * Self.second)
    board.beat(now: 120 * Self.second, wallSeconds: 0) { _ in false }
    let late = try board.join(session("u"), lastEventID: back.eventID)
    #expect(late.isNew && hasResync(late.missed))
  }

  @Test func aSlowClientEndsAndTheOthersGoOn() async throws {
    var board = board { $0.waitingMax = 4 }
    let slow = try board.join(session("u"), lastEventID: nil)
    let other = try board.join(session("v"), lastEventID: nil)
    for index in 0..<10 { board.told(change("a\(index)")) }
    board.told(change("b", of: "v"))
    #expect(board.takeSlowClients() == 1 && board.takeSlowClients() == 0)
    #expect(ids(await rest(slow)) == ["a0", "a1", "a2", "a3"])
    board.leave(slow.number, of: "u", now: 0)
    #expect(board.openStreams == 1)
    // It lost nothing.
    let back = try board.join(session("u"), lastEventID: "e-7")
    #expect(ids(back.missed) == ["a4", "a5", "a6", "a7", "a8", "a9"])
    board.end()
    #expect(ids(await rest(other)) == ["b"])
  }

  @Test func streamsAreBounded() throws {
    var board = board {
      $0.streamsOfUserMax = 2
      $0.streamsMax = 3
    }
    let first = try board.join(session("u"), lastEventID: nil)
    _ = try board.join(session("u"), lastEventID: nil)
    #expect(throws: RealtimeBoard.Refusal.tooManyOfUser) {
      try board.join(session("u"), lastEventID: nil)
    }
    _ = try board.join(session("v"), lastEventID: nil)
    #expect(throws: RealtimeBoard.Refusal.tooMany) {
      try board.join(session("w"), lastEventID: nil)
    }
    board.leave(first.number, of: "u", now: 0)
    _ = try board.join(session("u"), lastEventID: nil)
    #expect(board.openStreams == 3)
  }

  @Test func afterAGapEverybodyReadsAnewAndNothingOldIsReplayed() async throws {
    var board = board()
    let first = try board.join(session("u"), lastEventID: nil)
    board.told(change("a"))
    board.mayHaveMissed()
    #expect(hasResync(try board.join(session("u"), lastEventID: "e-3").missed))
    #expect(try board.join(session("u"), lastEventID: "e-4").missed.isEmpty)
    #expect(board.takeChanged().streams == ["u": 3])
    board.told(.resync(user: "u"))
    board.end()
    let frames = await rest(first)
    #expect(frames.count == 3 && hasResync([frames[1]]) && hasResync([frames[2]]))
  }

  @Test func aStreamEndsWithItsSession() async throws {
    var board = board()
    let expired = try board.join(session("u", "old", expiresAt: 100), lastEventID: nil)
    let revoked = try board.join(session("u", "gone"), lastEventID: nil)
    let good = try board.join(session("u", "good"), lastEventID: nil)
    board.beat(now: 0, wallSeconds: 99) { $0.sessionID == "gone" }
    #expect(board.openStreams == 2)
    #expect(await rest(revoked).allSatisfy { $0.hasPrefix(":") })
    board.beat(now: 1, wallSeconds: 100) { _ in false }
    #expect(await rest(expired) == [": heartbeat\n\n"])
    #expect(board.openStreams == 1)
    board.forget("u")
    #expect(await rest(good) == [": heartbeat\n\n"])
    #expect(board.openStreams == 0 && board.takeAll().streams.isEmpty)
  }

  @Test func signsOfLifeComeInTime() async throws {
    var board = board { $0.heartbeat = 15 * Self.second }
    let stream = try board.join(session("u"), lastEventID: nil)
    for second in 0..<UInt64(40) {
      board.beat(now: second * Self.second, wallSeconds: 0) { _ in false }
    }
    board.end()
    #expect(await rest(stream).count == 3)
  }

  @Test func presenceIsToldWhenItChangesAndAnOlderCountIsNot() async throws {
    var board = board()
    let stream = try board.join(session("u"), lastEventID: nil)
    let write = board.takeOne("u")
    #expect(write.streams == ["u": 1])
    board.counted(1, of: "u", version: write.version)
    #expect(board.connections(of: stream) == 1)
    board.told(.presence(user: "u"))
    board.told(.presence(user: "nobody"))
    // A count of another gateway is read, not written: two gateways would tell each other for ever.
    #expect(board.takeChanged().streams.isEmpty)
    let read = board.takeStale()
    #expect(read.streams == ["u": 1] && read.version > write.version)
    board.counted(3, of: "u", version: read.version)
    board.counted(3, of: "u", version: read.version + 1)
    board.counted(1, of: "u", version: write.version)
    board.end()
    #expect(
      await rest(stream) == ["event: presence\ndata: {\"connections\":3}\n\n"])
  }

  @Test func aStreamThatMayHaveMissedAChangeReadsAnewWhenItCan() async throws {
    var board = board()
    let stream = try board.join(session("u"), lastEventID: nil)
    #expect(!board.hasUnsettled)
    board.isUnsettled(stream, before: 700)
    board.settled(oldest: 699)
    #expect(board.hasUnsettled)
    board.settled(oldest: 700)
    board.settled(oldest: 800)
    #expect(!board.hasUnsettled)
    board.end()
    #expect(await rest(stream).count == 1)
  }

  @Test(arguments: [
    "", "c", "c u messages insert", "c u messages truncate i", "c u messages insert i j", "p",
    "p u v",
    "r", "x u", "C u messages insert i",
  ])
  func whatNobodyOfOursSendsIsNothing(payload: String) {
    #expect(RealtimeSignal(payload: payload) == nil)
  }

  @Test func signalsAreRead() {
    #expect(RealtimeSignal(payload: "p u") == .presence(user: "u"))
    #expect(RealtimeSignal(payload: "r u") == .resync(user: "u"))
    #expect(
      RealtimeSignal(payload: "c u procedures delete i")
        == .change(user: "u", RealtimeChange(table: "procedures", type: .delete, id: "i")))
  }
}
