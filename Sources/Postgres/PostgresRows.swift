import CLibPQ

/// What one statement gave: its rows, or the number of rows it touched.
///
/// ```swift
/// for row in rows { titles.append(try row.string("title")) }
/// ```
///
/// Values stay in libpq's memory and are decoded when asked for.
package struct PostgresRows: RandomAccessCollection, Sendable {
  let result: ResultHandle

  /// Rows returned.
  package let count: Int

  init(_ result: ResultHandle) {
    self.result = result
    count = Int(PQntuples(result.pointer))
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { count }

  /// A row; `position` must be within the collection.
  package subscript(position: Int) -> PostgresRow {
    precondition(position >= 0 && position < count, "row \(position) of \(count)")
    return PostgresRow(result: result, index: Int32(position))
  }

  /// Names of the columns, in their order.
  package var columns: [String] {
    (0..<result.columnCount).map { result.columnName($0) }
  }

  /// Rows inserted, updated, deleted or selected, as the command tag says; 0 for other commands.
  package var affectedRows: Int {
    PQcmdTuples(result.pointer).flatMap { Int(String(cString: $0)) } ?? 0
  }
}

/// Names a column: an `Int` by its place, from 0; a `String` by its name, the first one of that
/// name.
package protocol PostgresColumn: Sendable {
  /// The column among the names of a result; `nil` where it is not there.
  func place(among count: Int, name: (Int) -> String) -> Int?
}

extension Int: PostgresColumn {
  package func place(among count: Int, name: (Int) -> String) -> Int? {
    self >= 0 && self < count ? self : nil
  }
}

extension String: PostgresColumn {
  package func place(among count: Int, name: (Int) -> String) -> Int? {
    (0..<count).first { name($0) == self }
  }
}

/// Owns a libpq result.
///
/// `@unchecked Sendable`: once complete a PGresult is never written again, and libpq's accessors
/// only read it; it is freed with its last owner.
final class ResultHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var columnCount: Int { Int(PQnfields(pointer)) }

  func columnName(_ place: Int) -> String {
    PQfname(pointer, Int32(place)).map { String(cString: $0) } ?? ""
  }
}
