/// A value for `$n`.
package enum PostgresParameter: Sendable, Hashable {
  /// SQL's NULL, of any type.
  case null
  /// Text, and any type the server reads from text. NUL is refused before anything is sent.
  case text(String)
  /// An integer, of whatever width the column has.
  case int(Int64)
  /// A truth value.
  case bool(Bool)
  /// A floating point number.
  case double(Double)
  /// A `bytea`: any bytes, sent in binary.
  case bytes([UInt8])
  /// A UUID as text, with or without hyphens.
  case uuid(String)
  /// JSON text, for `json` and `jsonb`.
  case json(String)
  /// An instant: microseconds since 1970 in UTC.
  case timestamp(microseconds: Int64)
  /// A `text[]` without null elements, for `= any($1)` with `$1::text[]` where the type is not
  /// clear.
  case textArray([String])

  /// A UUID of 16 bytes; other lengths are refused by the server.
  package static func uuid(_ bytes: [UInt8]) -> PostgresParameter {
    .uuid(Hexadecimal.encode(bytes))
  }

  /// An instant as text: RFC 3339.
  package static func timestamp(_ text: String) -> PostgresParameter {
    .text(text)
  }
}
