import Cryptography
import Testing

@Suite struct JWTVerifierTests {
  private typealias Fixtures = TokenFixtures

  private func refusal(
    _ token: String, _ keys: [JWTKey], now: Int64 = Fixtures.now, leeway: Int64 = 0
  ) -> JWTError? {
    do throws(JWTError) {
      _ = try TokenFixtures.verifier(keys, leeway: leeway).verify(token, now: now)
      return nil
    } catch { return error }
  }

  @Test func acceptsWhatTheSignerMade() throws {
    let token = try JWTSigner(secret: Fixtures.secret).sign(Fixtures.claims)
    let verifier = Fixtures.verifier([try JWTKey(secret: Fixtures.secret)])
    #expect(try verifier.verify(token, now: Fixtures.now) == Fixtures.claims)
  }

  @Test func acceptsRSAAndP256SignaturesOfAnotherProgram() throws {
    let keys = [
      try JWTKey(pem: Fixtures.rsaPEM, id: "rsa-1"), try JWTKey(pem: Fixtures.ecPEM, id: "ec-1"),
    ]
    #expect(keys.map(\.algorithm) == [.rs256, .es256])
    let verifier = Fixtures.verifier(keys)
    for (header, signature) in [
      (Fixtures.rsaHeader, Fixtures.rsaSignature), (Fixtures.ecHeader, Fixtures.ecSignature),
    ] {
      let token = Fixtures.token(header, Fixtures.payload, signature: signature)
      #expect(try verifier.verify(token, now: Fixtures.now) == Fixtures.claims)
    }
  }

  /// RFC 7515, appendices A.1 to A.3. Their payload names neither audience nor subject, so a right
  /// signature shows as `claims` and a wrong one as `signature`.
  @Test(arguments: RFC7515.examples)
  func holdsTheSignaturesOfTheStandard(example: RFC7515.Example) throws {
    let key = try example.key()
    #expect(key.algorithm.rawValue == example.algorithm)
    #expect(refusal(example.token, [key], now: 1_300_819_379) == .claims)
    var parts = example.token.split(separator: ".").map(String.init)
    parts[1] = Base64URL.encode(Array(#"{"iss":"eve","exp":1300819380}"#.utf8))
    #expect(refusal(parts.joined(separator: "."), [key], now: 1_300_819_379) == .signature)
  }

  @Test func oneOfSeveralKeysIsEnough() throws {
    let old = try SecureRandom.bytes(32)
    let keys = [try JWTKey(secret: Fixtures.secret), try JWTKey(secret: old)]
    #expect(refusal(Fixtures.hmacToken(secret: old), keys) == nil)
    #expect(refusal(Fixtures.hmacToken(secret: old), [keys[0]]) == .signature)
  }

  @Test func aTokenThatNamesItsKeyIsCheckedWithThatOneOnly() throws {
    let other = try SecureRandom.bytes(32)
    let named = [
      try JWTKey(secret: Fixtures.secret, id: "a"), try JWTKey(secret: other, id: "b"),
    ]
    let forB = Fixtures.hmacToken(header: #"{"alg":"HS256","kid":"b"}"#)
    #expect(refusal(forB, named) == .signature)
    let forA = Fixtures.hmacToken(header: #"{"alg":"HS256","kid":"a"}"#)
    #expect(refusal(forA, named) == nil)
    let forNobody = Fixtures.hmacToken(header: #"{"alg":"HS256","kid":"c"}"#)
    #expect(refusal(forNobody, named) == .unknownKey)
    // A key without a name may be meant by any.
    #expect(refusal(forNobody, named + [try JWTKey(secret: Fixtures.secret)]) == nil)
  }

  @Test func theLifeOfATokenEndsWithTheSecondItNames() throws {
    let keys = [try JWTKey(secret: Fixtures.secret)]
    let token = Fixtures.hmacToken()
    #expect(refusal(token, keys, now: Fixtures.expiresAt - 1) == nil)
    #expect(refusal(token, keys, now: Fixtures.expiresAt) == .expired)
    #expect(refusal(token, keys, now: Fixtures.expiresAt + 29, leeway: 30) == nil)
    #expect(refusal(token, keys, now: Fixtures.expiresAt + 30, leeway: 30) == .expired)
  }

  @Test(
    arguments: [
      // Claims that are enough.
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":1900003600}"#, nil),
      (#"{"iss":"ISS","aud":["x","authenticated"],"sub":"u","exp":1900003600}"#, nil),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":1900003600.5,"more":{"a":[1]}}"#, nil),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":1900003600,"nbf":1900000001}"#, nil),
      // Claims that are missing, of another kind, or not as required.
      (#"{"aud":"authenticated","sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":"https://eve.example","aud":"authenticated","sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":["ISS"],"aud":"authenticated","sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":"anon","sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":[],"sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":{"authenticated":1},"sub":"u","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":"","exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":7,"exp":1900003600}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u"}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":"1900003600"}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":null}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":1e300}"#, .claims),
      (#"{"iss":"ISS","aud":"authenticated","sub":"u","exp":-1}"#, .expired),
      (
        #"{"iss":"ISS","aud":"authenticated","sub":"u","exp":1900003600,"nbf":1900000002}"#, .claims
      ),
      (#"["iss"]"#, .claims), ("", .claims), ("null", .claims), ("{", .claims),
    ] as [(String, JWTError?)])
  func requiresItsClaims(payload: String, expected: JWTError?) throws {
    let payload = payload.replacing("ISS", with: Fixtures.issuer)
    let token = Fixtures.hmacToken(payload: payload)
    #expect(refusal(token, [try JWTKey(secret: Fixtures.secret)]) == expected)
  }

  @Test func shortSecretsAreRefused() throws {
    let short = [UInt8](repeating: 1, count: 31)
    #expect(throws: CryptoError(code: .malformedKey)) { try JWTKey(secret: short) }
    #expect(throws: CryptoError(code: .malformedKey)) { try JWTSigner(secret: short) }
  }

  @Test func keysOfOtherKindsAndSizesAreRefused() {
    for pem in [
      "", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "no key at all",
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
      Fixtures.rsa1024PEM, Fixtures.p384PEM, Fixtures.ed25519PEM,
      Fixtures.ecPEM.replacing("PUBLIC", with: "PRIVATE"), String(Fixtures.rsaPEM.dropLast(30)),
    ] {
      #expect(throws: CryptoError(code: .malformedKey)) { try JWTKey(pem: pem) }
    }
  }
}
