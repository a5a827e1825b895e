/// A key that tokens are verified with. It has one algorithm, which no token can change: that is
/// why an RSA key's public text never works as an HMAC secret.
package struct JWTKey: Sendable {
  /// The algorithms accepted (RFC 7518, section 3.1).
  package enum Algorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case rs256 = "RS256"
    case es256 = "ES256"
  }

  private enum Material: Sendable {
    case secret([UInt8])
    case publicKey(PublicKey)
  }

  static let secretBytesMin = 32

  /// `kid`, where the key has a name.
  package let id: String?
  /// The only algorithm this key is used with.
  package let algorithm: Algorithm
  private let material: Material

  /// HS256. Fewer than 32 bytes are refused (RFC 7518, section 3.2).
  package init(secret: [UInt8], id: String? = nil) throws(CryptoError) {
    guard secret.count >= Self.secretBytesMin else { throw CryptoError(code: .malformedKey) }
    self.id = id
    algorithm = .hs256
    material = .secret(secret)
  }

  /// RS256 for an RSA key of 2048 bits at least, ES256 for one on P-256; others are refused.
  /// - Parameter pem: `-----BEGIN PUBLIC KEY-----` and so on (RFC 7468, section 13).
  package init(pem: String, id: String? = nil) throws(CryptoError) {
    try self.init(PublicKey(pem: pem), id: id)
  }

  init(_ key: PublicKey, id: String?) {
    self.id = id
    switch key.kind {
    case .rsa: algorithm = .rs256
    case .p256: algorithm = .es256
    }
    material = .publicKey(key)
  }

  /// Whether `signature` is this key's over `bytes`.
  func isValid(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
    switch material {
    case .secret(let secret): HMACSHA256.isValid(signature, of: bytes, key: secret)
    case .publicKey(let key): key.isValid(signature, of: bytes)
    }
  }
}
