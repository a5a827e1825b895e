import Prometheus
import Testing

/// The bound a registry computes is never passed, whatever label values come.
@Suite struct SeriesBoundTests {
  private enum Colour: String, CaseIterable { case red, green }

  private func samples(_ registry: MetricsRegistry) -> Int {
    String(decoding: registry.render(.text, now: 0), as: UTF8.self).split(separator: "\n")
      .count { !$0.hasPrefix("#") }
  }

  @Test func eachKindHasItsBound() throws {
    let counters = MetricsRegistry()
    let family = try counters.counter(
      "a_total", help: "A.", labels: [MetricLabel("colour", of: Colour.self)])
    #expect(counters.seriesMax == 3, "two colours and other")
    for colour in ["red", "green", "blue", "grey"] { family.child(colour).increment() }
    #expect(samples(counters) == 3)

    let bounded = MetricsRegistry()
    let wide = try bounded.counter("b_total", help: "B.", labels: ["x", "y"], seriesMax: 10)
    for number in 0..<500 { wide.child("\(number % 40)", "\(number)").increment() }
    #expect(samples(bounded) == bounded.seriesMax)
    #expect(bounded.seriesMax == 11)

    let histograms = MetricsRegistry()
    let durations = try histograms.histogram(
      "c_seconds", help: "C.", labels: [MetricLabel("route", valuesMax: 2)], edges: [1, 2],
      hasWindow: true)
    #expect(histograms.seriesMax == 3 * (3 + 2))
    _ = try histograms.summary("d_seconds", help: "D.", of: durations, by: ["route"])
    #expect(histograms.seriesMax == 3 * (3 + 2) + 3 * (3 + 2))
    for route in ["/a", "/b", "/c", "/d"] { durations.child(route).observe(5) }
    #expect(samples(histograms) == histograms.seriesMax)

    let others = MetricsRegistry()
    try others.gauge("e", help: "E.").child().set(1)
    try others.info("f_info", help: "F.", facts: [("version", "1")])
    try others.callback("g", help: "G.", labels: ["x"], seriesMax: 4) { _ in
      (0..<9).map { CallbackSample(labels: ["\($0)"], 1) }
    }
    #expect(others.seriesMax == 1 + 1 + 4)
    #expect(samples(others) == 6)
  }

  /// A scrape that is held up in the middle holds nobody else up: neither those who count nor those
  /// who make a series.
  @Test(.timeLimit(.minutes(1))) func aScrapeUnderWayStopsNoWriter() async throws {
    let registry = MetricsRegistry()
    let counters = try registry.counter("a_total", help: "A.", labels: ["x"])
    let histogram = try registry.histogram("b_seconds", help: "B.", edges: [1]).child()
    counters.child("0").increment()
    let (entered, entry) = AsyncStream<Void>.makeStream()
    let gate = Gate()
    try registry.callback("c", help: "C.") { _ in
      entry.yield()
      gate.wait()
      return [CallbackSample(1)]
    }
    let scrape = Task.detached { registry.render(.text, now: 0) }
    for await _ in entered { break }
    // The scrape stands in the callback now, and goes on when these are through.
    for number in 0..<1000 {
      counters.child("\(number % 50)").increment()
      histogram.observe(number)
    }
    #expect(histogram.count == 1000)
    _ = try registry.counter("d_total", help: "D.")
    gate.open()
    let text = String(decoding: await scrape.value, as: UTF8.self)
    #expect(text.contains("a_total{x=\"0\"} 1\n"), "written before the gate")
    #expect(text.contains("\nc 1\n"))
    #expect(!text.contains("d_total"))
  }

  @Test func createdIsTheStartOfCountingAndOnlyInOpenMetrics() throws {
    let registry = MetricsRegistry(startedAt: 1_520_430_000_007_000_000)
    let counters = try registry.counter("a_total", help: "A.", labels: ["x"])
    counters.child("1").increment()
    let durations = try registry.histogram("b_seconds", help: "B.", edges: [1], hasWindow: true)
    durations.child().observe(1)
    _ = try registry.summary("c_seconds", help: "C.", of: durations, by: [])
    try registry.gauge("d", help: "D.").child().set(1)
    let open = String(decoding: registry.render(.openMetrics, now: 0), as: UTF8.self)
    #expect(open.contains("a_total{x=\"1\"} 1\na_created{x=\"1\"} 1520430000.007\n"))
    #expect(open.contains("b_seconds_count 1\nb_seconds_created 1520430000.007\n"))
    #expect(open.contains("c_seconds_count 1\nc_seconds_created 1520430000.007\n"))
    #expect(!open.contains("d_created"))
    #expect(!String(decoding: registry.render(.text, now: 0), as: UTF8.self).contains("_created"))
  }

  @Test(
    arguments: [
      // Prometheus 2.42, then 3.x; the second names an escaping and is told it again.
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
          + "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
      ),
      (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
          + "application/openmetrics-text;version=0.0.1;q=0.5,"
          + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
          + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
      ),
      (
        "application/openmetrics-text;version=1.0.0;escaping=x\r\nset-cookie: a",
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
      ),
      ("text/plain;escaping=dots", "text/plain; version=0.0.4; charset=utf-8"),
    ])
  func namesOneConcreteType(accept: String, type: String) {
    #expect(ExpositionFormat.negotiate(accept: accept).contentType(accept: accept) == type)
  }
}
