import Foundation
import JSONLogging
import Logging
import Testing

@Suite struct JSONLogHandlerTests {
  private let scratch: ScratchDirectory
  private let sink: LogSink

  init() throws {
    scratch = try ScratchDirectory()
    sink = try LogSink(
      outputs: [.file(scratch.path + "/a.log", name: "a", accepts: .all)])
  }

  private func logger(_ level: Logger.Level = .trace) -> Logger {
    let sink = sink
    return Logger(label: "test") { label in
      JSONLogHandler(label: label, level: level, sink: sink) { 1_769_903_999_123_456_789 }
    }
  }

  private func written() throws -> String {
    #expect(sink.flush(timeout: .seconds(20)))
    return try scratch.text("a.log")
  }

  @Test func writesOneObjectALine() throws {
    var logger = logger()
    logger[metadataKey: "part"] = "pool"
    logger.warning(
      "slow \"query\"",
      metadata: [
        "rows": "3", "list": ["a", "b\n"], "deep": ["z": "1", "a": ["k": "v"]],
        "ts": "yesterday", "count": .stringConvertible(7),
      ])
    #expect(
      try written() == """
        {"ts":"2026-01-31T23:59:59.123456Z","level":"warning","logger":"test",\
        "msg":"slow \\"query\\"","count":"7","deep":{"a":{"k":"v"},"z":"1"},\
        "list":["a","b\\n"],"part":"pool","rows":"3","ts_":"yesterday"}

        """)
  }

  @Test func honoursTheLevel() throws {
    logger(.warning).info("not this")
    logger(.warning).error("this")
    #expect(try written().split(separator: "\n").count == 1)
  }

  @Test func secretsAndWordsOfFamiliesStayOut() throws {
    let secret = "s3cret-value"
    logger().info(
      "x",
      metadata: [
        "Authorization": "\(secret)", "Set-Cookie": "\(secret)", "worker_token": "\(secret)",
        "email": "\(secret)", "message": "\(secret)", "nested": ["password": "\(secret)"],
        "list": [["content": "\(secret)"]], "tokens": "12", "content_type": "text/plain",
      ])
    let text = try written()
    #expect(!text.contains(secret))
    #expect(text.contains("\"tokens\":\"12\""))
    #expect(text.contains("\"content_type\":\"text/plain\""))
    #expect(text.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    "", "plain", "\"\\/\u{8}\u{9}\u{a}\u{c}\u{d}", "\u{0}\u{1}\u{1f}\u{7f}", "é€😀\u{2028}\u{feff}",
    "{\"a\":1}\n{\"b\":2}", String(decoding: [0x61, 0xff, 0xc0, 0x62] as [UInt8], as: UTF8.self),
    String(repeating: "\u{1}", count: 5000),
  ])
  func anyTextReadsBackAsItself(text: String) throws {
    logger().info("\(text)", metadata: ["\(text)_key": "\(text)"])
    let lines = try written().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: String])
    #expect(object["msg"] == text)
    #expect(object["\(text)_key"] == text)
  }

  @Test func metadataTooDeepIsCutAndNotFollowed() throws {
    var value: Logger.Metadata.Value = "end"
    for _ in 0..<10_000 { value = .array([value]) }
    logger().info("x", metadata: ["deep": value])
    #expect(try written().contains("[too deep]"))
  }
}

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (951_782_400, "2000-02-29T00:00:00.000000Z"),
      (951_868_799, "2000-02-29T23:59:59.000000Z"), (1_709_164_800, "2024-02-29T00:00:00.000000Z"),
      (1_767_225_599, "2025-12-31T23:59:59.000000Z"),
      (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
    ] as [(UInt64, String)])
  func writesTheInstant(seconds: UInt64, text: String) {
    #expect(Timestamp.text(wallNanoseconds: seconds * 1_000_000_000) == text)
  }

  @Test func agreesWithFoundationOnEveryDayOfTwoCenturies() {
    let formatter = ISO8601DateFormatter()
    for day in 0..<73_000 as Range<UInt64> {
      let seconds = day * 86_400 + day % 86_400
      let expected = formatter.string(from: Foundation.Date(timeIntervalSince1970: Double(seconds)))
      let found = Timestamp.text(wallNanoseconds: seconds * 1_000_000_000)
      #expect(found.prefix(19) == expected.prefix(19))
      if found.prefix(19) != expected.prefix(19) { return }
    }
  }
}
