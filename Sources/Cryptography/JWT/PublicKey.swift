import COpenSSL

/// An RSA or P-256 public key of OpenSSL.
///
/// `@unchecked Sendable`: the key is complete when `init` returns and never written again; OpenSSL
/// counts references atomically and every verification has a context of its own. The object owns
/// the pointer until `deinit`.
final class PublicKey: @unchecked Sendable {
  /// The two kinds accepted.
  enum Kind: Sendable {
    case rsa
    case p256
  }

  let kind: Kind
  private let key: OpaquePointer

  /// - Parameter der: SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), and nothing after it.
  init(der: [UInt8]) throws(CryptoError) {
    let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var cursor = buffer.baseAddress
      guard let key = d2i_PUBKEY(nil, &cursor, buffer.count) else { return nil }
      guard let start = buffer.baseAddress, cursor == start + buffer.count else {
        EVP_PKEY_free(key)
        return nil
      }
      return key
    }
    // What OpenSSL said of it would stay in this thread's error queue.
    ERR_clear_error()
    guard let parsed else { throw CryptoError(code: .malformedKey) }
    guard let kind = Self.kind(of: parsed) else {
      EVP_PKEY_free(parsed)
      throw CryptoError(code: .malformedKey)
    }
    self.kind = kind
    key = parsed
  }

  /// - Parameter pem: one `PUBLIC KEY` block.
  convenience init(pem: String) throws(CryptoError) {
    let lines = pem.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace } }
      .filter { !$0.isEmpty }
    guard lines.count >= 3, lines.count < 200, lines.first == "-----BEGINPUBLICKEY-----",
      lines.last == "-----ENDPUBLICKEY-----",
      let der = Base64.decode(lines.dropFirst().dropLast().joined())
    else { throw CryptoError(code: .malformedKey) }
    try self.init(der: der)
  }

  /// An RSA key by its two numbers, big-endian.
  convenience init(modulus: [UInt8], exponent: [UInt8]) throws(CryptoError) {
    // 8192 bits: verifying costs the square of the length.
    guard modulus.count <= 1024, (1...8).contains(exponent.count) else {
      throw CryptoError(code: .malformedKey)
    }
    let numbers = DER.sequence(DER.integer(modulus) + DER.integer(exponent))
    try self.init(der: DER.sequence(DER.rsaAlgorithm + DER.bitString(numbers)))
  }

  /// A P-256 key by its point, 32 bytes each.
  convenience init(x: [UInt8], y: [UInt8]) throws(CryptoError) {
    guard x.count == 32, y.count == 32 else { throw CryptoError(code: .malformedKey) }
    try self.init(der: DER.sequence(DER.p256Algorithm + DER.bitString([4] + x + y)))
  }

  deinit { EVP_PKEY_free(key) }

  /// Whether `signature` is this key's over `bytes`: PKCS #1 1.5 for RSA, r and s of 32 bytes each
  /// for P-256 (RFC 7518, sections 3.3 and 3.4), both with SHA-256.
  func isValid(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
    var signature = signature
    if kind == .p256 {
      guard signature.count == 64 else { return false }
      signature = DER.sequence(
        DER.integer(Array(signature[..<32])) + DER.integer(Array(signature[32...])))
    }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }

  private static func kind(of key: OpaquePointer) -> Kind? {
    switch EVP_PKEY_get_base_id(key) {
    case EVP_PKEY_RSA:
      return EVP_PKEY_get_bits(key) >= 2048 ? .rsa : nil
    case EVP_PKEY_EC:
      var name = [CChar](repeating: 0, count: 64)
      guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return nil }
      let group = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return String(decoding: group, as: UTF8.self) == "prime256v1" ? .p256 : nil
    default: return nil
    }
  }
}
