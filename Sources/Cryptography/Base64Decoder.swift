/// Base64 with padding (RFC 4648, section 4) that comes in pieces of any size.
///
/// As strict as `Base64.decode`: no white space, no other letter, right padding at the end alone.
package struct Base64Decoder: Sendable {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, letter) in letters.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  private var word: UInt32 = 0
  /// Letters and paddings in the group of four under way.
  private var letters = 0
  private var paddings = 0
  private var isEnded = false

  package init() {}

  /// Appends the bytes of `text` to `bytes`; false where it is no Base64, after which the decoder
  /// is of no more use.
  package mutating func decode(_ text: some Sequence<UInt8>, into bytes: inout [UInt8]) -> Bool {
    for letter in text {
      if isEnded { return false }
      if letter == UInt8(ascii: "=") {
        guard letters + paddings >= 2 else { return false }
        paddings += 1
      } else {
        let value = Self.values[Int(letter)]
        guard value != 0xFF, paddings == 0 else { return false }
        word = word << 6 | UInt32(value)
        letters += 1
      }
      if letters + paddings == 4 {
        guard endGroup(&bytes) else { return false }
      }
    }
    return true
  }

  private mutating func endGroup(_ bytes: inout [UInt8]) -> Bool {
    switch paddings {
    case 0:
      bytes.append(UInt8(truncatingIfNeeded: word >> 16))
      bytes.append(UInt8(truncatingIfNeeded: word >> 8))
      bytes.append(UInt8(truncatingIfNeeded: word))
    case 1:
      guard word & 3 == 0 else { return false }
      bytes.append(UInt8(truncatingIfNeeded: word >> 10))
      bytes.append(UInt8(truncatingIfNeeded: word >> 2))
    default:
      guard word & 15 == 0 else { return false }
      bytes.append(UInt8(truncatingIfNeeded: word >> 4))
    }
    isEnded = paddings > 0
    (word, letters, paddings) = (0, 0, 0)
    return true
  }

  /// Nothing is left over.
  package var isComplete: Bool { letters == 0 && paddings == 0 }
}

/// Base64 with padding, written piece by piece.
package struct Base64Encoder: Sendable {
  private var rest: [UInt8] = []

  package init() {}

  /// Appends the letters of `bytes`, as far as they fill groups of three.
  package mutating func encode(_ bytes: [UInt8], into text: inout [UInt8]) {
    let whole = rest + bytes
    let count = whole.count / 3 * 3
    text.append(contentsOf: Base64Alphabet.standard.encode(Array(whole[..<count])))
    rest = Array(whole[count...])
  }

  /// Appends what is left, padded.
  package mutating func finish(into text: inout [UInt8]) {
    guard !rest.isEmpty else { return }
    text.append(contentsOf: Base64.encode(rest).utf8)
    rest = []
  }
}
