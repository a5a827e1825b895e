import Cryptography
import Testing

@Suite struct JSONWebKeySetTests {
  private typealias Fixtures = TokenFixtures

  private let rsa =
    #"{"kty":"RSA","kid":"rsa-1","alg":"RS256","use":"sig","e":"AQAB","n":"\#(TokenFixtures.rsaModulus)"}"#
  private let ec =
    #"{"kty":"EC","kid":"ec-1","crv":"P-256","x":"\#(TokenFixtures.ecX)","y":"\#(TokenFixtures.ecY)"}"#

  private func keys(_ entries: [String]) throws -> [JWTKey] {
    let document = #"{"keys":[\#(entries.joined(separator: ","))]}"#
    return try JSONWebKeySet(json: Array(document.utf8)).keys
  }

  @Test func readsKeysThatVerify() throws {
    let keys = try keys([rsa, ec])
    #expect(keys.map(\.id) == ["rsa-1", "ec-1"])
    #expect(keys.map(\.algorithm) == [.rs256, .es256])
    let verifier = Fixtures.verifier(keys)
    for (header, signature) in [
      (Fixtures.rsaHeader, Fixtures.rsaSignature), (Fixtures.ecHeader, Fixtures.ecSignature),
    ] {
      let token = Fixtures.token(header, Fixtures.payload, signature: signature)
      #expect(try verifier.verify(token, now: Fixtures.now).subject == Fixtures.subject)
    }
  }

  @Test func leavesOutWhatItCannotUse() throws {
    let unusable = [
      // Other kinds and uses; a symmetric key in a published set is no secret.
      #"{"kty":"oct","kid":"o","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
      #"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, "{}",
      rsa.replacing(#""use":"sig""#, with: #""use":"enc""#),
      rsa.replacing("RS256", with: "HS256"), rsa.replacing("RS256", with: "RS512"),
      ec.replacing("P-256", with: "P-384"),
      // Broken ones: no modulus, one of 1 bit, a point off the curve, a short coordinate.
      #"{"kty":"RSA","e":"AQAB"}"#, #"{"kty":"RSA","e":"AQAB","n":"AQ"}"#,
      ec.replacing(Fixtures.ecY, with: Fixtures.ecX),
      ec.replacing(Fixtures.ecX, with: String(Fixtures.ecX.dropLast(4))),
      rsa.replacing(#""n":""#, with: #""n":"=="#),
    ]
    for entry in unusable { #expect(try keys([entry]).isEmpty, "\(entry)") }
    #expect(try keys(unusable + [ec]).map(\.id) == ["ec-1"])
  }

  @Test(arguments: ["", "null", "[]", "{}", #"{"keys":7}"#, #"{"keys":[7]}"#])
  func refusesADocumentThatIsNone(document: String) {
    #expect(throws: CryptoError(code: .malformedKey)) {
      try JSONWebKeySet(json: Array(document.utf8))
    }
  }

  @Test func isBounded() throws {
    #expect(try keys(Array(repeating: ec, count: 100)).count == JWTVerifier.keysMax)
    let huge = #"{"keys":[],"pad":"\#(String(repeating: "x", count: 70_000))"}"#
    #expect(throws: CryptoError(code: .malformedKey)) {
      try JSONWebKeySet(json: Array(huge.utf8))
    }
  }
}
