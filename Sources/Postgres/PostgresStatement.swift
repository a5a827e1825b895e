/// One SQL statement and its parameters, `$1` first.
package struct PostgresStatement: Sendable {
  package var sql: String
  package var parameters: [PostgresParameter]

  package init(_ sql: String, _ parameters: [PostgresParameter] = []) {
    self.sql = sql
    self.parameters = parameters
  }
}

/// A value on its way to PostgreSQL. Values never become part of the SQL text.
package enum PostgresParameter: Sendable, Equatable {
  case null
  /// Text of any type that PostgreSQL infers; NUL is refused before it is sent.
  case text(String)
  case int(Int64)
  case bool(Bool)
  /// `bytea`, sent in binary: any byte, 0 included.
  case bytes([UInt8])
  /// A UUID in text form.
  case uuid(String)
  /// JSON text; `jsonb` refuses the escaped NUL itself.
  case json(String)
  /// Microseconds since 1970, UTC.
  case timestamp(Int64)

  /// Object id of the type, 0 where PostgreSQL is to infer it.
  var typeID: UInt32 {
    switch self {
    case .null, .text: 0
    case .int: 20
    case .bool: 16
    case .bytes: 17
    case .uuid: 2950
    case .json: 3802
    case .timestamp: 1184
    }
  }

  /// 1 where the bytes are PostgreSQL's binary form.
  var format: Int32 {
    switch self {
    case .bytes, .timestamp: 1
    default: 0
    }
  }

  /// The bytes as sent: text forms end with NUL, as libpq wants them; nil for SQL's null.
  func encoded() throws(PostgresError) -> [UInt8]? {
    switch self {
    case .null: return nil
    case .text(let text), .uuid(let text), .json(let text):
      var bytes = Array(text.utf8)
      guard !bytes.contains(0) else { throw PostgresError(.invalidText, "text with NUL") }
      bytes.append(0)
      return bytes
    case .int(let value): return Array(String(value).utf8) + [0]
    case .bool(let value): return [UInt8(ascii: value ? "t" : "f"), 0]
    case .bytes(let bytes): return bytes
    case .timestamp(let microseconds):
      // PostgreSQL counts from 2000-01-01, big-endian.
      let value = UInt64(bitPattern: microseconds - 946_684_800_000_000)
      return (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
    }
  }
}

/// As whom statements run: what row-level security sees for one transaction.
package enum PostgresIdentity: Sendable, Equatable {
  /// Role `authenticated` with these claims (a JSON object with `sub`).
  case user(claims: String)
  /// Another role, without claims.
  case role(String)
  /// The login role itself, which has no rights of its own.
  case login
}
