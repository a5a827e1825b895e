import Foundation
import ServiceHost
import Testing

@Suite struct JSONTests {
  static func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("-0", .number(0)), ("12", .number(12)),
    ("-1.5e3", .number(-1500)), ("1E-2", .number(0.01)), ("\"\"", .string("")),
    ("9007199254740993", .number(9_007_199_254_740_992)),
    (#""a\"\\\/\b\f\n\r\tb""#, .string("a\"\\/\u{8}\u{c}\n\r\tb")),
    (#""\u00e9\uD83D\uDE00""#, .string("é😀")), ("\"é😀\u{7f}\"", .string("é😀\u{7f}")),
    ("[]", .array([])), ("[1,[2]]", .array([.number(1), .array([.number(2)])])),
    ("{}", .object([:])), (#"{"a":{"b":[null]}}"#, .object(["a": .object(["b": .array([.null])])])),
    (#"{"a":1,"a":2}"#, .object(["a": .number(2)])),
  ]) func reads(text: String, value: JSONValue) throws {
    #expect(try Self.parse(text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "+1", "01", "-", "1.", ".5", "1e", "1e+", "0x1", "NaN",
    "Infinity", "1e999", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"",
    "\"\u{1}\"",
    "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{\"a\":1 \"b\":2}", "1 2", "// a\n1", "[1]]", "\u{feff}1",
  ]) func refusesWhatIsNoJSON(text: String) {
    #expect(throws: JSONValue.Fault.self) { try Self.parse(text) }
  }

  @Test func refusesHalfSurrogatesAndBadUTF8() {
    for text in [#""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800A""#] {
      #expect(throws: JSONValue.Fault.self, "\(text)") { try Self.parse(text) }
    }
    for bytes: [UInt8] in [
      [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
    ] {
      #expect(throws: JSONValue.Fault(reason: .encoding, offset: bytes.count - 1)) {
        try JSONValue(parsing: bytes)
      }
    }
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try Self.parse(nested(JSONValue.depthMax))
    #expect(throws: JSONValue.Fault(reason: .tooDeep, offset: JSONValue.depthMax)) {
      try Self.parse(nested(JSONValue.depthMax + 1))
    }
    #expect(throws: JSONValue.Fault.self) { try Self.parse(String(repeating: "[", count: 1 << 20)) }
  }

  /// Every prefix and every single changed byte ends in a value or a fault, never elsewhere.
  @Test func survivesDamage() {
    let text = Array(#"{"a":[1,-2.5e3,"é\u00e9\n",true,null],"b":{"c":"\ud83d\ude00"}}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: JSONValue.Fault.self) { try JSONValue(parsing: Array(text[..<length])) }
    }
    for index in text.indices {
      for byte: UInt8 in [0, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x2c, 0x39, 0xff] {
        var damaged = text
        damaged[index] = byte
        let ours = try? JSONValue(parsing: damaged)
        let theirs = try? JSONSerialization.jsonObject(with: Data(damaged))
        // Foundation takes some things that we refuse; what it refuses we refuse.
        if theirs == nil { #expect(ours == nil, "\(String(decoding: damaged, as: UTF8.self))") }
      }
    }
  }

  @Test func writesWhatParsersReadBack() throws {
    var texts = [
      "", "\"\\/", "a\u{0}b\u{1f}\u{7f}", "ligne\n\r\t", "é😀\u{2028}\u{2029}\u{202a}", "e\u{301}",
    ]
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let scalars = (0..<20).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x2100, using: &generator))
      }
      texts.append(String(String.UnicodeScalarView(scalars)))
    }
    for text in texts {
      var json = JSONText()
      json.object { $0.member("t", text) }
      #expect(try JSONValue(parsing: json.bytes)["t"]?.string == text)
      let theirs = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: String]
      #expect(theirs?["t"] == text)
      // On one line, as server-sent events and log lines need it.
      #expect(!json.bytes.contains(0x0a) && !json.text.unicodeScalars.contains("\u{2028}"))
    }
  }

  @Test func writesEveryShape() {
    var json = JSONText()
    json.object {
      $0.member("s", "x")
      $0.member("n", nil as String?)
      $0.member("i", -3)
      $0.member("d", 0.25)
      $0.member("nan", Double.nan)
      $0.member("b", true)
      $0.member("raw", json: "[1]")
      $0.array("a", [1, 2]) { number, json in json.object { $0.member("k", number) } }
      $0.array("e", [String]()) { $1.string($0) }
      $0.object("o") { _ in }
    }
    #expect(
      json.text
        == #"{"s":"x","n":null,"i":-3,"d":0.25,"nan":null,"b":true,"raw":[1],"a":[{"k":1},{"k":2}],"e":[],"o":{}}"#
    )
  }
}
