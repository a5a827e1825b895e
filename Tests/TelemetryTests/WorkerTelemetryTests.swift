import Foundation
import Telemetry
import Testing

@Suite struct WorkerTelemetryTests {
  private let output: Output
  private let time = ManualClock()
  private let telemetry: WorkerTelemetry

  init() throws {
    output = try Output()
    telemetry = try WorkerTelemetry(
      TelemetrySettings(
        version: "1.2.3",
        routes: [
          TelemetryRoute("POST", "/api/chat/send", statuses: [200, 401, 500]),
          TelemetryRoute("GET", "/health", statuses: [200]),
        ], models: ["extractive"], outputDescriptor: output.descriptor),
      clock: time.clock)
  }

  private func metrics() -> String { steady(telemetry.renderMetrics(accept: nil).body) }

  @Test func exportsEveryKnownSeriesFromTheFirstScrape() throws {
    try Snapshot.expect(metrics(), named: "worker-metrics.txt")
    for line in metrics().split(separator: "\n") where !line.contains("process_") {
      #expect(line.contains("phoenix_worker_"))
    }
  }

  @Test func oneQuestionMovesExactlyItsMetrics() throws {
    let before = Set(metrics().split(separator: "\n"))
    telemetry.observe(.requestBegan)
    telemetry.observe(.cacheLookedUp(.miss))
    telemetry.observe(.retrieved(seconds: 0.00003, passages: 5))
    telemetry.observe(.cacheEntriesChanged(count: 1))
    telemetry.observe(
      .answered(WorkerAnswerRecord(cache: .miss, model: "extractive", seconds: 0.0004)))
    telemetry.observe(.cacheEvicted(count: 2, reason: .expired))
    telemetry.observe(.singleFlightWaited(seconds: 0.001))
    telemetry.observe(
      .requestFinished(
        try record(
          method: "POST", route: "/api/chat/send", path: "/api/chat/send",
          durationNanoseconds: 600_000)))
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    let changed = metrics().split(separator: "\n").filter { !before.contains($0) }
    try Snapshot.expect(
      changed.joined(separator: "\n") + "\n", named: "worker-question-changes.txt")
    let lines = try output.objects()
    #expect(lines.count == 1)
    #expect(lines[0]["logger"] as? String == "worker.request")
    #expect(lines[0]["route"] as? String == "/api/chat/send")
  }

  @Test func tellsItsLifeAndItsFaults() throws {
    telemetry.observe(.lifecycle(.listening(name: "internal", address: "127.0.0.1:8000")))
    telemetry.observe(.internalFault(message: "unexpected", requestID: nil))
    telemetry.observe(.authenticationFailed(reason: .workerToken))
    telemetry.observe(.eventLoopLagged(seconds: 0.001))
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    let lines = try output.objects()
    #expect(lines.map { $0["msg"] as? String } == ["listening", "internal fault"])
    #expect(metrics().contains("phoenix_worker_auth_failures_total{reason=\"worker_token\"} 1\n"))
    #expect(metrics().contains("phoenix_worker_event_loop_lag_seconds_count 1\n"))
  }
}
