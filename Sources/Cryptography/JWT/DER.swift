/// As much of DER (X.690) as it takes to write a public key or an ECDSA signature for OpenSSL.
enum DER {
  /// rsaEncryption with NULL parameters (RFC 3279, section 2.3.1).
  static let rsaAlgorithm: [UInt8] = sequence(
    value(6, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]) + value(5, []))

  /// id-ecPublicKey on secp256r1 (RFC 5480, section 2.1.1).
  static let p256Algorithm: [UInt8] = sequence(
    value(6, [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1])
      + value(6, [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]))

  static func sequence(_ content: [UInt8]) -> [UInt8] { value(0x30, content) }

  /// A non-negative integer, big-endian with any leading zeros.
  static func integer(_ bytes: [UInt8]) -> [UInt8] {
    var digits = Array(bytes.drop { $0 == 0 })
    // A set top bit would make it negative.
    if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
    return value(2, digits)
  }

  static func bitString(_ bytes: [UInt8]) -> [UInt8] { value(3, [0] + bytes) }

  private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    var rest = content.count
    if rest < 0x80 {
      length = [UInt8(rest)]
    } else {
      while rest > 0 {
        length.insert(UInt8(rest & 0xff), at: 0)
        rest >>= 8
      }
      length.insert(0x80 | UInt8(length.count), at: 0)
    }
    return [tag] + length + content
  }
}
