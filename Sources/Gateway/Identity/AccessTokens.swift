import Cryptography
import FoundationEssentials
import Telemetry

/// Signs and checks the access tokens of built-in identity: JWTs under a key derived from the
/// secret key, so that no other use of that key can make one.
final class AccessTokens: Sendable {
  static let role = "authenticated"
  static let audience = "authenticated"

  private let signer: JWTSigner
  private let verifier: JWTVerifier
  private let issuer: String
  private let memory = SessionMemory()

  init(secretKey: [UInt8], previousSecretKey: [UInt8]?, issuer: String) throws {
    let secrets = ([secretKey] + [previousSecretKey].compactMap { $0 }).map {
      HMACSHA256.authenticate(Array("session-jwt".utf8), key: $0)
    }
    signer = try JWTSigner(secret: secrets[0])
    verifier = JWTVerifier(
      keys: try secrets.map { try JWTKey(secret: $0) }, issuer: issuer, audience: Self.audience)
    self.issuer = issuer
  }

  /// A token for a session; `now` and `expiresAt` in seconds since 1970.
  func sign(
    userID: String, sessionID: String, email: String, now: Int64, expiresAt: Int64
  ) throws(IdentityError) -> String {
    do {
      return try signer.sign(
        JWTClaims(
          issuer: issuer, audience: [Self.audience], subject: userID, expiresAt: expiresAt,
          issuedAt: now, role: Self.role, sessionID: sessionID, email: email))
    } catch { throw .crypto("token not signed: \(error)") }
  }

  /// The session of a token that is good at `now`, revoked or not.
  func session(of token: String, now: Int64) throws(IdentityError) -> Session {
    try memory.session(of: token, now: now) { (token) throws(IdentityError) in
      try verify(token, now: now)
    }
  }

  private func verify(_ token: String, now: Int64) throws(IdentityError) -> Session {
    let claims: JWTClaims
    do { claims = try verifier.verify(token, now: now) } catch {
      throw .invalidToken(Self.reason(error))
    }
    return try Self.session(claims)
  }

  /// The session that verified claims are about.
  static func session(_ claims: JWTClaims) throws(IdentityError) -> Session {
    guard claims.role == Self.role, let userID = UUID(uuidString: claims.subject),
      let sessionID = claims.sessionID.flatMap({ UUID(uuidString: $0) }),
      let email = claims.email, !email.isEmpty
    else { throw .invalidToken(.claims) }
    return Session(
      userID: userID.uuidString.lowercased(), sessionID: sessionID.uuidString.lowercased(),
      email: email, expiresAt: claims.expiresAt)
  }

  static func reason(_ error: JWTError) -> AuthenticationFailureReason {
    switch error {
    case .malformed: .malformed
    case .algorithm: .algorithm
    case .unknownKey: .unknownKey
    case .signature: .signature
    case .expired: .expired
    case .claims: .claims
    }
  }
}
