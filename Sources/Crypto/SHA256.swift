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

/// HMAC with SHA-256 (RFC 2104) by OpenSSL.
package enum HMACSHA256 {
  /// The 32-byte code of `bytes` under `key`; empty only where OpenSSL has no memory, which no
  /// comparison below accepts.
  package static func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard
      HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &length) != nil
    else { return [] }
    return Array(code[..<Int(length)])
  }

  /// Whether `code` is the code of `bytes`, compared in constant time.
  package static func isValid(_ code: [UInt8], of bytes: [UInt8], key: [UInt8]) -> Bool {
    let right = authenticate(bytes, key: key)
    return !right.isEmpty && ConstantTime.equal(code, right)
  }
}

/// Comparisons whose duration tells nothing of where two secrets differ.
package enum ConstantTime {
  /// Whether both are the same; the length alone may show.
  package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
  }
}

/// Random bytes of the operating system's generator, through OpenSSL.
package enum SecureRandom {
  /// `count` bytes; throws where the generator fails.
  package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw CryptoError(code: .noRandomness) }
    return bytes
  }
}

/// Why a cryptographic operation failed.
package struct CryptoError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The closed list of causes.
  package enum Code: String, Sendable {
    case noRandomness = "no_randomness"
    case derivationFailed = "derivation_failed"
    case malformedKey = "malformed_key"
    case malformedHash = "malformed_hash"
  }

  package let code: Code

  package var description: String { "crypto: \(code.rawValue)" }
}
