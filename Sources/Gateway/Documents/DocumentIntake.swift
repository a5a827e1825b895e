import Cryptography
import HTTPTypes
import HummingbirdCore
import NIOCore
import Postgres
import ServiceHost
import Telemetry
import WorkerAPI

/// Takes files in: from the request's body to rows, a part at a time and never the whole.
///
/// A file up to one part goes in one piece. Of a larger one every part is written when it is full,
/// and the document's own row at the end, with the digest, within the quota. Whatever goes wrong
/// before that, the client's leaving included, leaves nothing behind. Bytes are taken from the
/// client only as fast as they are written.
struct DocumentIntake: Sendable {
  /// The bounds of files.
  struct Limits: Sendable {
    /// Bytes of one file.
    var fileBytesMax = 10 << 20
    /// Bytes of all files of a user.
    var userBytesMax = 200 << 20

    /// Bytes of a body that carries a file as Base64, with room for what else is in it.
    var bodyBytesMax: Int { fileBytesMax / 3 * 4 + 64 * 1024 }
  }

  /// What to do with a file that the user has already.
  enum Doublet: Sendable {
    /// It is another document: the client decides what it keeps.
    case store
    /// The document that is there stands for it.
    case reuse
  }

  /// What a request brought.
  enum Taken: Sendable {
    /// A document, and the `Idempotency-Key` that the request holds, if it sent one.
    case document(DocumentStore.Document, IdempotencyKeys.Claim?)
    /// It named a document instead.
    case reference(String)
    /// An earlier request with this key was answered so.
    case replayed(IdempotencyKeys.Answer)
  }

  let store: DocumentStore
  let keys: IdempotencyKeys
  let limits: Limits
  /// Open transfers hold a connection each, as long as their client takes.
  let turns = TurnGate(turnsMax: 8, turnsOfUserMax: 4, waitMax: 256)

  init(store: DocumentStore, keys: IdempotencyKeys, limits: Limits) {
    self.store = store
    self.keys = keys
    self.limits = limits
  }

  /// Reads the body of a request and stores the file in it.
  func take(
    _ request: GatewayRequest, doublet: Doublet, takesDocumentID: Bool
  ) async throws -> Taken {
    let session = try request.requireSession()
    _ = try IdempotencyKeys.key(of: request.head)
    var reader = try UploadReader(request.head.headerFields, takesDocumentID: takesDocumentID)
    let standing = try await request.exchange.timed(\.db) { try await store.standing(of: session) }
    var upload = Upload(intake: self, session: session, usedBytes: standing.bytes)
    for try await buffer in request.stream {
      let content = try reader.feed(Array(buffer.readableBytesView))
      try await upload.take(content, reader.form, request.exchange)
    }
    let form = try reader.finish()
    if let id = form.documentID { return .reference(id) }
    return try await upload.finish(form, doublet: doublet, request)
  }

  /// One file on its way. Dropped before its end, it drops its writer, which leaves nothing.
  private struct Upload {
    let intake: DocumentIntake
    let session: Session
    let usedBytes: Int
    let id = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    private var type: DocumentType?
    private let digest = SHA256Digest()
    private var sizeBytes = 0
    private var part: [UInt8] = []
    private let writer: any DocumentWriter
    private var turn: TurnGate.Turn?

    init(intake: DocumentIntake, session: Session, usedBytes: Int) {
      self.intake = intake
      self.session = session
      self.usedBytes = usedBytes
      writer = intake.store.bytes.writer(id, of: session)
    }

    mutating func take(
      _ content: [UInt8], _ form: UploadReader.Form, _ exchange: RequestExchange
    ) async throws {
      guard !content.isEmpty else { return }
      sizeBytes += content.count
      guard sizeBytes <= intake.limits.fileBytesMax else {
        throw Problem.fileTooLarge(limit: intake.limits.fileBytesMax)
      }
      guard usedBytes + sizeBytes <= intake.limits.userBytesMax else {
        throw Problem.quotaExceeded(limit: intake.limits.userBytesMax)
      }
      digest.update(content)
      var rest = content[...]
      while !rest.isEmpty {
        if part.isEmpty { part.reserveCapacity(DocumentStore.partBytes) }
        let room = DocumentStore.partBytes - part.count
        part.append(contentsOf: rest.prefix(room))
        rest = rest.dropFirst(room)
        // Only when more comes: the last part, full or not, goes with the document's own row.
        if type == nil, part.count >= DocumentType.sniffedBytes { try sniff(form) }
        if part.count == DocumentStore.partBytes, !rest.isEmpty { try await write(exchange) }
      }
    }

