import Cryptography
import Postgres
import ServiceHost

/// Sign-up is sent again too, but whoever sends it has no session yet and so no keys. The key is
/// written down under the account that was opened; a retry finds the address taken, shows its
/// password and, where the key is that account's, is signed in. No token is kept for it.
extension IdempotencyKeys {
  static let signupRoute = "/api/auth/signup"

  /// What makes two sign-ups the same one. The password is left out: it must not be kept in any
  /// form but its slow hash, and signing in checks it.
  static func signupFingerprint(email: String, name: String?, consents: [String: Bool]) -> [UInt8] {
    var json = JSONText()
    json.object {
      $0.member("email", email.lowercased())
      $0.member("name", name)
      for (purpose, isGiven) in consents.sorted(by: { $0.key < $1.key }) {
        $0.member(purpose, isGiven)
      }
    }
    return SHA256.hash(json.bytes)
  }

  /// Writes down that this account was opened under this key. Where that fails, a retry is told
  /// that the address is taken.
  func noteSignup(_ key: String, fingerprint: [UInt8], session: Session) async {
    _ = try? await database.run(
      [
        PostgresStatement(
          """
          insert into idempotency_keys
            (user_id, key, route, fingerprint, resource_id, locked_until, status, body)
          values ($1, $2, $3, $4, $1, now(), 201, '{}')
          """,
          [
            .uuid(session.userID), .text(key), .text(Self.signupRoute), .bytes(fingerprint),
          ])
      ], as: .user(claims: session.claims))
  }

  /// Whether this account was opened by this very request.
  func isSignup(
    _ key: String, fingerprint: [UInt8], session: Session
  ) async throws(PostgresError) -> Bool {
    let rows = try await database.run(
      [
        PostgresStatement(
          """
          select 1 from idempotency_keys
          where user_id = $1 and key = $2 and route = $3 and fingerprint = $4
            and created_at >= now() - interval '24 hours'
          """,
          [
            .uuid(session.userID), .text(key), .text(Self.signupRoute), .bytes(fingerprint),
          ])
      ], as: .user(claims: session.claims))
    return !rows[0].isEmpty
  }
}
