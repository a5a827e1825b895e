import LoadTest
import Testing

@Suite struct MetricsTextTests {
  @Test func readsCountersWithLabelsEscapesAndTimestamps() throws {
    let text = """
      # HELP phoenix_http_requests_total Requests.
      # TYPE phoenix_http_requests_total counter
      phoenix_http_requests_total{route="/api/chat/message",method="POST",status="200"} 1027
      phoenix_http_requests_total{ route = "/a\\"b\\\\c\\nd" , method="GET",status="404", } 3 1395066363000
      phoenix_http_requests_total{route="/x",method="GET",status="200"} 1e+06 # {trace_id="ab"} 1.0

      up 1
      x_seconds_bucket{le="+Inf"} +Inf
      """
    let metrics = try MetricsText(text)
    #expect(metrics.samples.map(\.value) == [1027, 3, 1e6, 1, .infinity])
    #expect(metrics.samples[1].labels["route"] == "/a\"b\\c\nd")
    #expect(try MetricsText(text, names: ["up"]).samples.count == 1)

    let counts = RequestCounts(metrics)
    #expect(counts.byRoute[.init("POST", "/api/chat/message")] == [200: 1027])
    #expect(counts.byRoute[.init("GET", "/x")] == [200: 1_000_000])
    #expect(counts.byRoute.count == 3)
  }

  @Test(
    arguments: [
      "a{b=\"c\" 1", "a{b=c} 1", "a{b=\"c\"}", "a one", "{} 1", "a{b=\"\\x\"} 1", "a 1 x",
      "a{b=\"c\",b=\"d\"} 1", "a{b=\"c\"d=\"e\"} 1",
    ]) func namesTheLineThatIsNoSample(line: String)
  {
    #expect(throws: MetricsTextError.self) { try MetricsText("up 1\n" + line) }
    do { _ = try MetricsText("up 1\n" + line) } catch { #expect(error.line == 2) }
  }

  @Test func toleratesOneFieldFromAnotherSeriesOfTheSameRoute() throws {
    // A label that a later version adds splits series; their sum is what counts.
    let metrics = try MetricsText(
      """
      phoenix_http_requests_total{route="/a",method="GET",status="200",zone="x"} 2
      phoenix_http_requests_total{route="/a",method="GET",status="200",zone="y"} 3
      """)
    #expect(RequestCounts(metrics).byRoute[.init("GET", "/a")] == [200: 5])
  }
}
