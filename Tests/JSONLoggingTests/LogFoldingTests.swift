import JSONLogging
import Testing

private let second: UInt64 = 1_000_000_000

@Suite struct LogFoldingTests {
  @Test func theFirstIsWrittenAndTheRestAreCounted() {
    var folding = LogFolding<String>()
    #expect(folding.occurred("a", now: 0) == .write)
    for number in 1...412 {
      #expect(folding.occurred("a", now: UInt64(number) * second / 100) == .fold)
    }
    #expect(folding.occurred("b", now: second) == .write, "another kind is a first of its own")
    #expect(folding.due(now: 10 * second - 1).isEmpty)
    let folded = folding.due(now: 10 * second)
    #expect(folded.map(\.kind) == ["a"])
    #expect(folded.first?.count == 412)
    #expect(folded.first?.nanoseconds == 10 * second)
    #expect(folding.foldedTotal == 412)
  }

  @Test func aFloodGivesOneLineAWindowUntilItEnds() {
    var folding = LogFolding<String>()
    var written = 0
    var counted = 0
    // Ten a second for a minute, asked now and then what is due.
    for tenth in 0..<600 as Range<UInt64> {
      let now = tenth * second / 10
      counted += folding.due(now: now).reduce(0) { $0 + $1.count }
      if folding.occurred("a", now: now) == .write { written += 1 }
    }
    counted += folding.due(now: 60 * second).reduce(0) { $0 + $1.count }
    #expect(written == 1)
    #expect(written + counted == 600)
    #expect(folding.due(now: 71 * second).isEmpty, "nothing counted: closed without a line")
    #expect(folding.occurred("a", now: 72 * second) == .write)
  }

  @Test func kindsAreBoundedAndNoneIsLost() {
    var folding = LogFolding<Int>(kindsMax: 10)
    for kind in 0..<100 { #expect(folding.occurred(kind, now: 0) == .write) }
    #expect(folding.occurred(5, now: 1) == .fold)
    #expect(folding.occurred(50, now: 1) == .write, "beyond the bound each is written")
    #expect(folding.all(now: 2).map(\.kind) == [5])
    #expect(folding.due(now: .max).isEmpty)
    #expect(folding.occurred(99, now: .max) == .write)
  }
}

@Suite struct SecretTests {
  private struct Settings {
    var host = "h"
    var token = Secret("s3cret-value")
    var key: Secret<[UInt8]>? = Secret(Array("s3cret-value".utf8))
  }

  @Test func noWayToTextShowsIt() {
    let settings = Settings()
    var dumped = ""
    dump(settings, to: &dumped)
    dump(settings.token, to: &dumped)
    let texts = [
      "\(settings)", "\(settings.token)", "\(String(describing: settings.key))",
      String(reflecting: settings), String(reflecting: settings.token), dumped,
      "\([settings.token])", "\(Mirror(reflecting: settings.token).children.map { $0 })",
    ]
    for text in texts {
      #expect(!text.contains("s3cret"), "\(text)")
      #expect(!text.contains("115, 51"), "bytes are digits, not a secret kept: \(text)")
    }
    #expect("\(settings.token)" == "[redacted]")
    #expect(settings.token.reveal() == "s3cret-value")
  }
}