    private mutating func sniff(_ form: UploadReader.Form) throws(Problem) {
      guard let found = DocumentType(sniffing: part) else { throw .unsupportedFile }
      if found.compare(with: form.declaredType) == .contradicts {
        throw .contradictedType(found.contentType)
      }
      type = found
    }

    private mutating func write(_ exchange: RequestExchange) async throws {
      guard let type else { throw Problem.unsupportedFile }
      if turn == nil {
        let waiting = MonotonicClock.now()
        turn = try await intake.turns.turn(for: session.userID)
        exchange.spent(MonotonicClock.now() - waiting, in: \.queue)
      }
      try await exchange.timed(\.db) { [writer, part] in
        try await writer.write(part, type: type)
      }
      part.removeAll(keepingCapacity: true)
    }

    mutating func finish(
      _ form: UploadReader.Form, doublet: Doublet, _ request: GatewayRequest
    ) async throws -> Taken {
      guard sizeBytes > 0 else { throw Problem.emptyFile }
      if type == nil { try sniff(form) }
      guard let type else { throw Problem.unsupportedFile }
      // A JSON body may say its type after the content.
      if type.compare(with: form.declaredType) == .contradicts {
        throw Problem.contradictedType(type.contentType)
      }
      let sha256 = digest.finish()
      guard sha256.count == 32 else { throw Problem.internal }
      let file = File(
        name: DocumentName.clean(form.filename, type: type), type: type, sha256: sha256)
      guard let key = try IdempotencyKeys.key(of: request.head) else {
        return .document(
          try await store(file, doublet: doublet, claim: nil, request.exchange), nil)
      }
      let beginning = try await request.exchange.timed(\.db) {
        try await intake.keys.claim(
          key, route: request.exchange.matched?.route.template ?? "",
          fingerprint: file.fingerprint, id: id, for: session)
      }
      switch beginning {
      case .none: throw Problem.internal
      case .replayed(let answer): return .replayed(answer)
      case .claimed(let claim):
        do {
          return .document(
            try await store(file, doublet: doublet, claim: claim, request.exchange), claim)
        } catch {
          await intake.keys.release(claim, after: error)
          throw error
        }
      }
    }

    /// What is known of a file when its last byte is here.
    private struct File {
      let name: String
      let type: DocumentType
      let sha256: [UInt8]

      /// Another name or other bytes are another request.
      var fingerprint: [UInt8] { SHA256.hash(sha256 + Array(name.utf8)) }
    }

    private mutating func store(
      _ file: File, doublet: Doublet, claim: IdempotencyKeys.Claim?, _ exchange: RequestExchange
    ) async throws -> DocumentStore.Document {
      let (store, session) = (intake.store, session)
      // A request that died after its commit left the document, and its claim the document's id.
      if let claim, claim.isTakenOver {
        let made = try await exchange.timed(\.db) {
          try await store.document(claim.resourceID, of: session)
        }
        if let made { return made }
      }
      if doublet == .reuse {
        let same = try await exchange.timed(\.db) {
          try await store.document(sha256: file.sha256, of: session)
        }
        if let same { return same }
      }
      var row = store.insert(
        id, filename: file.name, type: file.type, sizeBytes: sizeBytes, sha256: file.sha256,
        quotaBytes: intake.limits.userBytesMax, of: session)
      if let claim, claim.isTakenOver {
        // The bytes bear the id of this request: from its commit on that is what the key made.
        row.insert(intake.keys.point(claim, to: id), at: 0)
      }
      do {
        let rows = try await exchange.timed(\.db) { [writer, part, row] in
          try await writer.finish(part, type: file.type, row: row)
        }
        guard let last = rows.last, let document = try store.documents(last).first else {
          throw Problem.internal
        }
        return document
      } catch let error as PostgresError where error.sqlState == DocumentStore.quotaState {
        throw Problem.quotaExceeded(limit: intake.limits.userBytesMax)
      }
    }
  }
}
