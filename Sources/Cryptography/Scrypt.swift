import COpenSSL

/// scrypt (RFC 7914) by OpenSSL: a derivation that costs memory as well as time.
package enum Scrypt {
  /// What one derivation costs: 128·N·r bytes of memory, and time in proportion to N·r·p.
  package struct Cost: Sendable, Equatable {
    /// N is two to this power.
    package let logN: UInt64
    /// r.
    package let blockSize: UInt64
    /// p.
    package let parallelism: UInt64

    /// Refused outside 2…17, 1…16, 1…16: a stored row cannot make a check cost a gigabyte.
    package init(logN: UInt64, blockSize: UInt64, parallelism: UInt64) throws(CryptoError) {
      guard (2...17).contains(logN), (1...16).contains(blockSize), (1...16).contains(parallelism)
      else { throw CryptoError(code: .malformedHash) }
      self.init(uncheckedLogN: logN, blockSize: blockSize, parallelism: parallelism)
    }

    private init(uncheckedLogN logN: UInt64, blockSize: UInt64, parallelism: UInt64) {
      self.logN = logN
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    /// For passwords: 16 MiB and some 200 ms of a core.
    package static let password = Cost(uncheckedLogN: 14, blockSize: 8, parallelism: 5)
  }

  /// `length` bytes from a secret and a salt.
  package static func derive(
    _ secret: [UInt8], salt: [UInt8], cost: Cost, length: Int
  ) throws(CryptoError) -> [UInt8] {
    var derived = [UInt8](repeating: 0, count: max(1, length))
    // OpenSSL refuses more than 32 MiB unless told; twice 128·N·r leaves room for its own buffers.
    let memory = 256 * (UInt64(1) << cost.logN) * cost.blockSize + (1 << 20)
    let status = secret.withUnsafeBufferPointer { secret in
      // The C signature has `const char *`; the bytes are the same.
      secret.withMemoryRebound(to: CChar.self) { secret in
        EVP_PBE_scrypt(
          secret.baseAddress, secret.count, salt, salt.count, UInt64(1) << cost.logN,
          cost.blockSize, cost.parallelism, memory, &derived, derived.count)
      }
    }
    guard status == 1 else { throw CryptoError(code: .derivationFailed) }
    return derived
  }
}
