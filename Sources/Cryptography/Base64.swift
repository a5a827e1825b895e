/// Base64 with padding (RFC 4648, section 4), as keys and file contents come.
package enum Base64 {
  /// The text of `bytes`, padded to a multiple of four.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text = Base64Alphabet.standard.encode(bytes)
    while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of `text`; nil for white space or any letter outside the alphabet, for wrong
  /// padding, or left-over bits that are not zero.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    guard text.utf8.count.isMultiple(of: 4) else { return nil }
    var letters = Array(text.utf8)
    for _ in 0..<2 where letters.last == UInt8(ascii: "=") { letters.removeLast() }
    return Base64Alphabet.standard.decode(letters)
  }
}
