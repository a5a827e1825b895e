import Postgres
import Synchronization
import WorkerAPI

/// Bytes as rows of 256 KiB behind the user's row-level security. They go with the document's row.
struct DatabaseBytes: DocumentBytes {
  let database: PostgresPool

  func writer(_ id: String, of session: Session) -> any DocumentWriter {
    DatabaseWriter(database: database, id: id, session: session)
  }

  func reader(
    _ document: DocumentStore.Document, _ range: ClosedRange<Int>, of session: Session
  ) async throws -> any DocumentReader {
    let reader = DatabaseReader(
      database: database, id: document.id, session: session, range: range)
    try await reader.open()
    return reader
  }

  func delete(_ id: String, of session: Session) async throws {}
  func deleteAll(of session: Session) async throws {}
}

/// Up to one part is one round trip. More open a transaction with the first part that is full;
/// dropped, it rolls back.
private final class DatabaseWriter: DocumentWriter {
  /// How long a client may pause; the connection handler cuts it off earlier.
  private static let restMax = Duration.seconds(30)

  private struct State {
    var transaction: PostgresTransaction?
    var written = 0
  }

  private let database: PostgresPool
  private let id: String
  private let session: Session
  private let state = Mutex(State())

  init(database: PostgresPool, id: String, session: Session) {
    self.database = database
    self.id = id
    self.session = session
  }

  func write(_ part: [UInt8], type: DocumentType) async throws {
    let open = state.withLock { state in
      let open =
        state.transaction
        ?? database.transaction(as: .user(claims: session.claims), restMax: Self.restMax)
      state.transaction = open
      return open
    }
    _ = try await open.run([insert(part)])
  }

  func finish(
    _ part: [UInt8], type: DocumentType, row: [PostgresStatement]
  ) async throws -> [PostgresRows] {
    let statements = [insert(part)] + row
    if let open = state.withLock({ $0.transaction }) { return try await open.commit(statements) }
    return try await database.run(statements, as: .user(claims: session.claims))
  }

  private func insert(_ part: [UInt8]) -> PostgresStatement {
    let number = state.withLock { state in
      defer { state.written += 1 }
      return state.written
    }
    return PostgresStatement(
      """
      insert into document_contents (document_id, user_id, part, bytes) values ($1, $2, $3, $4)
      """,
      [.uuid(id), .uuid(session.userID), .int(Int64(number)), .bytes(part)])
  }
}

/// Reads a part when the one before has been taken.
private final class DatabaseReader: DocumentReader {
  private struct State {
    var next: Int
    var opened: [UInt8]?
  }

  private let database: PostgresPool
  private let id: String
  private let session: Session
  private let range: ClosedRange<Int>
  private let state: Mutex<State>

  init(database: PostgresPool, id: String, session: Session, range: ClosedRange<Int>) {
    self.database = database
    self.id = id
    self.session = session
    self.range = range
    state = Mutex(State(next: range.lowerBound / DocumentStore.partBytes))
  }

  /// Reads the first piece.
  func open() async throws {
    let first = try await read()
    state.withLock { $0.opened = first }
  }

  func next() async throws -> [UInt8]? {
    let opened = state.withLock { state in
      defer { state.opened = nil }
      return state.opened
    }
    if let opened { return opened }
    return try await read()
  }

  private func read() async throws -> [UInt8]? {
    let size = DocumentStore.partBytes
    let part = state.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
    guard part <= range.upperBound / size else { return nil }
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select bytes from document_contents
          where document_id = $1 and part = $2 and user_id = $3
          """, [.uuid(id), .int(Int64(part)), .uuid(session.userID)], format: .binary)
      ], as: .user(claims: session.claims))
    guard let bytes = try rows[0].first?.bytes(0) else { throw DocumentBytesError.gone }
    let first = max(0, range.lowerBound - part * size)
    let last = min(bytes.count - 1, range.upperBound - part * size)
    guard first <= last else { throw DocumentBytesError.gone }
    return Array(bytes[first...last])
  }
}
