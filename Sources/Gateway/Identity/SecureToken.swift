import Cryptography

/// A refresh token: 32 random bytes, which the database knows by their hash alone.
struct SecureToken {
  let text: String
  let hash: [UInt8]

  static func make() throws(IdentityError) -> SecureToken {
    do {
      let bytes = try SecureRandom.bytes(32)
      return SecureToken(text: Base64URL.encode(bytes), hash: SHA256.hash(bytes))
    } catch { throw .crypto(error.description) }
  }

  /// The hash of a token that came in; nil where it cannot be one of ours.
  static func hash(of text: String) -> [UInt8]? {
    guard text.utf8.count == 43, let bytes = Base64URL.decode(text) else { return nil }
    return SHA256.hash(bytes)
  }
}
