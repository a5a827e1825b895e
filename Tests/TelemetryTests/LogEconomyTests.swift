import Foundation
import Telemetry
import Testing

/// What is left out of the log on purpose, and that it is counted.
@Suite struct LogEconomyTests {
  @Test func aWorkerThatIsDownDoesNotFloodTheLog() throws {
    let fixture = try GatewayFixture()
    for number in 0..<413 {
      let worker = number == 200 ? "127.0.0.1:8001" : "127.0.0.1:8000"
      fixture.telemetry.observe(
        .aiAttemptFinished(worker: worker, outcome: .error, seconds: 0.001))
    }
    fixture.time.advance(seconds: 10)
    fixture.telemetry.observe(.eventLoopLagged(seconds: 0))
    let lines = try fixture.logged()
    #expect(
      lines.map { $0["msg"] as? String } == Array(repeating: "worker request failed", count: 3))
    #expect(
      lines.map { $0["worker"] as? String } == [
        "127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:8000",
      ])
    #expect(lines[0]["repeated"] == nil && lines[0]["duration_ms"] != nil)
    #expect(lines[2]["repeated"] as? Int == 411)
    #expect(lines[2]["window_ms"] as? Double == 10_000)
    #expect(lines[2]["level"] as? String == "warning")
    #expect(lines[2]["outcome"] as? String == "error")
    let text = fixture.metrics()
    #expect(text.contains("\nphoenix_log_folded_total 411\n"))
    #expect(text.contains("worker=\"127.0.0.1:8000\",outcome=\"error\"} 412\n"))
  }

  @Test func whatWasFoldedIsWrittenBeforeTheEnd() throws {
    let fixture = try GatewayFixture()
    for _ in 0..<7 {
      fixture.telemetry.observe(.internalFault(message: "the same", requestID: nil))
    }
    fixture.telemetry.observe(.internalFault(message: "another", requestID: nil))
    let lines = try fixture.logged()
    #expect(lines.map { $0["error"] as? String } == ["the same", "another", "the same"])
    #expect(lines.last?["repeated"] as? Int == 6)
  }

  /// Lines, lines lost and lines left out by sampling are the requests, for every route, with all
  /// three above zero and two threads at once.
  @Test func linesLostAndSampledAddUpToTheCounterOfEachRoute() async throws {
    let output = try Output()
    let time = ManualClock()
    let telemetry = try GatewayTelemetry(
      TelemetrySettings(
        version: "1", routes: gatewayRoutes, logBufferBytesMax: 3000,
        successLinesPerSecondMax: 40, outputDescriptor: output.descriptor),
      clock: time.clock)
    await withTaskGroup(of: Void.self) { group in
      for part in 0..<2 {
        group.addTask {
          for number in 0..<3000 {
            let route = ["/healthz", "/api/chat/message", "unmatched"][number % 3]
            guard
              let request = try? record(
                method: number % 3 == 1 ? "POST" : "GET", route: route,
                status: number % 5 == part ? 503 : 200)
            else { return }
            telemetry.observe(.requestFinished(request))
            if number % 600 == 599 {
              time.advance(seconds: 1)
              telemetry.flushLogs(timeout: .seconds(20))
            }
          }
        }
      }
    }
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    var lines: [String: Int] = [:]
    for object in try output.objects() { lines[object["route"] as? String ?? "", default: 0] += 1 }
    let text = steady(telemetry.renderMetrics(accept: nil).body)
    func counts(_ name: String) -> [String: Int] {
      var sums: [String: Int] = [:]
      for line in text.split(separator: "\n") where line.hasPrefix(name + "{") {
        let parts = line.split(separator: "\"")
        sums[String(parts[1]), default: 0] +=
          line.split(separator: " ").last.flatMap { Int($0) } ?? 0
      }
      return sums
    }
    let requests = counts("phoenix_http_requests_total")
    let lost = counts("phoenix_request_log_dropped_total")
    let sampled = counts("phoenix_request_log_sampled_total")
    #expect(requests.values.reduce(0, +) == 6000)
    #expect(lines.values.reduce(0, +) > 0)
    #expect(lost.values.reduce(0, +) > 0)
    #expect(sampled.values.reduce(0, +) > 1000)
    for (route, count) in requests {
      let sum = lines[route, default: 0] + lost[route, default: 0] + sampled[route, default: 0]
      #expect(sum == count, "\(route)")
    }
  }

  @Test func onlySuccessIsSampledAndOnlyAboveTheRate() throws {
    let output = try Output()
    let time = ManualClock()
    let telemetry = try GatewayTelemetry(
      TelemetrySettings(
        version: "1", routes: gatewayRoutes, successLinesPerSecondMax: 5,
        outputDescriptor: output.descriptor),
      clock: time.clock)
    for _ in 0..<3 {
      for status in [200, 303] + Array(repeating: 204, count: 8) + [404, 429, 499, 500] {
        telemetry.observe(.requestFinished(try record(status: status)))
      }
      time.advance(seconds: 1)
    }
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    let statuses = try output.objects().compactMap { $0["status"] as? Int }
    let once = [200, 303, 204, 204, 204, 404, 429, 499, 500]
    #expect(statuses == once + once + once)
  }

  @Test func nothingIsSampledByDefault() throws {
    let fixture = try GatewayFixture()
    for _ in 0..<5000 { fixture.telemetry.observe(.requestFinished(try record())) }
    #expect(try fixture.logged().count == 5000)
  }
}
