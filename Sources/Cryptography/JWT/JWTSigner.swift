import FoundationEssentials

/// Makes tokens signed with HMAC-SHA-256 (RFC 7515, `HS256`).
package struct JWTSigner: Sendable {
  private static let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

  private let secret: [UInt8]

  /// - Parameter secret: 32 bytes at least (RFC 7518, section 3.2); fewer are refused.
  package init(secret: [UInt8]) throws(CryptoError) {
    guard secret.count >= JWTKey.secretBytesMin else { throw CryptoError(code: .malformedKey) }
    self.secret = secret
  }

  /// A token that bears `claims`.
  package func sign(_ claims: JWTClaims) throws(JWTError) -> String {
    let audience: JWTPayload.Audience =
      claims.audience.count == 1 ? .one(claims.audience[0]) : .several(claims.audience)
    let payload = JWTPayload(
      iss: claims.issuer, aud: audience, sub: claims.subject, exp: .init(claims.expiresAt),
      iat: claims.issuedAt.map { .init($0) }, role: claims.role, sessionID: claims.sessionID,
      email: claims.email)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let body = try? encoder.encode(payload) else { throw .malformed }
    let signed = "\(Self.header).\(Base64URL.encode(Array(body)))"
    let signature = HMACSHA256.authenticate(Array(signed.utf8), key: secret)
    return "\(signed).\(Base64URL.encode(signature))"
  }
}
