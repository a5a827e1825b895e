import FoundationEssentials

/// The keys of an issuer as it publishes them (RFC 7517): `{"keys":[…]}`.
package struct JSONWebKeySet: Sendable {
  /// Keys that verify signatures and are of a kind we accept; at most `JWTVerifier.keysMax`.
  package let keys: [JWTKey]

  private struct Document: Decodable {
    var keys: [Entry]
  }

  private struct Entry: Decodable {
    var kty: String?
    var kid: String?
    var use: String?
    var alg: String?
    var crv: String?
    var n: String?
    var e: String?
    var x: String?
    var y: String?
  }

  /// Reads the document; a key of another kind or for another use is left out, as the RFC asks
  /// (section 5), and so is one that is broken: it must not take the good ones with it.
  /// - Throws: `malformedKey` where the document itself cannot be read.
  package init(json: [UInt8]) throws(CryptoError) {
    guard json.count <= 65_536,
      let document = try? JSONDecoder().decode(Document.self, from: Data(json))
    else { throw CryptoError(code: .malformedKey) }
    keys = Array(document.keys.lazy.compactMap(Self.key).prefix(JWTVerifier.keysMax))
  }

  /// Symmetric keys (`oct`) have no place in a published set, and are left out like any other kind.
  private static func key(_ entry: Entry) -> JWTKey? {
    guard entry.use ?? "sig" == "sig" else { return nil }
    let key: PublicKey?
    switch entry.kty {
    case "RSA":
      guard let n = entry.n.flatMap({ Base64URL.decode($0) }),
        let e = entry.e.flatMap({ Base64URL.decode($0) })
      else { return nil }
      key = try? PublicKey(modulus: n, exponent: e)
    case "EC":
      guard entry.crv == "P-256", let x = entry.x.flatMap({ Base64URL.decode($0) }),
        let y = entry.y.flatMap({ Base64URL.decode($0) })
      else { return nil }
      key = try? PublicKey(x: x, y: y)
    default: return nil
    }
    guard let key else { return nil }
    let verifier = JWTKey(key, id: entry.kid)
    return entry.alg ?? verifier.algorithm.rawValue == verifier.algorithm.rawValue ? verifier : nil
  }
}
