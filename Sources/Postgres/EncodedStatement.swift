/// A statement as libpq wants it: what can be refused has been refused before anything is sent.
///
/// All values lie in one block, texts with the NUL at which libpq stops reading them.
struct EncodedStatement {
  let sql: String
  let format: PostgresFormat
  /// The role that runs it; empty for the login's own.
  let role: String
  private(set) var block: [UInt8] = []
  /// Where each value begins in `block`; `nil` for NULL.
  private(set) var offsets: [Int?] = []
  /// Bytes of each value; libpq asks only for binary ones.
  private(set) var lengths: [Int32] = []
  /// 1 for a binary value.
  private(set) var formats: [Int32] = []
  /// OIDs; 0 where the server infers the type.
  private(set) var types: [UInt32] = []

  /// The wire protocol counts parameters in 16 bits.
  static let parametersMax = 65_535

  /// - Throws: `invalidText` for NUL, or too many parameters.
  init(_ statement: PostgresStatement, role: String) throws(PostgresError) {
    sql = statement.sql
    self.role = role
    format = statement.format
    guard !Self.holdsNUL(sql), statement.parameters.count <= Self.parametersMax else {
      throw PostgresError(code: .invalidText, detail: "SQL with NUL, or too many parameters")
    }
    offsets.reserveCapacity(statement.parameters.count)
    for parameter in statement.parameters { try append(parameter) }
  }

  /// A command without values, of this module's own making.
  init(command: String) {
    sql = command
    format = .text
    role = ""
  }

  /// Bytes that libpq will hold for it, nearly.
  var sizeBytes: Int { sql.utf8.count + block.count + 8 * offsets.count }

  /// What tells it from other statements.
  var key: StatementCache.Key { StatementCache.Key(sql: sql, types: types, role: role) }

  private mutating func append(_ parameter: PostgresParameter) throws(PostgresError) {
    switch parameter {
    case .null: append(nil as Int?)
    case .text(let text), .uuid(let text), .json(let text):
      try append(text)
    case .int(let value): try append(String(value))
    case .bool(let value): try append(value ? "t" : "f")
    // Swift writes infinities as `inf`, which PostgreSQL reads too.
    case .double(let value): try append("\(value)")
    case .bytes(let bytes):
      let start = block.count
      block.append(contentsOf: bytes)
      append(start, type: PostgresValue.TypeID.bytea, isBinary: true)
    case .timestamp(microseconds: let microseconds):
      let start = block.count
      // The extremes would mean infinity to the server.
      let sum = microseconds.subtractingReportingOverflow(TimestampText.postgresEpochMicroseconds)
      let value = UInt64(bitPattern: sum.overflow ? .min + 1 : sum.partialValue)
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        block.append(UInt8(truncatingIfNeeded: value >> shift))
      }
      append(start, type: PostgresValue.TypeID.timestamptz, isBinary: true)
    case .textArray(let texts): try append(Self.arrayLiteral(texts))
    }
  }

  private mutating func append(_ text: String) throws(PostgresError) {
    guard !Self.holdsNUL(text) else {
      throw PostgresError(code: .invalidText, detail: "parameter $\(offsets.count + 1) holds NUL")
    }
    let start = block.count
    block.append(contentsOf: text.utf8)
    append(start)
    block.append(0)
  }

  private mutating func append(_ start: Int?, type: UInt32 = 0, isBinary: Bool = false) {
    offsets.append(start)
    lengths.append(Int32(clamping: start.map { block.count - $0 } ?? 0))
    formats.append(isBinary ? 1 : 0)
    types.append(type)
  }

  private static func holdsNUL(_ text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? text.utf8.contains(0)
  }

  /// Every element quoted, so that neither `NULL` nor commas nor braces mean anything.
  static func arrayLiteral(_ texts: [String]) -> String {
    let elements = texts.map { text in
      var quoted = "\""
      for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
        quoted.unicodeScalars.append(scalar)
      }
      return quoted + "\""
    }
    return "{" + elements.joined(separator: ",") + "}"
  }
}
