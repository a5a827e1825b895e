/// Base64 with the URL alphabet and without padding (RFC 4648, section 5), as JWT uses it.
package enum Base64URL {
  /// The text of `bytes`.
  package static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: Base64Alphabet.url.encode(bytes), as: UTF8.self)
  }

  /// The bytes of `text`; nil for a letter outside the alphabet, padding, an impossible length, or
  /// left-over bits that are not zero.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    Base64Alphabet.url.decode(text.utf8)
  }
}
