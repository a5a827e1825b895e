import FoundationEssentials

/// A JSON Web Token (RFC 7519) signed with HMAC-SHA-256.
///
/// The algorithm belongs to the key, never to the token: the header's `alg` is only compared. `iss`,
/// `aud`, `exp` and `sub` must be there. A header that names critical extensions is refused, since
/// none are understood.
package struct JWTKey: Sendable {
  /// What a token may be refused for.
  package enum Refusal: String, Error, Sendable, CaseIterable {
    case malformed, algorithm, signature, expired, claims
  }

  /// The claims that the gateway uses.
  package struct Claims: Sendable, Equatable {
    package var issuer: String
    package var audience: String
    package var subject: String
    /// Seconds since 1970.
    package var expiresAt: Int64
    package var issuedAt: Int64
    package var role: String
    package var sessionID: String
    package var email: String

    package init(
      issuer: String, audience: String, subject: String, expiresAt: Int64, issuedAt: Int64,
      role: String, sessionID: String, email: String
    ) {
      self.issuer = issuer
      self.audience = audience
      self.subject = subject
      self.expiresAt = expiresAt
      self.issuedAt = issuedAt
      self.role = role
      self.sessionID = sessionID
      self.email = email
    }
  }

  /// Longest token looked at, in bytes.
  package static let tokenBytesMax = 8192

  private let secret: [UInt8]

  /// - Parameter secret: at least 32 bytes.
  package init(secret: [UInt8]) { self.secret = secret }

  private struct Header: Decodable {
    var alg: String
    var crit: [String]?
  }

  private struct Payload: Codable {
    var iss: String
    var aud: String
    var sub: String
    var exp: Int64
    var iat: Int64
    var role: String
    var session_id: String
    var email: String
  }

  /// A token that bears `claims`.
  package func sign(_ claims: Claims) throws -> String {
    let payload = Payload(
      iss: claims.issuer, aud: claims.audience, sub: claims.subject, exp: claims.expiresAt,
      iat: claims.issuedAt, role: claims.role, session_id: claims.sessionID, email: claims.email)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = Base64URL.encode(Array(try encoder.encode(payload)))
    let signed = Self.header + "." + body
    return signed + "." + Base64URL.encode(sign(signed))
  }

  private static let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

  private func sign(_ text: String) -> [UInt8] {
    HMACSHA256.authenticate(Array(text.utf8), key: secret)
  }

  /// The claims of a token that is good at `now` (seconds since 1970).
  package func verify(
    _ token: String, issuer: String, audience: String, now: Int64
  ) throws(Refusal) -> Claims {
    guard token.utf8.count <= Self.tokenBytesMax else { throw .malformed }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let headerBytes = Base64URL.decode(parts[0]),
      let payloadBytes = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
      let header = try? JSONDecoder().decode(Header.self, from: Data(headerBytes))
    else { throw .malformed }
    guard header.alg == "HS256", header.crit == nil else { throw .algorithm }
    // Nothing of the payload is believed before this line.
    guard
      HMACSHA256.isValid(signature, of: Array("\(parts[0]).\(parts[1])".utf8), key: secret)
    else { throw .signature }
    guard let payload = try? JSONDecoder().decode(Payload.self, from: Data(payloadBytes)) else {
      throw .claims
    }
    guard payload.exp > now else { throw .expired }
    guard payload.iss == issuer, payload.aud == audience, !payload.sub.isEmpty else {
      throw .claims
    }
    return Claims(
      issuer: payload.iss, audience: payload.aud, subject: payload.sub, expiresAt: payload.exp,
      issuedAt: payload.iat, role: payload.role, sessionID: payload.session_id,
      email: payload.email)
  }
}
