import COpenSSL

/// Random bytes of OpenSSL's generator, which the operating system seeds.
package enum SecureRandom {
  /// `count` bytes; throws where the generator fails.
  package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, count))
    guard let length = Int32(exactly: bytes.count), RAND_bytes(&bytes, length) == 1 else {
      throw CryptoError(code: .noRandomness)
    }
    return bytes
  }
}
