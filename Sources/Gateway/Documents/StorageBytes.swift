import Postgres
import ServiceHost
import Synchronization
import Telemetry
import Upstream
import WorkerAPI

/// Bytes as objects of Supabase Storage, `<user>/<document>` in one private bucket. The object
/// comes before the document's row and goes before it, so that no family sees an object without a
/// row, and what is deleted is gone.
///
/// What was kept in rows before a bucket was named is still read from there.
struct StorageBytes: DocumentBytes {
  private static let pageMax = 100

  let storage: SupabaseStorage
  let database: PostgresPool
  /// Told how the deletion of an object ended whose row was not written.
  let tell: BackgroundWitness

  func writer(_ id: String, of session: Session) -> any DocumentWriter {
    StorageWriter(bytes: self, id: id, session: session)
  }

  func reader(
    _ document: DocumentStore.Document, _ range: ClosedRange<Int>, of session: Session
  ) async throws -> any DocumentReader {
    var request = storage.request(
      .get, "/object/authenticated/" + path(document.id, session), of: session,
      timeout: SupabaseStorage.transferDeadline)
    request.headers.append(
      UpstreamHeader("range", "bytes=\(range.lowerBound)-\(range.upperBound)"))
    request.firstByteTimeout = .seconds(10)
    request.responseBytesMax = document.sizeBytes + 1
    guard let stream = try await storage.open(request) else {
      return try await DatabaseBytes(database: database).reader(document, range, of: session)
    }
    // A server may send the whole in place of a range (RFC 9110, section 14.2).
    return StorageReader(
      stream, skipped: stream.status == 206 ? 0 : range.lowerBound, count: range.count)
  }

  func delete(_ id: String, of session: Session) async throws {
    let answer = try await storage.send(
      storage.request(.delete, "/object/" + path(id, session), of: session))
    guard answer == nil else { return }
    // An object that may not be deleted is answered as one that is not there.
    var request = storage.request(
      .get, "/object/authenticated/" + path(id, session), of: session)
    request.headers.append(UpstreamHeader("range", "bytes=0-0"))
    if try await storage.open(request) != nil { throw Self.undeletable }
  }

  private static let undeletable = DocumentBytesError.misconfigured(
    detail: "supabase storage: a user may not delete what is theirs")

  func deleteAll(of session: Session) async throws {
    while true {
      let names = try await names(of: session)
      guard !names.isEmpty else { return }
      var json = JSONText()
      json.object {
        $0.array("prefixes", names) { name, json in json.string("\(session.userID)/\(name)") }
      }
      let answer = try await storage.send(
        storage.request(.delete, "/object/\(storage.bucket)", of: session, json: json))
      let deleted = answer.flatMap { try? JSONValue(parsing: $0.body) }?.array?.count ?? 0
      // What may not be deleted is left out without a word.
      guard deleted > 0 else {
        throw Self.undeletable
      }
    }
  }

  private func names(of session: Session) async throws -> [String] {
    var json = JSONText()
    json.object {
      $0.member("prefix", session.userID + "/")
      $0.member("limit", Self.pageMax)
      $0.member("offset", 0)
    }
    let answer = try await storage.send(
      storage.request(.post, "/object/list/\(storage.bucket)", of: session, json: json))
    guard let answer else { return [] }
    guard let list = (try? JSONValue(parsing: answer.body))?.array else {
      throw DocumentBytesError.unavailable(detail: "supabase storage: a list that is none")
    }
    return list.compactMap { $0["name"]?.string }
  }

  /// Ids are ours: nothing in them needs escaping.
  fileprivate func path(_ id: String, _ session: Session) -> String {
    "\(storage.bucket)/\(session.userID)/\(id)"
  }
}

/// Up to one part is one request. More are streamed as they come; dropped, the request is cut,
/// which Storage does not take for the whole.
private final class StorageWriter: DocumentWriter {
  private let bytes: StorageBytes
  private let id: String
  private let session: Session
  private let channel = PieceChannel()
  private let upload = Mutex<Task<Void, any Error>?>(nil)

  init(bytes: StorageBytes, id: String, session: Session) {
    self.bytes = bytes
    self.id = id
    self.session = session
  }

  deinit {
    channel.fail(CancellationError())
    upload.withLock { $0?.cancel() }
  }

  func write(_ part: [UInt8], type: DocumentType) async throws {
    begin(type)
    try await channel.send(part)
  }

  func finish(
    _ part: [UInt8], type: DocumentType, row: [PostgresStatement]
  ) async throws -> [PostgresRows] {
    if let upload = upload.withLock({ $0 }) {
      try await channel.send(part)
      channel.finish()
      try await upload.value
    } else {
      var request = request(type)
      request.body = part
      try Self.check(try await bytes.storage.send(request))
    }
    do {
      return try await bytes.database.run(row, as: .user(claims: session.claims))
    } catch {
      // Not where the row may have been written: its bytes would be missing.
      if !error.isUnavailable { await withdraw() }
      throw error
    }
  }

  private func withdraw() async {
    do {
      try await bytes.delete(id, of: session)
      bytes.tell(.storage, nil)
    } catch {
      bytes.tell(.storage, "\(error)")
    }
  }

  private func begin(_ type: DocumentType) {
    upload.withLock { upload in
      guard upload == nil else { return }
      var request = request(type)
      let (channel, storage) = (channel, bytes.storage)
      request.upload = UpstreamUpload { try await channel.next() }
      upload = Task { [request] in
        do {
          try Self.check(try await storage.send(request))
          channel.fail(CancellationError())
        } catch {
          channel.fail(error)
          throw error
        }
      }
    }
  }

  private func request(_ type: DocumentType) -> UpstreamRequest {
    var request = bytes.storage.request(
      .post, "/object/" + bytes.path(id, session), of: session,
      timeout: SupabaseStorage.transferDeadline)
    request.headers.append(UpstreamHeader("content-type", type.contentType))
    request.headers.append(UpstreamHeader("x-upsert", "false"))
    return request
  }

  private static func check(_ answer: UpstreamResponse?) throws(DocumentBytesError) {
    guard answer != nil else {
      throw .misconfigured(detail: "supabase storage: an upload was answered as not found")
    }
  }
}

/// Passes on what Storage sends, to the byte: fewer are an error, never the end.
private final class StorageReader: DocumentReader {
  private let stream: UpstreamStream
  private let state: Mutex<(skipped: Int, left: Int)>

  init(_ stream: UpstreamStream, skipped: Int, count: Int) {
    self.stream = stream
    state = Mutex((skipped, count))
  }

  func next() async throws -> [UInt8]? {
    while state.withLock({ $0.left }) > 0 {
      let piece: [UInt8]?
      do throws(UpstreamError) { piece = try await stream.next() } catch {
        throw DocumentBytesError.unavailable(detail: "supabase storage: \(error)")
      }
      guard let piece else { throw DocumentBytesError.gone }
      let wanted = state.withLock { state -> [UInt8] in
        let skipped = min(state.skipped, piece.count)
        state.skipped -= skipped
        let wanted = Array(piece.dropFirst(skipped).prefix(state.left))
        state.left -= wanted.count
        return wanted
      }
      if !wanted.isEmpty { return wanted }
    }
    return nil
  }
}
