import Cryptography
import Testing

/// Base64 and SHA-256 of bytes that come in pieces are those of the whole.
@Suite struct StreamedBytesTests {
  private let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  @Test func decodesBase64HoweverItIsCut() {
    for count in 0..<8 {
      let text = Array(Base64.encode(Array(bytes[..<(290 + count)])).utf8)
      for cut in [0, 1, 2, 3, 4, 5, text.count - 3, text.count - 1, text.count] {
        var decoder = Base64Decoder()
        var decoded: [UInt8] = []
        #expect(decoder.decode(text[..<cut], into: &decoded))
        #expect(decoder.decode(text[cut...], into: &decoded))
        #expect(decoder.isComplete)
        #expect(decoded == Array(bytes[..<(290 + count)]))
      }
    }
  }

  @Test(arguments: [
    "A", "AB", "ABC", "A===", "=", "====", "AB=C", "AB==AB==", "ABC=A", "AB C", "AB\n=", "A-_=",
    "AB=D", "AC==\u{0}", "AB==", "ABD=",
  ]) func refusesWhatTheWholeDecoderRefuses(_ text: String) {
    var decoder = Base64Decoder()
    var decoded: [UInt8] = []
    let isGood = decoder.decode(text.utf8, into: &decoded) && decoder.isComplete
    #expect(isGood == (Base64.decode(text) != nil))
  }

  @Test func encodesBase64HoweverItIsCut() {
    for cut in 0...20 {
      var encoder = Base64Encoder()
      var text: [UInt8] = []
      encoder.encode(Array(bytes[..<cut]), into: &text)
      encoder.encode(Array(bytes[cut...]), into: &text)
      encoder.finish(into: &text)
      #expect(String(decoding: text, as: UTF8.self) == Base64.encode(bytes))
    }
  }

  @Test func digestsPiecesAsTheWhole() {
    let digest = SHA256Digest()
    for piece in [bytes[..<1], bytes[1..<200], bytes[200...]] { digest.update(Array(piece)) }
    #expect(digest.finish() == SHA256.hash(bytes))
    #expect(digest.finish().isEmpty)
    #expect(SHA256Digest().finish() == SHA256.hash([]))
  }
}
