/// The rows that one statement returned, copied out of libpq.
package struct PostgresRows: Sendable, RandomAccessCollection {
  /// Names of the columns, in order.
  package let columns: [String]
  /// Rows that the statement touched (INSERT, UPDATE, DELETE, SELECT).
  package let affected: Int
  let values: [[UInt8]?]

  package var startIndex: Int { 0 }
  package var endIndex: Int { columns.isEmpty ? 0 : values.count / columns.count }
  package subscript(position: Int) -> PostgresRow { PostgresRow(rows: self, index: position) }
}

/// One row. Access by position or by name; a wrong type or an unexpected null throws `decoding`.
package struct PostgresRow: Sendable {
  let rows: PostgresRows
  let index: Int

  /// Whether the value is SQL's null.
  package func isNull(_ column: Int) throws(PostgresError) -> Bool { try raw(column) == nil }

  /// Text of any type.
  package func string(_ column: Int) throws(PostgresError) -> String {
    String(decoding: try present(column), as: UTF8.self)
  }

  /// Text, or nil for null.
  package func optionalString(_ column: Int) throws(PostgresError) -> String? {
    try raw(column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// An integer of any width that fits.
  package func int(_ column: Int) throws(PostgresError) -> Int {
    guard let value = Int(try string(column)) else { throw mismatch(column, "an integer") }
    return value
  }

  /// A number.
  package func double(_ column: Int) throws(PostgresError) -> Double {
    guard let value = Double(try string(column)) else { throw mismatch(column, "a number") }
    return value
  }

  /// A boolean.
  package func bool(_ column: Int) throws(PostgresError) -> Bool {
    switch try string(column) {
    case "t": return true
    case "f": return false
    default: throw mismatch(column, "a boolean")
    }
  }

  /// A `bytea`.
  package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
    let text = try present(column)
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"),
      text[1] == UInt8(ascii: "x")
    else { throw mismatch(column, "bytea") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2 - 1)
    for position in stride(from: 2, to: text.count, by: 2) {
      guard let high = Self.nibble(text[position]), let low = Self.nibble(text[position + 1])
      else { throw mismatch(column, "bytea") }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// The position of a column.
  package func column(_ name: String) throws(PostgresError) -> Int {
    guard let index = rows.columns.firstIndex(of: name) else {
      throw PostgresError(.decoding, "no column \(name)")
    }
    return index
  }

  private func raw(_ column: Int) throws(PostgresError) -> [UInt8]? {
    guard rows.columns.indices.contains(column), rows.indices.contains(index) else {
      throw PostgresError(.decoding, "no column \(column) of row \(index)")
    }
    return rows.values[index * rows.columns.count + column]
  }

  private func present(_ column: Int) throws(PostgresError) -> [UInt8] {
    guard let value = try raw(column) else { throw mismatch(column, "a value, not null") }
    return value
  }

  private func mismatch(_ column: Int, _ wanted: String) -> PostgresError {
    PostgresError(.decoding, "column \(rows.columns[column]) is not \(wanted)")
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
