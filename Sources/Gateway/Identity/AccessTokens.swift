import Cryptography
import FoundationEssentials
import Synchronization
import Telemetry

/// Signs and checks the access tokens of built-in identity: JWTs under a key derived from the
/// secret key, so that no other use of that key can make one.
final class AccessTokens: Sendable {
  /// Sessions remembered, twice: checking one anew costs 30 µs, half of what a whole request may.
  private static let rememberedMax = 8192
  static let role = "authenticated"
  private static let audience = "authenticated"

  /// A token's SHA-256.
  private struct Digest: Hashable {
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ token: String) {
      let hash = SHA256.hash(Array(token.utf8))
      func word(_ index: Int) -> UInt64 {
        hash[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
      }
      words = (word(0), word(1), word(2), word(3))
    }

    static func == (one: Digest, other: Digest) -> Bool { one.words == other.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
  }

  /// Good tokens in two generations: when the young one is full it becomes the old one, so that
  /// what is in use stays and memory is bounded.
  private struct Remembered {
    var young: [Digest: Session] = [:]
    var old: [Digest: Session] = [:]
  }

  private let signer: JWTSigner
  private let verifier: JWTVerifier
  private let issuer: String
  private let remembered = Mutex(Remembered())

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
    guard token.utf8.count <= JWTVerifier.tokenBytesMax else { throw .invalidToken(.malformed) }
    let digest = Digest(token)
    let known = remembered.withLock { $0.young[digest] ?? $0.old[digest] }
    if let known {
      guard known.expiresAt > now else { throw .invalidToken(.expired) }
      return known
    }
    let session = try verify(token, now: now)
    remembered.withLock {
      if $0.young.count >= Self.rememberedMax {
        $0.old = $0.young
        $0.young = [:]
      }
      $0.young[digest] = session
    }
    return session
  }

  private func verify(_ token: String, now: Int64) throws(IdentityError) -> Session {
    let claims: JWTClaims
    do { claims = try verifier.verify(token, now: now) } catch {
      throw .invalidToken(Self.reason(error))
    }
    guard claims.role == Self.role, UUID(uuidString: claims.subject) != nil,
      let sessionID = claims.sessionID, UUID(uuidString: sessionID) != nil,
      let email = claims.email
    else { throw .invalidToken(.claims) }
    return Session(
      userID: claims.subject, sessionID: sessionID, email: email, expiresAt: claims.expiresAt)
  }

  private static func reason(_ error: JWTError) -> AuthenticationFailureReason {
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
