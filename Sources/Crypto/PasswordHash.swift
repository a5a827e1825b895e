import COpenSSL

/// Passwords kept as scrypt (RFC 7914) with a salt of their own, as text that names its parameters:
/// `$scrypt$ln=14,r=8,p=5$salt$hash`.
///
/// One hash takes about 16 MiB and some 100 ms of a core on purpose: callers bound how many run at
/// once and keep them off event loops.
package enum PasswordHash {
  private static let cost: UInt64 = 14
  private static let blockSize: UInt64 = 8
  private static let parallelism: UInt64 = 5
  private static let length = 32

  /// A new hash with a fresh salt.
  package static func make(_ password: String) throws(CryptoError) -> String {
    let salt = try SecureRandom.bytes(16)
    let hash = try derive(
      password, salt: salt, cost: cost, blockSize: blockSize, parallelism: parallelism)
    return "$scrypt$ln=\(cost),r=\(blockSize),p=\(parallelism)"
      + "$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
  }

  /// Whether `password` is the one of `stored`; throws where `stored` is no hash of ours.
  package static func verify(_ password: String, _ stored: String) throws(CryptoError) -> Bool {
    let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[1] == "scrypt", let salt = Base64URL.decode(parts[3]),
      let hash = Base64URL.decode(parts[4])
    else { throw CryptoError(code: .malformedHash) }
    var numbers: [Substring: UInt64] = [:]
    for pair in parts[2].split(separator: ",") {
      let sides = pair.split(separator: "=")
      if sides.count == 2 { numbers[sides[0]] = UInt64(sides[1]) }
    }
    // Bounds, so that a row cannot make a check cost a gigabyte.
    guard let cost = numbers["ln"], let blockSize = numbers["r"], let parallelism = numbers["p"],
      (10...17).contains(cost), (1...16).contains(blockSize), (1...16).contains(parallelism)
    else { throw CryptoError(code: .malformedHash) }
    let derived = try derive(
      password, salt: salt, cost: cost, blockSize: blockSize, parallelism: parallelism)
    return ConstantTime.equal(derived, hash)
  }

  private static func derive(
    _ password: String, salt: [UInt8], cost: UInt64, blockSize: UInt64, parallelism: UInt64
  ) throws(CryptoError) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: length)
    let bytes = Array(password.utf8)
    // OpenSSL refuses more than 32 MiB unless told; 128·N·r plus its own buffers.
    let memory = 256 * (UInt64(1) << cost) * blockSize + (1 << 20)
    let status = bytes.withUnsafeBufferPointer { password in
      // The C signature has `const char *`; the bytes are the same.
      password.withMemoryRebound(to: CChar.self) { password in
        EVP_PBE_scrypt(
          password.baseAddress, password.count, salt, salt.count, UInt64(1) << cost, blockSize,
          parallelism, memory, &hash, hash.count)
      }
    }
    guard status == 1 else { throw CryptoError(code: .derivationFailed) }
    return hash
  }
}
