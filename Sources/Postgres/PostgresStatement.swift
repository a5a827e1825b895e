/// One SQL statement and the values of its `$1`, `$2`, …
///
/// ```swift
/// PostgresStatement("select title from conversations where user_id = $1", [.uuid(user)])
/// ```
///
/// Values never enter the SQL's text. One statement, no `;` and no `begin`, `commit` or `rollback`:
/// the transaction is the pool's. The server infers a parameter's type from where it stands; where
/// it cannot, say it: `$1::text`.
package struct PostgresStatement: Sendable {
  /// The SQL, a constant of the code.
  package let sql: String
  /// The values, `$1` first; 65,535 at most.
  package let parameters: [PostgresParameter]
  /// How the result comes.
  package let format: PostgresFormat

  /// A statement whose result comes as text, or in binary where that spares much: `bytea`.
  package init(
    _ sql: String, _ parameters: [PostgresParameter] = [], format: PostgresFormat = .text
  ) {
    self.sql = sql
    self.parameters = parameters
    self.format = format
  }
}

/// How the server writes the values of a result. `PostgresRow` reads both alike, as long as the
/// types are the common ones; in binary, others (`numeric`, arrays) can be read as `bytes` only.
package enum PostgresFormat: Int32, Sendable, Hashable {
  /// As SQL writes them.
  case text = 0
  /// As the server keeps them: no hexadecimal for `bytea`.
  case binary = 1
}

/// In whose name statements run: role and claims, for one transaction.
package enum PostgresIdentity: Sendable, Hashable {
  /// A signed-in user: role `authenticated` with these claims, a JSON object whose `sub` is the
  /// user's id, as `auth.uid()` reads it. The caller has verified them.
  case user(claims: String)
  /// A role without claims, such as `phoenix_identity`.
  case role(String)
  /// The login role itself, which sees no rows.
  case login
}
