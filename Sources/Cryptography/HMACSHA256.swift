import COpenSSL

/// HMAC with SHA-256 (RFC 2104) by OpenSSL.
package enum HMACSHA256 {
  /// The 32-byte code of `bytes` under `key`; empty only where OpenSSL has no memory, which no
  /// comparison below accepts.
  package static func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard
      let keyLength = Int32(exactly: key.count),
      HMAC(EVP_sha256(), key, keyLength, bytes, bytes.count, &code, &length) != nil
    else { return [] }
    return Array(code[..<Int(length)])
  }

  /// Whether `code` is the code of `bytes`, compared in constant time.
  package static func isValid(_ code: [UInt8], of bytes: [UInt8], key: [UInt8]) -> Bool {
    let right = authenticate(bytes, key: key)
    return !right.isEmpty && ConstantTime.equal(code, right)
  }
}
