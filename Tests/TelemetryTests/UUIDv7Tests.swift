import Telemetry
import Testing

@Suite struct UUIDv7Tests {
  @Test func hasTheFormOfTheStandard() {
    for _ in 0..<1000 {
      let text = UUIDv7.make(nowMilliseconds: 0x0123_4567_89ab)
      #expect(text.utf8.count == 36)
      #expect(text.hasPrefix("01234567-89ab-7"))
      let characters = Array(text)
      #expect([8, 13, 18, 23].allSatisfy { characters[$0] == "-" })
      #expect("89ab".contains(characters[19]))
      #expect(characters.allSatisfy { "0123456789abcdef-".contains($0) })
    }
  }

  @Test func sortsByTime() {
    let texts = (1...500).map { UUIDv7.make(nowMilliseconds: 1_700_000_000_000 + UInt64($0)) }
    #expect(texts == texts.sorted())
  }

  @Test func neverRepeats() {
    let texts = Set((0..<20_000).map { _ in UUIDv7.make(nowMilliseconds: 1) })
    #expect(texts.count == 20_000)
  }

  @Test func writesBothHalves() {
    let text = UUIDv7.text((high: 0x0011_2233_4455_6677, low: 0x8899_aabb_ccdd_eeff))
    #expect(text == "00112233-4455-6677-8899-aabbccddeeff")
  }
}

@Suite struct RequestIDTests {
  @Test(arguments: ["a", "A-b_c.9", String(repeating: "x", count: 128)])
  func keepsASaneOne(text: String) {
    #expect(RequestID(incoming: text, nowMilliseconds: 0).text == text)
  }

  @Test(arguments: [
    nil, "", String(repeating: "x", count: 129), "a b", "a\nb", "a\"b", "é", "<script>", "a;b",
    "a\0",
  ])
  func replacesEveryOther(text: String?) {
    let id = RequestID(incoming: text, nowMilliseconds: 1)
    #expect(id.text != text)
    #expect(id.text.utf8.count == 36)
  }
}
