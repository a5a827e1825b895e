/// The 64 letters of one of the two Base64 alphabets, both ways.
struct Base64Alphabet: Sendable {
  /// RFC 4648, section 4.
  static let standard = Base64Alphabet(last: "+/")
  /// RFC 4648, section 5.
  static let url = Base64Alphabet(last: "-_")

  private let letters: [UInt8]
  private let values: [Int8]

  private init(last: String) {
    letters = Array(
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last).utf8)
    var values = [Int8](repeating: -1, count: 256)
    for (value, letter) in letters.enumerated() { values[Int(letter)] = Int8(value) }
    self.values = values
  }

  /// The letters of `bytes`, without padding.
  func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let rest = bytes.count - index
      let word =
        UInt32(bytes[index]) << 16 | UInt32(rest > 1 ? bytes[index + 1] : 0) << 8
        | UInt32(rest > 2 ? bytes[index + 2] : 0)
      for position in 0..<min(4, rest + 1) {
        text.append(letters[Int(word >> UInt32(18 - 6 * position)) & 63])
      }
      index += 3
    }
    return text
  }

  /// The bytes of letters without padding; nil for a letter outside the alphabet, an impossible
  /// length, or left-over bits that are not zero, so that one value has one spelling.
  func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var word: UInt32 = 0
    var bits = 0
    for letter in text {
      let value = values[Int(letter)]
      guard value >= 0 else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    guard word & ((1 << UInt32(bits)) - 1) == 0 else { return nil }
    return bytes
  }
}
