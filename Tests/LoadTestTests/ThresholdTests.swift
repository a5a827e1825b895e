import LoadTest
import Testing

@Suite struct ThresholdTests {
  @Test func readsMetricArgumentsAndBound() throws {
    let plain = try Threshold("p99(chat_message) < 50ms")
    #expect(plain.metric == .percentile(99) && plain.operation == "chat_message")
    #expect(plain.phase == .latency && plain.cache == nil)
    #expect(plain.comparison == .less && plain.bound == 0.05)

    let full = try Threshold("  p95( chat_stream , first_byte, hit )<=2.5s ")
    #expect(full.metric == .percentile(95) && full.operation == "chat_stream")
    #expect(full.phase == .firstByte && full.cache == .hit)
    #expect(full.comparison == .atMost && full.bound == 2.5)
    #expect(full.text == "p95( chat_stream , first_byte, hit )<=2.5s")
  }

  @Test(
    arguments: [
      ("p99.9 < 1s", Threshold.Metric.percentile(99.9), 1.0), ("mean(me) < 250us", .mean, 0.00025),
      ("max <= 1m", .max, 60), ("min > 1ms", .min, 0.001), ("error_rate < 0.1%", .errorRate, 0.001),
      ("error_rate(me) < 0.001", .errorRate, 0.001), ("cache_hit_ratio > 40%", .cacheHitRatio, 0.4),
      ("achieved_rate > 99%", .achievedRate, 0.99), ("rate(me) >= 100", .rate, 100),
    ]) func readsEveryMetric(text: String, metric: Threshold.Metric, bound: Double) throws
  {
    let threshold = try Threshold(text)
    #expect(threshold.metric == metric && abs(threshold.bound - bound) < 1e-12)
  }

  @Test(
    arguments: [
      ("", "needs a comparison such as < 50ms"), ("p99(chat)", "needs a comparison such as < 50ms"),
      ("p99 < 50", "\"50\" is no duration such as 50ms or 2.5s"),
      ("p99 < ms", "\"ms\" is no duration such as 50ms or 2.5s"),
      ("p99 == 50ms", "needs a comparison such as < 50ms"),
      ("p99 <> 50ms", "\"> 50ms\" is no duration such as 50ms or 2.5s"),
      ("p99(a < 50ms", "needs ) after its arguments"), ("p99(a,) < 50ms", "has an empty argument"),
      ("p99(a, b) < 50ms", "names two operations"),
      ("p99(hit, miss) < 50ms", "names two cache results"),
      ("p99(service, latency) < 50ms", "names two phases"),
      ("error_rate < 50ms", "\"50ms\" is no share such as 0.1% or 0.001"),
      ("error_rate < 101%", "\"101%\" is no share such as 0.1% or 0.001"),
      ("error_rate(hit) < 1%", "error_rate takes no phase or cache result"),
      ("achieved_rate(me) > 99%", "achieved_rate takes no operation"),
      ("rate > 10%", "\"10%\" is no number of requests a second"),
    ]) func saysWhatIsWrong(text: String, message: String)
  {
    let error = #expect(throws: ThresholdError.self) { try Threshold(text) }
    #expect(error?.description == message)
  }

  @Test(arguments: ["p0 < 1s", "p101 < 1s", "px < 1s", "median < 1s", "p-1 < 1s"])
  func refusesAnUnknownMetric(text: String) {
    let error = #expect(throws: ThresholdError.self) { try Threshold(text) }
    #expect(error?.description.contains("is no metric") == true)
  }

  @Test(
    arguments: [
      (Threshold.Comparison.less, false, true), (.atMost, true, true),
      (.greater, false, false), (.atLeast, true, false),
    ]) func comparesAtAndBelowTheBound(
      comparison: Threshold.Comparison, atBound: Bool, below: Bool
    )
  {
    #expect(comparison.holds(1, 1) == atBound)
    #expect(comparison.holds(0.5, 1) == below)
    #expect(comparison.holds(2, 1) == !below)
  }
}
