/// The keyed hash under which a user appears in logs.
package enum UserHash {
  /// Sixteen hexadecimal digits of the HMAC of a user's id, which the caller computes.
  ///
  /// Eight bytes tell users of one log apart and say nothing without the key.
  package static func make(userID: String, hmac: ([UInt8]) -> [UInt8]) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(16)
    for byte in hmac(Array(userID.utf8)).prefix(8) {
      digits.append(Hex.digit(byte >> 4))
      digits.append(Hex.digit(byte & 0xf))
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
