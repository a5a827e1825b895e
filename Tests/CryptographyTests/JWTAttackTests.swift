import Cryptography
import Testing

/// Tokens that somebody made to be let in.
@Suite struct JWTAttackTests {
  private typealias Fixtures = TokenFixtures

  private func keys() throws -> [JWTKey] {
    [
      try JWTKey(pem: Fixtures.rsaPEM, id: "rsa-1"), try JWTKey(pem: Fixtures.ecPEM, id: "ec-1"),
      try JWTKey(secret: Fixtures.secret, id: "hmac-1"),
    ]
  }

  private func refusal(_ token: String, _ keys: [JWTKey]? = nil) throws -> JWTError? {
    let verifier = Fixtures.verifier(try keys ?? self.keys())
    do throws(JWTError) {
      _ = try verifier.verify(token, now: Fixtures.now)
      return nil
    } catch { return error }
  }

  @Test(arguments: ["none", "None", "NONE", "nOnE", "", "HS512", "hs256", "RS512", "PS256"])
  func otherAlgorithmsFindNoKey(algorithm: String) throws {
    for signature in ["", "AAAA", Fixtures.rsaSignature] {
      let token = Fixtures.token(
        #"{"alg":"\#(algorithm)","typ":"JWT"}"#, Fixtures.payload, signature: signature)
      #expect(try refusal(token) == .algorithm)
    }
  }

  /// The public key is known to everybody; as an HMAC secret it would open the door.
  @Test func theTextOfAPublicKeyIsNoSecret() throws {
    let pem = Fixtures.rsaPEM
    for text in [pem, pem + "\n", pem.replacing("\n", with: "\r\n")] {
      for kid in [#","kid":"rsa-1""#, ""] {
        let token = Fixtures.hmacToken(
          header: #"{"alg":"HS256"\#(kid)}"#, secret: Array(text.utf8))
        let publicOnly = [try JWTKey(pem: pem, id: "rsa-1")]
        #expect(try refusal(token, publicOnly) == .algorithm)
        #expect(try refusal(token) == (kid.isEmpty ? .signature : .algorithm))
      }
    }
  }

  @Test func aHeaderCannotGiveOneKeyTheAlgorithmOfAnother() throws {
    for (kid, algorithm) in [
      ("rsa-1", "ES256"), ("rsa-1", "HS256"), ("ec-1", "RS256"), ("hmac-1", "RS256"),
    ] {
      let token = Fixtures.token(
        #"{"alg":"\#(algorithm)","kid":"\#(kid)"}"#, Fixtures.payload,
        signature: Fixtures.rsaSignature)
      #expect(try refusal(token) == .algorithm)
    }
  }

  @Test(arguments: [
    #"["exp"]"#, #"["b64"]"#, "[]", "null", #""exp""#, "{}", "7",
  ]) func extensionsNobodyUnderstandsAreRefused(crit: String) throws {
    let header = #"{"alg":"HS256","kid":"hmac-1","b64":true,"crit":\#(crit)}"#
    #expect(try refusal(Fixtures.hmacToken(header: header)) == .algorithm)
  }

  @Test func keysThatTheTokenBringsAlongAreNotLookedAt() throws {
    let evil = try SecureRandom.bytes(32)
    let header = """
      {"alg":"HS256","jwk":{"kty":"oct","k":"\(Base64URL.encode(evil))"},\
      "jku":"https://eve.example/keys","x5u":"https://eve.example/cert"}
      """
    #expect(try refusal(Fixtures.hmacToken(header: header, secret: evil)) == .signature)
  }

  @Test func noBitOfATokenCanBeChanged() throws {
    let keys = [try JWTKey(secret: Fixtures.secret)]
    let token = Array(Fixtures.hmacToken().utf8)
    #expect(try refusal(String(decoding: token, as: UTF8.self), keys) == nil)
    for index in token.indices {
      var changed = token
      changed[index] = token[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(try refusal(String(decoding: changed, as: UTF8.self), keys) != nil)
      #expect(try refusal(String(decoding: token[..<index], as: UTF8.self), keys) != nil)
    }
  }

  @Test func noBitOfAnAsymmetricSignatureCanBeChanged() throws {
    for (header, signature) in [
      (Fixtures.rsaHeader, Fixtures.rsaSignature), (Fixtures.ecHeader, Fixtures.ecSignature),
    ] {
      let bytes = try #require(Base64URL.decode(signature))
      for index in stride(from: 0, to: bytes.count, by: 5) {
        var changed = bytes
        changed[index] ^= 0x10
        for signature in [changed, Array(bytes[..<index]), bytes + [0]] {
          let token = Fixtures.token(
            header, Fixtures.payload, signature: Base64URL.encode(signature))
          #expect(try refusal(token) == .signature)
        }
      }
    }
  }

  /// Verifiers that skip the range check take r = s = 0 for any message (CVE-2022-21449).
  @Test func anAllZeroSignatureIsNone() throws {
    let zeros = Base64URL.encode([UInt8](repeating: 0, count: 64))
    let token = Fixtures.token(Fixtures.ecHeader, Fixtures.payload, signature: zeros)
    #expect(try refusal(token) == .signature)
  }

  @Test func aSignatureInDERIsNone() throws {
    let raw = try #require(Base64URL.decode(Fixtures.ecSignature))
    let der: [UInt8] = [0x30, 68, 2, 32] + raw[..<32] + [2, 32] + raw[32...]
    let token = Fixtures.token(
      Fixtures.ecHeader, Fixtures.payload, signature: Base64URL.encode(der))
    #expect(try refusal(token) == .signature)
  }

  @Test func whatIsNoTokenIsMalformed() throws {
    let good = Fixtures.hmacToken()
    let parts = good.split(separator: ".").map(String.init)
    let header = Base64URL.encode(Array(#"{"typ":"JWT"}"#.utf8))
    let number = Base64URL.encode(Array(#"{"alg":7}"#.utf8))
    let text = Base64URL.encode(Array("not json".utf8))
    for token in [
      "", ".", "..", "...", "a.b", good + ".", "." + good, good + "=", good + "\n", " " + good,
      good.replacing(".", with: ".."), parts[0] + "." + parts[1],
      "\(parts[0])=.\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1])\u{0}.\(parts[2])",
      "\(header).\(parts[1]).\(parts[2])", "\(number).\(parts[1]).\(parts[2])",
      "\(text).\(parts[1]).\(parts[2])", ".\(parts[1]).\(parts[2])",
      good.replacing(".", with: "．"),
    ] { #expect(try refusal(token) == .malformed, "\(token)") }
  }

  @Test func aTokenTooLongIsNotRead() throws {
    let keys = [try JWTKey(secret: Fixtures.secret)]
    func token(padding: Int) -> String {
      let padded =
        Fixtures.payload.dropLast() + #","pad":""#
        + String(repeating: "x", count: padding) + #""}"#
      return Fixtures.hmacToken(payload: String(padded))
    }
    #expect(try refusal(token(padding: 5000), keys) == nil)
    #expect(try refusal(token(padding: 7000), keys) == .malformed)
    #expect(try refusal(String(repeating: "a.", count: 5_000_000), keys) == .malformed)
  }

  @Test func deeplyNestedJSONIsRefusedAndNoCrash() throws {
    let nested = String(repeating: "[", count: 3000)
    let token = Fixtures.hmacToken(payload: #"{"a":\#(nested)"#)
    #expect(try refusal(token, [try JWTKey(secret: Fixtures.secret)]) == .claims)
    #expect(
      try refusal(Fixtures.token(nested, Fixtures.payload, signature: "AAAA")) == .malformed)
  }
}
