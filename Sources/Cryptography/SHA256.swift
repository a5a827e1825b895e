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
