/// Who has which stream open at this gateway, and what has to reach it: a state without clock,
/// socket or database, so that every way through it can be tried.
///
/// Invariants:
/// - Every queue is bounded: a stream whose client does not keep up ends, the others go on.
/// - A position rises with every event of any user. A ring holds every event of its user after
///   `since`; where something may have been missed, rings are emptied and streams told to resync.
/// - A user stays on the board for `linger` after the last stream, so that a client that comes back
///   finds what happened meanwhile.
package struct RealtimeBoard {
  /// Events as text, in order, until the stream ends.
  package typealias Frames = AsyncStream<String>

  /// Why a stream is not let in.
  package enum Refusal: Error, Equatable { case ending, tooManyOfUser, tooMany }

  /// A stream that was let in.
  package struct Joined: Sendable {
    package let number: UInt64
    package let user: String
    package let frames: Frames
    /// From here on nothing is missed; as `Last-Event-ID` has it.
    package let eventID: String
    /// What happened since the client was here last, or the word that this is not known.
    package let missed: [String]
    /// The user was not on the board: the database has to be told before changes come.
    package let isNew: Bool
  }

  private struct Stream {
    let session: Session
    let push: Frames.Continuation
    var connections: Int?
    /// Transactions before this one may have changed rows without a word.
    var unsettledBefore: Int64?
  }

  private struct User {
    var streams: [UInt64: Stream] = [:]
    var ring: ChangeRing
    /// When the last stream ended.
    var leftAt: UInt64?
    /// The write whose count was told last.
    var countedAt: Int64 = 0
  }

  private let settings: RealtimeSettings
  /// Tells this process's positions from another's.
  private let epoch: String
  private var users: [String: User] = [:]
  private var streamCount = 0
  private var position: UInt64 = 1
  private var nextStream: UInt64 = 1
  private var isEnding = false
  private var beatAt: UInt64 = 0
  /// Users whose count has to be written and told.
  private var changed: Set<String> = []
  /// Users whose count another gateway wrote.
  private var stale: Set<String> = []
  private var version: Int64 = 0
  /// Streams that ended because their client did not keep up, since last asked.
  private var slowClients = 0

  package init(settings: RealtimeSettings, epoch: String) {
    self.settings = settings
    self.epoch = epoch
  }

  package var openStreams: Int { streamCount }

  // MARK: Streams

  /// Lets a stream in.
  package mutating func join(
    _ session: Session, lastEventID: String?
  ) throws(Refusal) -> Joined {
    guard !isEnding else { throw .ending }
    guard streamCount < settings.streamsMax else { throw .tooMany }
    let isNew = users[session.userID] == nil
    var user = users[session.userID] ?? newUser()
    guard user.streams.count < settings.streamsOfUserMax else { throw .tooManyOfUser }
    var missed: [String] = []
    if let lastEventID {
      missed =
        position(of: lastEventID).flatMap { user.ring.after($0) }
        ?? [RealtimeFrame.resync(id: eventID)]
    }
    let (frames, push) = Frames.makeStream(bufferingPolicy: .bufferingOldest(settings.waitingMax))
    let number = nextStream
    nextStream += 1
    user.streams[number] = Stream(session: session, push: push)
    user.leftAt = nil
    users[session.userID] = user
    streamCount += 1
    changed.insert(session.userID)
    return Joined(
      number: number, user: session.userID, frames: frames, eventID: eventID, missed: missed,
      isNew: isNew)
  }

  /// A stream ended, whoever ended it. Idempotent.
  package mutating func leave(_ number: UInt64, of userID: String, now: UInt64) {
    guard let stream = users[userID]?.streams.removeValue(forKey: number) else { return }
    stream.push.finish()
    streamCount -= 1
    changed.insert(userID)
    if users[userID]?.streams.isEmpty == true { users[userID]?.leftAt = now }
  }

  /// Ends every stream, and lets no other in.
  package mutating func end() {
    isEnding = true
    for user in users.values {
      for stream in user.streams.values { stream.push.finish() }
    }
  }

  /// Marks a stream for a resync once every transaction before `transaction` has ended.
  package mutating func isUnsettled(_ joined: Joined, before transaction: Int64) {
    users[joined.user]?.streams[joined.number]?.unsettledBefore = transaction
  }

  package var hasUnsettled: Bool {
    users.values.contains { $0.streams.values.contains { $0.unsettledBefore != nil } }
  }

  /// Transactions before `oldest` have all ended: what they changed without a word can be read.
  package mutating func settled(oldest: Int64) {
    for (id, user) in users {
      for (number, stream) in user.streams {
        guard let before = stream.unsettledBefore, oldest >= before else { continue }
        users[id]?.streams[number]?.unsettledBefore = nil
        give(RealtimeFrame.resync(id: eventID), to: number, of: id)
      }
    }
  }

  // MARK: What happens

  /// A signal of the channel.
  package mutating func told(_ signal: RealtimeSignal) {
    switch signal {
    case .change(let id, let change):
      guard users[id] != nil else { return }
      position += 1
      let frame = RealtimeFrame.change(change, id: eventID)
      users[id]?.ring.append(frame, at: position)
      giveAll(frame, of: id)
    case .presence(let id):
      if users[id] != nil { stale.insert(id) }
    case .resync(let id):
      guard users[id] != nil else { return }
      missed(id)
    }
  }

  /// Anything may have been missed, by everybody.
  package mutating func mayHaveMissed() {
    for id in users.keys { missed(id) }
    changed.formUnion(users.keys)
  }

  private mutating func missed(_ id: String) {
    position += 1
    users[id]?.ring = ChangeRing(since: position, countMax: settings.replayMax)
    giveAll(RealtimeFrame.resync(id: eventID), of: id)
  }

  /// How many streams a user has over all gateways, as the write `version` or one after it found.
  package mutating func counted(_ connections: Int, of id: String, version: Int64) {
    guard let user = users[id], version >= user.countedAt else { return }
    users[id]?.countedAt = version
    for (number, stream) in user.streams where stream.connections != connections {
      users[id]?.streams[number]?.connections = connections
      // The first count is the beginning of the stream, which its writer sends.
      if stream.connections != nil {
        give(RealtimeFrame.presence(connections), to: number, of: id)
      }
    }
  }

  /// The count that a stream was told, or is to be told first.
  package func connections(of joined: Joined) -> Int? {
    users[joined.user]?.streams[joined.number]?.connections
  }

  /// The account of a user is gone.
  package mutating func forget(_ id: String) {
    guard let user = users.removeValue(forKey: id) else { return }
    for stream in user.streams.values { stream.push.finish() }
    streamCount -= user.streams.count
    changed.remove(id)
  }

  // MARK: The beat

  /// Ends streams of sessions that ended, gives signs of life, forgets users who stayed away.
  /// - Parameters:
  ///   - now: nanoseconds of a monotonic clock.
  ///   - wallSeconds: seconds since 1970.
  package mutating func beat(now: UInt64, wallSeconds: Int64, hasEnded: (Session) -> Bool) {
    let isHeartbeat = now >= beatAt
    if isHeartbeat { beatAt = now + settings.heartbeat }
    for (id, user) in users {
      for (number, stream) in user.streams {
        if stream.session.expiresAt <= wallSeconds || hasEnded(stream.session) {
          leave(number, of: id, now: now)
        } else if isHeartbeat {
          give(RealtimeFrame.heartbeat, to: number, of: id)
        }
      }
      if let leftAt = user.leftAt, now >= leftAt + settings.linger { users[id] = nil }
    }
  }

  /// Users whose counts have to be written, and the number of that write.
  package mutating func takeChanged() -> PresenceCounts {
    defer { changed = [] }
    return counts(of: changed)
  }

  /// Users whose counts have to be read anew, and the number of that reading.
  package mutating func takeStale() -> PresenceCounts {
    defer { stale = [] }
    return counts(of: stale)
  }

  /// Every user.
  package mutating func takeAll() -> PresenceCounts {
    changed = []
    return counts(of: users.keys)
  }

  /// One user.
  package mutating func takeOne(_ id: String) -> PresenceCounts {
    changed.remove(id)
    return counts(of: [id])
  }

  /// Users that could not be written are written with the next beat.
  package mutating func isStill(_ counts: PresenceCounts) {
    for id in counts.streams.keys where users[id] != nil { changed.insert(id) }
  }

  package mutating func takeSlowClients() -> Int {
    defer { slowClients = 0 }
    return slowClients
  }

  // MARK: Parts

  /// A position of its own: what a client had before is not known here.
  private mutating func newUser() -> User {
    position += 1
    return User(ring: ChangeRing(since: position, countMax: settings.replayMax))
  }

  private var eventID: String { "\(epoch)-\(position)" }

  private func position(of eventID: String) -> UInt64? {
    let parts = eventID.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == epoch, let position = UInt64(parts[1]),
      position <= self.position
    else { return nil }
    return position
  }

  private mutating func counts(of ids: some Collection<String>) -> PresenceCounts {
    version += 1
    var streams: [String: Int] = [:]
    for id in ids { streams[id] = users[id]?.streams.count ?? 0 }
    return PresenceCounts(version: version, streams: streams)
  }

  private mutating func giveAll(_ frame: String, of id: String) {
    guard let user = users[id] else { return }
    for number in user.streams.keys { give(frame, to: number, of: id) }
  }

  private mutating func give(_ frame: String, to number: UInt64, of id: String) {
    guard let stream = users[id]?.streams[number] else { return }
    if case .dropped = stream.push.yield(frame) {
      slowClients += 1
      // Its writer finds the end after what waited, and leaves.
      stream.push.finish()
    }
  }
}
