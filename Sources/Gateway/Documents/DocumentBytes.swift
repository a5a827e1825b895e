import Postgres
import WorkerAPI

/// Where the bytes of documents are: rows of `document_contents`, or Supabase Storage. Their rows
/// in `documents` are in PostgreSQL with either, and a document is there exactly when its row is.
///
/// Everything is done in the user's name: a file of somebody else is not there.
protocol DocumentBytes: Sendable {
  /// Takes the bytes of a new document, before its row is written.
  func writer(_ id: String, of session: Session) -> any DocumentWriter

  /// The bytes of a range, in pieces. What cannot be read at all is told here, before the first.
  func reader(
    _ document: DocumentStore.Document, _ range: ClosedRange<Int>, of session: Session
  ) async throws -> any DocumentReader

  /// Removes what is not removed with a document's row.
  func delete(_ id: String, of session: Session) async throws

  /// Removes every byte of a user that is not removed with the user's rows.
  func deleteAll(of session: Session) async throws
}

/// The bytes of one document on their way in. Dropped before `finish` it leaves nothing behind.
protocol DocumentWriter: Sendable {
  /// Takes a full part; returns when there is room for another.
  func write(_ part: [UInt8], type: DocumentType) async throws

  /// Takes the last part and writes the document's row; after an error neither is there.
  /// - Parameter row: the statements that write it.
  /// - Returns: their results.
  func finish(
    _ part: [UInt8], type: DocumentType, row: [PostgresStatement]
  ) async throws -> [PostgresRows]
}

/// The bytes of one document on their way out, for one reader.
protocol DocumentReader: Sendable {
  /// The next piece; nil at the end. Throws where they end early.
  func next() async throws -> [UInt8]?
}

/// Why bytes could not be had or kept.
enum DocumentBytesError: Error, Sendable {
  /// Supabase Storage gave no answer; for logs.
  case unavailable(detail: String)
  /// It refuses what it should not: a policy or the bucket is not as docs/supabase.md says.
  case misconfigured(detail: String)
  /// The bucket takes no file of this size.
  case tooLarge
  /// What is written down of a document is not there any more, or not in this length.
  case gone
}
