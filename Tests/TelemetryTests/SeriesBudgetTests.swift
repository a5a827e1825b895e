import Foundation
import Telemetry
import Testing

/// The number of series is bounded by what the code lists, and the bound is told.
@Suite struct SeriesBudgetTests {
  private func samples(_ text: String) -> Int {
    text.split(separator: "\n").count { !$0.hasPrefix("#") }
  }

  private func bound(_ text: String, _ name: String) throws -> Int {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
    return Int(try #require(line.split(separator: " ").last.flatMap { Double($0) }))
  }

  @Test func theGatewayStaysBelowTheBoundItTells() throws {
    let fixture = try GatewayFixture()
    let calm = String(decoding: fixture.telemetry.renderMetrics(accept: nil).body, as: UTF8.self)
    let most = try bound(calm, "phoenix_metric_series_max")
    #expect(samples(calm) < most)
    for number in 0..<6000 {
      var request = try record(
        method: ["GET", "POST", "X\(number)", "OPTIONS", "TRACE"][number % 5],
        route: ["/healthz", "/api/chat/message", "/\(number)"][number % 3], status: number % 700)
      request.stages = StageNanoseconds(auth: 1, db: 1, queue: 1, ai: 1, render: 1)
      fixture.telemetry.observe(.requestFinished(request))
      let worker = "w\(number)"
      fixture.telemetry.observe(
        .aiAttemptFinished(
          worker: worker, outcome: AIOutcome.allCases[number % AIOutcome.allCases.count],
          seconds: 1))
      fixture.telemetry.observe(.workerChanged(worker: worker, up: true))
      fixture.telemetry.observe(.workerInFlightChanged(worker: worker, count: 1))
      fixture.telemetry.observe(.circuitChanged(worker: worker, from: .closed, to: .open))
      fixture.telemetry.observe(
        .aiAnswered(
          AIAnswerRecord(
            cache: CacheResult.allCases[number % CacheResult.allCases.count], seconds: 1,
            secondsToFirstToken: 1, model: "m\(number)",
            usage: TokenUsage(prompt: 2, cached: 1, candidates: 1, thoughts: 1, tool: 1),
            tokensSaved: 1,
            geminiCalls: [
              GeminiCallRecord(
                model: "m\(number)", method: "g\(number)", outcome: .ok, seconds: 1,
                usage: TokenUsage(prompt: 2, cached: 1, candidates: 1, thoughts: 1, tool: 1),
                costNanoUSD: 1)
            ])))
    }
    let flooded = String(
      decoding: fixture.telemetry.renderMetrics(accept: nil).body, as: UTF8.self)
    #expect(try bound(flooded, "phoenix_metric_series_max") == most)
    #expect(samples(flooded) <= most)
    #expect(samples(flooded) > samples(calm) * 2, "the flood made what series it could")
  }

  @Test func theBoundGrowsWithTheRoutesAndNotWithTheTraffic() throws {
    func most(_ routes: [TelemetryRoute]) throws -> Int {
      let fixture = try GatewayFixture(routes: routes)
      let text = String(decoding: fixture.telemetry.renderMetrics(accept: nil).body, as: UTF8.self)
      return try bound(text, "phoenix_metric_series_max")
    }
    #expect(try most(gatewayRoutes + [TelemetryRoute("GET", "/new")]) > most(gatewayRoutes))
  }

  @Test func aWorkerTellsItsBoundToo() throws {
    let output = try Output()
    let telemetry = try WorkerTelemetry(
      TelemetrySettings(version: "1", routes: gatewayRoutes, outputDescriptor: output.descriptor))
    let text = String(decoding: telemetry.renderMetrics(accept: nil).body, as: UTF8.self)
    #expect(samples(text) < (try bound(text, "phoenix_worker_metric_series_max")))
  }
}
