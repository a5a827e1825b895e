import Cryptography
import Testing

@Suite struct SHA256Tests {
  /// FIPS 180-4's examples, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]) func matchesTheStandard(message: String, digest: String) {
    #expect(Hexadecimal.encode(SHA256.hash(Array(message.utf8))) == digest)
  }
}

@Suite struct HMACSHA256Tests {
  /// RFC 4231, cases 1, 2, 3 and 6.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ]) func matchesTheStandard(key: [UInt8], message: [UInt8], code: String) {
    #expect(Hexadecimal.encode(HMACSHA256.authenticate(message, key: key)) == code)
  }

  @Test func acceptsOnlyTheWholeCode() {
    let (key, message): ([UInt8], [UInt8]) = ([1, 2, 3], [4, 5, 6])
    let code = HMACSHA256.authenticate(message, key: key)
    #expect(HMACSHA256.isValid(code, of: message, key: key))
    #expect(!HMACSHA256.isValid(Array(code.dropLast()), of: message, key: key))
    #expect(!HMACSHA256.isValid([], of: message, key: key))
    #expect(!HMACSHA256.isValid(code, of: message + [7], key: key))
    #expect(!HMACSHA256.isValid(code, of: message, key: [1, 2]))
    for index in code.indices {
      var wrong = code
      wrong[index] ^= 1
      #expect(!HMACSHA256.isValid(wrong, of: message, key: key))
    }
  }
}

@Suite struct ConstantTimeTests {
  @Test(
    arguments: [
      ([], [], true), ([1], [1], true), ([1], [2], false), ([1], [1, 2], false), ([0], [], false),
    ] as [([UInt8], [UInt8], Bool)])
  func comparesWhole(one: [UInt8], other: [UInt8], equal: Bool) {
    #expect(ConstantTime.equal(one, other) == equal)
  }
}

@Suite struct SecureRandomTests {
  @Test func givesTheCountAskedForAndNeverTheSame() throws {
    #expect(try SecureRandom.bytes(0).isEmpty)
    #expect(try SecureRandom.bytes(-1).isEmpty)
    let drawn = try (0..<100).map { _ in try SecureRandom.bytes(32) }
    #expect(Set(drawn).count == 100)
    #expect(drawn.allSatisfy { $0.count == 32 })
  }
}
