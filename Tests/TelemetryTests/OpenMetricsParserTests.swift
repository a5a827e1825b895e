import Foundation
import Telemetry
import Testing

/// Python's prometheus_client reads what we write, in both formats, and finds our numbers.
@Suite struct OpenMetricsParserTests {
  /// Every sample as `name{labels} value`, sorted, as a parser that is not ours understood it.
  private func parsed(_ body: [UInt8], by module: String) throws -> [String] {
    let path = try #require(
      ProcessInfo.processInfo.environment["PHOENIX_TEST_PYTHONPATH"],
      "PHOENIX_TEST_PYTHONPATH must name the folder of prometheus_client; ops/test sets it")
    let file = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("exposition-" + UUID().uuidString)
    try Data(body).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.environment = ["PYTHONPATH": path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    process.arguments = [
      "python3", "-c",
      """
      import sys
      from \(module) import text_string_to_metric_families as read
      text = open(sys.argv[1], encoding="utf-8", newline="").read()
      for family in read(text):
          for s in family.samples:
              labels = ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))
              labels = labels.replace("\\n", "<newline>")
              print(s.name + "{" + labels + "}", repr(float(s.value)),
                    s.exemplar.labels["trace_id"] if s.exemplar else "-")
      """, file.path,
    ]
    let output = Foundation.Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(said.suffix(2000))")
    return said.split(separator: "\n").map(String.init).sorted()
  }

  private func busyGateway() throws -> GatewayFixture {
    let fixture = try GatewayFixture()
    for number in 1...50 {
      fixture.telemetry.observe(
        .requestFinished(
          try record(
            method: "POST", route: "/api/chat/message", status: number % 7 == 0 ? 503 : 200,
            durationNanoseconds: number * number * 100_000)))
    }
    fixture.telemetry.observe(
      .aiAnswered(
        AIAnswerRecord(
          cache: .miss, seconds: 1, model: "a\"b\\c\nd é", usage: TokenUsage(prompt: 3),
          geminiCalls: [
            GeminiCallRecord(
              model: "a\"b\\c\nd é", method: "generateContent", outcome: .ok, seconds: 1,
              usage: TokenUsage(prompt: 3), costNanoUSD: 1_250_000)
          ])))
    return fixture
  }

  @Test func openMetricsIsReadAsWritten() throws {
    let fixture = try busyGateway()
    let accept = "application/openmetrics-text;version=1.0.0"
    let answer = fixture.telemetry.renderMetrics(accept: accept)
    #expect(answer.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    let samples = try parsed(answer.body, by: "prometheus_client.openmetrics.parser")
    func values(_ start: String) -> [String] {
      samples.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }
    let chat = "{method=POST,route=/api/chat/message"
    #expect(values("phoenix_http_requests_total\(chat),status=200} ") == ["43.0 -"])
    #expect(values("phoenix_http_requests_total\(chat),status=503} ") == ["7.0 -"])
    #expect(values("phoenix_http_requests_created\(chat),status=200} ") == ["1769903999.123 -"])
    #expect(values("phoenix_http_request_duration_seconds_count\(chat)} ") == ["50.0 -"])
    let traces = samples.filter { $0.hasSuffix(" 4bf92f3577b34da6a3ce929d0e0e4736") }
    #expect(traces.count > 5)
    #expect(
      traces.allSatisfy { $0.hasPrefix("phoenix_http_request_duration_seconds_bucket{le=") })
    #expect(
      values("phoenix_gemini_cost_usd_total{model=a\"b\\c<newline>d é} ") == ["0.00125 -"])
  }

  @Test func bothFormatsAndAnotherParserSayTheSame() throws {
    let fixture = try busyGateway()
    #expect(fixture.telemetry.flushLogs(timeout: .seconds(20)))
    let text = try parsed(
      fixture.telemetry.renderMetrics(accept: nil).body, by: "prometheus_client.parser")
    let open = try parsed(
      fixture.telemetry.renderMetrics(accept: "application/openmetrics-text").body,
      by: "prometheus_client.openmetrics.parser")
    func comparable(_ samples: [String]) -> Set<String> {
      // What the process spends goes on between two scrapes; traces are in one format alone.
      Set(
        samples.filter { !$0.hasPrefix("process_") && !$0.contains("_created{") }
          .map { $0.split(separator: " ").dropLast().joined(separator: " ") })
    }
    #expect(text.count > 300)
    #expect(comparable(text).subtracting(comparable(open)).sorted().prefix(5) == [])
    #expect(comparable(open).subtracting(comparable(text)).sorted().prefix(5) == [])
  }
}
