import Cryptography
import Testing

@Suite struct Base64Tests {
  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ]) func matchesTheStandard(plain: String, coded: String) {
    let unpadded = String(coded.prefix { $0 != "=" })
    #expect(Base64.encode(Array(plain.utf8)) == coded)
    #expect(Base64.decode(coded) == Array(plain.utf8))
    #expect(Base64URL.encode(Array(plain.utf8)) == unpadded)
    #expect(Base64URL.decode(unpadded) == Array(plain.utf8))
  }

  @Test func everyLengthComesBack() throws {
    for count in 0..<200 {
      let bytes = try SecureRandom.bytes(count)
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
  }

  @Test func theAlphabetsDifferInTwoLetters() {
    #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
    #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
    #expect(Base64.decode("-_8=") == nil)
    #expect(Base64URL.decode("+/8") == nil)
  }

  @Test func urlTextOfAnotherSpellingIsRefused() {
    for text in [
      "A", "AAAAA", "AA==", "Zg=", " Zg", "Zg\n", "Z g", "Zé", "Zh", "Zm9", "Zm9v=", "\u{0}\u{0}",
    ] { #expect(Base64URL.decode(text) == nil) }
  }

  @Test func paddedTextOfAnotherSpellingIsRefused() {
    for text in [
      "Zg", "Zg=", "Zg===", "====", "=Zg=", "Z===", "Zg==\n", "Zh==", "Zm9=", "Zm 9", "Zm9v====",
    ] { #expect(Base64.decode(text) == nil) }
  }
}

@Suite struct HexadecimalTests {
  @Test func goesBothWays() {
    #expect(Hexadecimal.encode([0, 0x0f, 0xa5, 0xff]) == "000fa5ff")
    #expect(Hexadecimal.decode("000fa5ff") == [0, 0x0f, 0xa5, 0xff])
    #expect(Hexadecimal.decode("A5Ff") == [0xa5, 0xff])
    #expect(Hexadecimal.decode("") == [])
  }

  @Test(arguments: ["a", "0g", "0x", " 0", "é", "00 "]) func refusesOtherLetters(text: String) {
    #expect(Hexadecimal.decode(text) == nil)
  }
}
