/// Passwords kept as scrypt with a salt of their own, as text that names its cost:
/// `$scrypt$ln=14,r=8,p=5$salt$hash`.
///
/// One hash takes 16 MiB and some 200 ms of a core on purpose: callers bound how many run at once
/// and keep them off event loops.
package enum PasswordHash {
  private static let length = 32

  /// A new hash with a fresh salt.
  package static func make(
    _ password: String, cost: Scrypt.Cost = .password
  ) throws(CryptoError) -> String {
    let salt = try SecureRandom.bytes(16)
    let hash = try Scrypt.derive(Array(password.utf8), salt: salt, cost: cost, length: length)
    return text(salt: salt, hash: hash, cost)
  }

  /// A hash that no password fits, and that takes as long to check as any other: for addresses
  /// without an account, whose logins must not be answered sooner.
  package static func unmatchable() throws(CryptoError) -> String {
    // 32 random bytes are the scrypt of a password with a chance of 2⁻²⁵⁶.
    text(salt: try SecureRandom.bytes(16), hash: try SecureRandom.bytes(length), .password)
  }

  /// Whether `password` is the one of `stored`, compared in constant time; throws where `stored` is
  /// no hash of ours.
  package static func verify(_ password: String, _ stored: String) throws(CryptoError) -> Bool {
    let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let salt = Base64URL.decode(parts[3]), let hash = Base64URL.decode(parts[4]),
      hash.count == length
    else { throw CryptoError(code: .malformedHash) }
    let cost = try cost(parts[2])
    return ConstantTime.equal(
      try Scrypt.derive(Array(password.utf8), salt: salt, cost: cost, length: length), hash)
  }

  private static func text(salt: [UInt8], hash: [UInt8], _ cost: Scrypt.Cost) -> String {
    "$scrypt$ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallelism)"
      + "$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
  }

  private static func cost(_ text: Substring) throws(CryptoError) -> Scrypt.Cost {
    var numbers: [Substring: UInt64] = [:]
    for pair in text.split(separator: ",") {
      let sides = pair.split(separator: "=", omittingEmptySubsequences: false)
      if sides.count == 2 { numbers[sides[0]] = UInt64(sides[1]) }
    }
    guard let logN = numbers["ln"], let blockSize = numbers["r"], let parallelism = numbers["p"],
      numbers.count == 3
    else { throw CryptoError(code: .malformedHash) }
    return try Scrypt.Cost(logN: logN, blockSize: blockSize, parallelism: parallelism)
  }
}
