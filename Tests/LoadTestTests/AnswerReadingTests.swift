import LoadTest
import Testing

/// What is read out of answers: canaries, tokens, Server-Timing.
@Suite struct AnswerReadingTests {
  private func look(_ text: String, own: Int?) -> Canary.Sighting {
    Canary.look(in: Array(text.utf8), own: own.map { Canary(run: "0123abcd", number: $0) })
  }

  @Test func tellsOwnFromForeignCanaries() {
    let text = "x canari0123abcdn7f y canari0123abcdn70f, canari0123abcdn7f canari99999999n7f"
    #expect(look(text, own: 7).own == 2 && look(text, own: 7).foreign == 2)
    #expect(look(text, own: 7).firstForeign == "canari0123abcdn70f")
    #expect(look(text, own: nil).foreign == 4)
    let none = look("canari canari0123 canari0123abcdn canari0123abcdnf des canaris", own: 1)
    #expect(none.own == 0 && none.foreign == 0)
    #expect(look("canaricanari0123abcdn5f", own: 1).foreign == 1)
    #expect(look("canari0123abcdn5", own: 1).foreign == 0, "cut before its end")
    #expect(Canary(run: "0123abcd", number: 7).word == "canari0123abcdn7f")
  }

  @Test func readsUsageAndNothingThatOnlyLooksLikeIt() throws {
    let body =
      #"{"content":"\"usage\":{\"total_tokens\":9}","usage":{"prompt_tokens":12,"#
      + #""cached_tokens":3,"candidates_tokens":5,"thoughts_tokens":2,"total_tokens": 19},"x":1}"#
    let usage = try #require(TokenUsage(Array(body.utf8)))
    #expect(usage.total == 19 && usage.prompt == 12 && usage.cached == 3)
    #expect(usage.candidates == 5 && usage.thoughts == 2)
    #expect(TokenUsage(Array(#"{"usage":null}"#.utf8)) == nil)
    #expect(TokenUsage([]) == nil)
  }

  @Test(
    arguments: [
      (
        "auth;dur=0.125, db;dur=2.25, queue;dur=0, ai;dur=10, total;dur=14.5",
        [125, 2250, 0, 10_000, 14_500]
      ),
      ("total;dur=3;desc=\"x\", cache", [0, 0, 0, 0, 3000]),
      ("db;desc=\"x\";dur=1.5", [0, 1500, 0, 0, 0]),
      ("total;dur=-1", nil), ("total;dur=x", nil), ("", nil), ("cache;desc=hit", nil),
    ] as [(String, [UInt64]?)]) func readsServerTiming(text: String, microseconds: [UInt64]?)
  {
    let timing = ServerTiming(text)
    let read = timing.map { [$0.auth, $0.db, $0.queue, $0.ai, $0.total].map { $0 / 1000 } }
    #expect(read == microseconds)
  }

  @Test func overheadNeverGoesBelowZero() {
    #expect(ServerTiming("db;dur=2, ai;dur=3, total;dur=10")?.overhead == 5_000_000)
    #expect(ServerTiming("db;dur=8, ai;dur=3, total;dur=10")?.overhead == 0)
  }

  @Test func sketchesAreRightWithinAPercent() throws {
    var parts = [LatencySketch(), LatencySketch()]
    for value in 1...10_000 { parts[value % 2].record(UInt64(value) * 10_000) }
    parts[0].add(parts[1])
    for (percent, wanted) in [(50.0, 0.05), (95, 0.095), (99, 0.099)] {
      let told = try #require(parts[0].percentile(percent))
      #expect(abs(told - wanted) / wanted < 0.011, "\(percent): \(told)")
    }
    #expect(parts[0].percentile(100) == 0.1)
    #expect(parts[0].counts(between: [0.05]).reduce(0, +) == 10_000)
    #expect(LatencySketch().percentile(50) == nil)
  }
}
