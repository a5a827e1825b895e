import COpenSSL

/// SHA-256 (FIPS 180-4) by OpenSSL.
package enum SHA256 {
  /// The 32-byte digest of `bytes`.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    // OpenSSL reads `bytes` and writes 32 bytes to `digest` during the call only.
    _ = COpenSSL.SHA256(bytes, bytes.count, &digest)
    return digest
  }
}

/// SHA-256 of bytes that come in pieces. For one task at a time.
package final class SHA256Digest {
  // Ours from `init` to `deinit`; nil only where OpenSSL has no memory.
  private let context: OpaquePointer?
  private var isGood: Bool

  package init() {
    context = EVP_MD_CTX_new()
    isGood = context != nil && EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes further bytes.
  package func update(_ bytes: [UInt8]) {
    guard isGood else { return }
    // OpenSSL reads `bytes` during the call only.
    isGood = EVP_DigestUpdate(context, bytes, bytes.count) == 1
  }

  /// The 32 bytes, once; empty only where OpenSSL failed, or the second time.
  package func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard isGood, EVP_DigestFinal_ex(context, &digest, &length) == 1 else { return [] }
    isGood = false
    return Array(digest[..<Int(length)])
  }
}
