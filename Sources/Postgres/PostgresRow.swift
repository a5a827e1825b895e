import CLibPQ

/// One row. Each accessor throws `decoding` where the column is missing, NULL (unless the accessor
/// is an optional one) or of another type.
package struct PostgresRow: Sendable {
  let result: ResultHandle
  let index: Int32

  /// Whether the value is NULL.
  package func isNull(_ column: some PostgresColumn) throws(PostgresError) -> Bool {
    PQgetisnull(result.pointer, index, try place(of: column)) == 1
  }

  /// Text; also UUIDs, JSON, numbers and whatever the server wrote as text.
  package func string(_ column: some PostgresColumn) throws(PostgresError) -> String {
    try required(column, optionalString(column))
  }

  /// A `smallint`, `integer` or `bigint`.
  package func int(_ column: some PostgresColumn) throws(PostgresError) -> Int {
    try required(column, optionalInt(column))
  }

  /// A floating point number; also integers and, as text, `numeric`.
  package func double(_ column: some PostgresColumn) throws(PostgresError) -> Double {
    try required(column, optionalDouble(column))
  }

  /// A `boolean`.
  package func bool(_ column: some PostgresColumn) throws(PostgresError) -> Bool {
    try required(column, optionalBool(column))
  }

  /// A `bytea`; for other types the bytes as the server wrote them.
  package func bytes(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8] {
    try required(column, optionalBytes(column))
  }

  /// A `timestamptz`, or a `timestamp` taken as UTC: microseconds since 1970.
  package func timestamp(_ column: some PostgresColumn) throws(PostgresError) -> Int64 {
    try required(column, optionalTimestamp(column))
  }

  /// As `string`; `nil` for NULL.
  package func optionalString(_ column: some PostgresColumn) throws(PostgresError) -> String? {
    try decode(column, "text") { $0.string() }
  }

  /// As `int`; `nil` for NULL.
  package func optionalInt(_ column: some PostgresColumn) throws(PostgresError) -> Int? {
    try decode(column, "an integer") { $0.int() }
  }

  /// As `double`; `nil` for NULL.
  package func optionalDouble(_ column: some PostgresColumn) throws(PostgresError) -> Double? {
    try decode(column, "a number") { $0.double() }
  }

  /// As `bool`; `nil` for NULL.
  package func optionalBool(_ column: some PostgresColumn) throws(PostgresError) -> Bool? {
    try decode(column, "a boolean") { $0.bool() }
  }

  /// As `bytes`; `nil` for NULL.
  package func optionalBytes(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8]? {
    try decode(column, "bytes") { $0.octets() }
  }

  /// As `timestamp`; `nil` for NULL.
  package func optionalTimestamp(_ column: some PostgresColumn) throws(PostgresError) -> Int64? {
    try decode(column, "an instant") { $0.timestamp() }
  }

  private func place(of column: some PostgresColumn) throws(PostgresError) -> Int32 {
    guard let place = column.place(among: result.columnCount, name: result.columnName) else {
      throw PostgresError(code: .decoding, detail: "no column \(column)")
    }
    return Int32(place)
  }

  private func required<Value>(
    _ column: some PostgresColumn, _ value: Value?
  ) throws(PostgresError) -> Value {
    guard let value else {
      throw PostgresError(code: .decoding, detail: "column \(column) is NULL")
    }
    return value
  }

  private func decode<Value>(
    _ column: some PostgresColumn, _ wanted: String, _ read: (PostgresValue) -> Value?
  ) throws(PostgresError) -> Value? {
    let place = try place(of: column)
    guard PQgetisnull(result.pointer, index, place) == 0 else { return nil }
    let type = PQftype(result.pointer, place)
    // The bytes are the result's, which `self` keeps alive over the call.
    let value = PostgresValue(
      bytes: UnsafeRawBufferPointer(
        start: PQgetvalue(result.pointer, index, place),
        count: Int(PQgetlength(result.pointer, index, place))),
      type: type, isBinary: PQfformat(result.pointer, place) == 1)
    guard let decoded = withExtendedLifetime(result, { read(value) }) else {
      throw PostgresError(
        code: .decoding, detail: "column \(column), of type \(type), is not \(wanted)")
    }
    return decoded
  }
}
