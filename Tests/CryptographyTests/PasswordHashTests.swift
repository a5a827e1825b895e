import Cryptography
import Testing

@Suite struct ScryptTests {
  /// RFC 7914, section 12, without the one that takes a gigabyte.
  @Test(
    arguments: [
      (
        "", "", [4, 1, 1],
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
          + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
      ),
      (
        "password", "NaCl", [10, 8, 16],
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
          + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
      ),
      (
        "pleaseletmein", "SodiumChloride", [14, 8, 1],
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
          + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
      ),
    ] as [(String, String, [UInt64], String)])
  func matchesTheStandard(secret: String, salt: String, cost: [UInt64], derived: String) throws {
    let cost = try Scrypt.Cost(logN: cost[0], blockSize: cost[1], parallelism: cost[2])
    let bytes = try Scrypt.derive(
      Array(secret.utf8), salt: Array(salt.utf8), cost: cost, length: 64)
    #expect(Hexadecimal.encode(bytes) == derived)
  }
}

@Suite struct PasswordHashTests {
  private func cheap() throws -> Scrypt.Cost {
    try Scrypt.Cost(logN: 4, blockSize: 1, parallelism: 1)
  }

  @Test func verifiesItsOwnPasswordOnly() throws {
    let stored = try PasswordHash.make("Été à la mer", cost: cheap())
    #expect(try PasswordHash.verify("Été à la mer", stored))
    for wrong in ["", "été à la mer", "Été à la mer ", "Été à la me"] {
      #expect(try !PasswordHash.verify(wrong, stored))
    }
  }

  @Test func theStandardCostIsTheOneOfTheProduct() throws {
    let stored = try PasswordHash.make("correct horse battery")
    #expect(stored.hasPrefix("$scrypt$ln=14,r=8,p=5$"))
    #expect(try PasswordHash.verify("correct horse battery", stored))
  }

  @Test func anUnmatchableHashCostsAsMuchAsOthersAndFitsNothing() throws {
    let hashes = [try PasswordHash.unmatchable(), try PasswordHash.unmatchable()]
    #expect(hashes[0] != hashes[1])
    #expect(hashes[0].hasPrefix("$scrypt$ln=14,r=8,p=5$"))
    #expect(try !PasswordHash.verify("", hashes[0]))
  }

  @Test func everyHashHasASaltOfItsOwn() throws {
    let hashes = try (0..<20).map { _ in try PasswordHash.make("same", cost: cheap()) }
    #expect(Set(hashes).count == 20)
  }

  @Test func readsAHashWithItsOwnCost() throws {
    let cost = try Scrypt.Cost(logN: 5, blockSize: 2, parallelism: 3)
    let stored = try PasswordHash.make("secret", cost: cost)
    #expect(stored.hasPrefix("$scrypt$ln=5,r=2,p=3$"))
    #expect(try PasswordHash.verify("secret", stored))
    #expect(try !PasswordHash.verify("secret", stored.replacing("ln=5", with: "ln=6")))
  }

  /// A changed row must fail, and quickly: never be a password, never cost a gigabyte.
  @Test(arguments: [
    "", "x", "$scrypt$ln=14,r=8,p=5$c2FsdA", "$2b$12$abcdefghijklmnopqrstuv",
    "$scrypt$ln=14,r=8,p=5$c2FsdA$", "$scrypt$ln=30,r=8,p=5$c2FsdA$HASH",
    "$scrypt$ln=14,r=8,p=99999$c2FsdA$HASH", "$scrypt$ln=14,r=0,p=5$c2FsdA$HASH",
    "$scrypt$ln=14,r=8$c2FsdA$HASH", "$scrypt$ln=-1,r=8,p=5$c2FsdA$HASH",
    "$scrypt$ln=14,r=8,p=5,x=1$c2FsdA$HASH", "$scrypt$ln=14,r=8,p=5$c2F dA$HASH",
    "x$scrypt$ln=14,r=8,p=5$c2FsdA$HASH",
  ]) func refusesWhatIsNoHashOfOurs(template: String) {
    let hash = Base64URL.encode([UInt8](repeating: 7, count: 32))
    #expect(throws: CryptoError(code: .malformedHash)) {
      try PasswordHash.verify("secret", template.replacing("HASH", with: hash))
    }
  }
}
