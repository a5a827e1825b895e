import Foundation
import LoadTest
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReportTests {
  @Test func summaryHoldsTheRunInMilliseconds() async throws {
    let result = try await ScriptedServer.serving(
      { _ in .response(ScriptedServer.ok("x"), after: .milliseconds(10)) }
    ) { server in
      var scenario = Scenario.get(
        try TargetURL(server.base), arrival: .open(rate: 100, process: .constant),
        duration: .seconds(1))
      scenario.thresholds = [
        try Threshold("p50 > 10ms"), try Threshold("max < 1us"), try Threshold("p99(miss) < 1s"),
      ]
      return try await LoadRun(scenario).execute()
    }
    let verdict = Verdict(result)
    #expect(verdict.judged.map(\.holds) == [true, false, false])
    #expect(verdict.exitCode == .failed)
    #expect(verdict.failures.last == "threshold p99(miss) < 1s: no data")

    let data = try Summary(result, verdict).json()
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["exit_code"] as? Int == 99 && json["schema_version"] as? Int == 1)
    let latency = try #require(json["latency_ms"] as? [String: Any])
    let p50 = try #require(latency["p50"] as? Double)
    #expect(p50 >= 10 && p50 < 500)
    #expect(latency["count"] as? Int == 100)
    let requests = try #require(json["requests"] as? [String: Any])
    #expect(requests["planned"] as? Int == 100 && requests["finished"] as? Int == 100)
    let seconds = try #require(json["timeline"] as? [[String: Any]])
    #expect(seconds.compactMap { $0["finished"] as? Int }.reduce(0, +) == 100)
    #expect(try JSONDecoder.snakeCase.decode(Summary.self, from: data).requests.planned == 100)

    let text = TextReport(result, verdict).description
    #expect(text.contains("FAIL max < 1us") && text.contains("ok   p50 > 10ms"))
    #expect(text.contains("100 requests"))
  }

  @Test func figuresAreRoundedAndAligned() {
    #expect(Fixed(1.005, 1).description == "1.0" && Fixed(-0.04, 1).description == "0.0")
    #expect(Fixed(12.999, 2).description == "13.00" && Fixed(7.5, 0).description == "8")
    #expect(Milliseconds(0.0001234).description == "0.123")
    #expect(Milliseconds(0.0123).description == "12.30" && Milliseconds(2.5).description == "2500")
    #expect(Share(0.00123).description == "0.12%")
  }

  @Test func histogramsOfLoopsAddUpToOne() throws {
    var parts = [LatencyHistogram(), LatencyHistogram()]
    for value in 1...1000 { parts[value % 2].record(UInt64(value) * 1_000_000) }
    parts[0].add(parts[1])
    let p99 = try #require(parts[0].percentile(99))
    #expect(parts[0].count == 1000 && abs(p99 - 0.99) < 0.001)
    #expect(parts[0].percentile(100) == 1.0)
    #expect(parts[0].min == 1_000_000)
    #expect(abs(try #require(parts[0].mean) - 0.5005) < 1e-9)
    #expect(LatencyHistogram().percentile(50) == nil)
  }
}

extension JSONDecoder {
  fileprivate static var snakeCase: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
