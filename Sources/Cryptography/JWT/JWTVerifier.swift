import FoundationEssentials

/// Decides whether a JSON Web Token is good (RFC 7519, RFC 8725).
///
/// ```swift
/// let verifier = JWTVerifier(
///   keys: [try JWTKey(secret: secret)], issuer: "https://exemple.fr", audience: "authenticated")
/// let claims = try verifier.verify(token, now: seconds)
/// ```
///
/// Invariants:
/// - The algorithm belongs to the key. The header's `alg` is only compared: it can rule keys out,
///   and never chooses how one is used. So `none`, and HS256 signed with a public key, find no key.
/// - Nothing of the payload is read before the signature holds.
/// - `iss`, `aud`, `exp` and `sub` must be there and as required; `nbf` counts where present.
/// - A header that names critical extensions is refused, since none are understood.
/// - A token has one spelling: padding, white space and stray bits in its Base64 are refused.
/// - Work is bounded: `tokenBytesMax` bytes, `keysMax` keys.
package struct JWTVerifier: Sendable {
  /// Longest token looked at, in bytes.
  package static let tokenBytesMax = 8192
  /// Keys looked at; further ones are left out.
  package static let keysMax = 32

  private struct Header: Decodable {
    var alg: String
    var kid: String?
    var hasExtensions: Bool

    enum CodingKeys: String, CodingKey { case alg, kid, crit }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      alg = try container.decode(String.self, forKey: .alg)
      kid = try container.decodeIfPresent(String.self, forKey: .kid)
      // Present in whatever form, null and an empty list included (RFC 7515, section 4.1.11).
      hasExtensions = container.contains(.crit)
    }
  }

  private let keys: [JWTKey]
  private let issuer: String
  private let audience: String
  private let leeway: Int64

  /// - Parameters:
  ///   - keys: the current one first; those with a name are used for tokens that name them.
  ///   - leeway: seconds by which clocks may differ, for `exp` and `nbf`.
  package init(keys: [JWTKey], issuer: String, audience: String, leeway: Int64 = 0) {
    self.keys = Array(keys.prefix(Self.keysMax))
    self.issuer = issuer
    self.audience = audience
    self.leeway = max(0, leeway)
  }

  /// The claims of a token that is good at `now` (seconds since 1970).
  package func verify(_ token: String, now: Int64) throws(JWTError) -> JWTClaims {
    guard token.utf8.count <= Self.tokenBytesMax else { throw .malformed }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let headerBytes = Base64URL.decode(parts[0]),
      let payloadBytes = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
      let header = try? JSONDecoder().decode(Header.self, from: Data(headerBytes))
    else { throw .malformed }
    guard !header.hasExtensions else { throw .algorithm }
    let signed = Array(token.utf8.dropLast(parts[2].utf8.count + 1))
    let candidates = try candidates(for: header)
    guard candidates.contains(where: { $0.isValid(signature, of: signed) }) else {
      throw .signature
    }
    guard let payload = try? JSONDecoder().decode(JWTPayload.self, from: Data(payloadBytes)) else {
      throw .claims
    }
    return try claims(of: payload, now: now)
  }

  /// Keys of the name the token gives, or without a name; of them those of its algorithm.
  private func candidates(for header: Header) throws(JWTError) -> [JWTKey] {
    var named = keys
    if let kid = header.kid {
      named = keys.filter { $0.id == kid }
      if named.isEmpty { named = keys.filter { $0.id == nil } }
      if named.isEmpty { throw .unknownKey }
    }
    let fitting = named.filter { $0.algorithm.rawValue == header.alg }
    guard !fitting.isEmpty else { throw .algorithm }
    return fitting
  }

  private func claims(of payload: JWTPayload, now: Int64) throws(JWTError) -> JWTClaims {
    guard let expiresAt = payload.exp?.value else { throw .claims }
    guard expiresAt > now - leeway else { throw .expired }
    guard payload.iss == issuer, let audiences = payload.aud?.list, audiences.contains(audience),
      let subject = payload.sub, !subject.isEmpty,
      payload.nbf.map({ $0.value <= now + leeway }) ?? true
    else { throw .claims }
    return JWTClaims(
      issuer: issuer, audience: audiences, subject: subject, expiresAt: expiresAt,
      issuedAt: payload.iat?.value, role: payload.role, sessionID: payload.sessionID,
      email: payload.email)
  }
}
