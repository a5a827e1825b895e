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
/// A file up to one part is one round trip. A larger one opens a transaction when its first part is
/// full; every part is written when it is full, and the document's own row at the end, with the
/// digest, within the quota. Whatever goes wrong before that, the client's leaving included, leaves
/// nothing behind. Bytes are taken from the client only as fast as they are written.
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
    case document(DocumentStore.Document)
    /// It named a document instead.
    case reference(String)
  }

  let store: DocumentStore
  let limits: Limits
  /// Open transactions hold a connection each, as long as their client takes.
  let turns = TurnGate(turnsMax: 8, turnsOfUserMax: 4, waitMax: 256)
  /// How long a client may pause; the connection handler cuts it off earlier.
  private static let restMax = Duration.seconds(30)

  init(store: DocumentStore, limits: Limits) {
    self.store = store
    self.limits = limits
  }

  /// Reads the body of a request and stores the file in it.
  func take(
    _ request: GatewayRequest, doublet: Doublet, takesDocumentID: Bool
  ) async throws -> Taken {
    let session = try request.requireSession()
    var reader = try UploadReader(request.head.headerFields, takesDocumentID: takesDocumentID)
    let standing = try await request.exchange.timed(\.db) { try await store.standing(of: session) }
    var upload = Upload(intake: self, session: session, usedBytes: standing.bytes)
    for try await buffer in request.stream {
      let content = try reader.feed(Array(buffer.readableBytesView))
      try await upload.take(content, reader.form, request.exchange)
    }
    let form = try reader.finish()
    if let id = form.documentID { return .reference(id) }
    return .document(try await upload.finish(form, doublet: doublet, request.exchange))
  }

  /// One file on its way. Dropped before its end, it drops its transaction, which rolls back.
  private struct Upload {
    let intake: DocumentIntake
    let session: Session
    let usedBytes: Int
    let id = UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    private var type: DocumentType?
    private let digest = SHA256Digest()
    private var sizeBytes = 0
    private var part: [UInt8] = []
    private var partsWritten = 0
    private var transaction: PostgresTransaction?
    private var turn: TurnGate.Turn?

    init(intake: DocumentIntake, session: Session, usedBytes: Int) {
      self.intake = intake
      self.session = session
      self.usedBytes = usedBytes
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
      let open: PostgresTransaction
      if let transaction {
        open = transaction
      } else {
        let waiting = MonotonicClock.now()
        turn = try await intake.turns.turn(for: session.userID)
        exchange.spent(MonotonicClock.now() - waiting, in: \.queue)
        open = intake.store.database.transaction(
          as: .user(claims: session.claims), restMax: DocumentIntake.restMax)
        transaction = open
      }
      let statement = intake.store.insert(
        part: partsWritten, part, document: id, of: session)
      _ = try await exchange.timed(\.db) { try await open.run([statement]) }
      partsWritten += 1
      part.removeAll(keepingCapacity: true)
    }

    mutating func finish(
      _ form: UploadReader.Form, doublet: Doublet, _ exchange: RequestExchange
    ) async throws -> DocumentStore.Document {
      guard sizeBytes > 0 else { throw Problem.emptyFile }
      if type == nil { try sniff(form) }
      guard let type else { throw Problem.unsupportedFile }
      // A JSON body may say its type after the content.
      if type.compare(with: form.declaredType) == .contradicts {
        throw Problem.contradictedType(type.contentType)
      }
      let sha256 = digest.finish()
      guard sha256.count == 32 else { throw Problem.internal }
      let (store, session) = (intake.store, session)
      if doublet == .reuse {
        let same = try await exchange.timed(\.db) {
          try await store.document(sha256: sha256, of: session)
        }
        if let same { return same }
      }
      var statements = [store.insert(part: partsWritten, part, document: id, of: session)]
      statements += store.insert(
        id, filename: DocumentName.clean(form.filename, type: type), type: type,
        sizeBytes: sizeBytes, sha256: sha256, quotaBytes: intake.limits.userBytesMax, of: session)
      do {
        let transaction = transaction
        let rows = try await exchange.timed(\.db) { [statements] in
          if let transaction { return try await transaction.commit(statements) }
          return try await store.database.run(statements, as: .user(claims: session.claims))
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
