import Prometheus
import Testing

@Suite struct ExpositionTests {
  private func registry() throws -> MetricsRegistry {
    let registry = MetricsRegistry()
    let requests = try registry.counter(
      "app_requests_total", help: "Requests \"handled\".\nSecond line, backslash \\ .",
      labels: ["method", "route"])
    requests.child("POST", "/b").add(3)
    requests.child("GET", "a\\b\"c\nd\té").add(12_345_678)
    _ = try registry.counter("app_idle_total", help: "Nothing yet.")
    _ = try registry.counter("app_hidden_total", help: "No series.", labels: ["x"])
    let cost = try registry.counter("app_cost_usd_total", help: "Cost.", unitsPerOne: 1e9)
    cost.child().add(1_250_000)
    try registry.gauge("app_rooms", help: "Rooms.").child().set(-4)
    try registry.callback("app_hit_ratio", help: "Ratio.") { _ in [CallbackSample(.nan)] }
    let durations = try registry.histogram(
      "app_request_duration_seconds", help: "Latency.", labels: ["route"],
      edges: [0.00001, 0.005, 1], hasWindow: true, hasExemplars: true)
    let exemplar = Exemplar(
      traceHigh: 0x4bf9_2f35_77b3_4da6, traceLow: 0xa3ce_929d_0e0e_4736,
      wallNanoseconds: 1_520_879_607_789_000_000)
    durations.child("/").observe(5_000_000, now: 0)
    durations.child("/").observe(670_000_000, now: 0, exemplar: exemplar)
    durations.child("/").observe(2_000_000_000, now: 0)
    _ = try registry.summary(
      "app_latency_seconds", help: "Latency now.", of: durations, by: ["route"],
      quantiles: [0.5, 1])
    try registry.info("app_build_info", help: "Build.", facts: [("version", "1.4.2")])
    return registry
  }

  @Test func writesTheTextFormat() throws {
    let text = String(decoding: try registry().render(.text, now: 0), as: UTF8.self)
    #expect(
      text == #"""
        # HELP app_requests_total Requests "handled".\nSecond line, backslash \\ .
        # TYPE app_requests_total counter
        app_requests_total{method="GET",route="a\\b\"c\nd	é"} 12345678
        app_requests_total{method="POST",route="/b"} 3
        # HELP app_idle_total Nothing yet.
        # TYPE app_idle_total counter
        app_idle_total 0
        # HELP app_cost_usd_total Cost.
        # TYPE app_cost_usd_total counter
        app_cost_usd_total 0.00125
        # HELP app_rooms Rooms.
        # TYPE app_rooms gauge
        app_rooms -4
        # HELP app_hit_ratio Ratio.
        # TYPE app_hit_ratio gauge
        app_hit_ratio NaN
        # HELP app_request_duration_seconds Latency.
        # TYPE app_request_duration_seconds histogram
        app_request_duration_seconds_bucket{route="/",le="1e-05"} 0
        app_request_duration_seconds_bucket{route="/",le="0.005"} 1
        app_request_duration_seconds_bucket{route="/",le="1.0"} 2
        app_request_duration_seconds_bucket{route="/",le="+Inf"} 3
        app_request_duration_seconds_sum{route="/"} 2.675
        app_request_duration_seconds_count{route="/"} 3
        # HELP app_latency_seconds Latency now.
        # TYPE app_latency_seconds summary
        app_latency_seconds{route="/",quantile="0.5"} 0.6625938466011857
        app_latency_seconds{route="/",quantile="1.0"} 1.9963477184999647
        app_latency_seconds_sum{route="/"} 2.675
        app_latency_seconds_count{route="/"} 3
        # HELP app_build_info Build.
        # TYPE app_build_info gauge
        app_build_info{version="1.4.2"} 1

        """#)
  }

  @Test func writesOpenMetricsWithExemplars() throws {
    let text = String(decoding: try registry().render(.openMetrics, now: 0), as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"""
        # TYPE app_requests counter
        # HELP app_requests Requests \"handled\".\nSecond line, backslash \\ .
        app_requests_total{method="GET",route="a\\b\"c\nd	é"} 12345678
        """#))
    #expect(
      text.contains(
        """
        # TYPE app_request_duration_seconds histogram
        # UNIT app_request_duration_seconds seconds
        # HELP app_request_duration_seconds Latency.
        app_request_duration_seconds_bucket{route="/",le="1e-05"} 0
        app_request_duration_seconds_bucket{route="/",le="0.005"} 1
        app_request_duration_seconds_bucket{route="/",le="1.0"} 2 # \
        {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.67 1520879607.789
        app_request_duration_seconds_bucket{route="/",le="+Inf"} 3

        """))
    #expect(text.contains("# TYPE app_build info\n# HELP app_build Build.\napp_build_info{"))
    #expect(text.hasSuffix("\n# EOF\n"))
    #expect(!text.contains("\n\n"))
  }

  /// Expected texts are those of Go's `strconv.AppendFloat(f, 'g', -1, 64)`.
  @Test(arguments: [
    (0.0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (0.0001, "0.0001"), (0.00001, "1e-05"),
    (0.000012345, "1.2345e-05"), (100_000, "100000"), (999_999, "999999"), (1e6, "1e+06"),
    (17_560_473, "1.7560473e+07"), (123_456.789, "123456.789"), (1e21, "1e+21"), (1e100, "1e+100"),
    (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (.nan, "NaN"),
    (.infinity, "+Inf"), (-.infinity, "-Inf"), (17.56, "17.56"),
    (1_520_879_607.789, "1.520879607789e+09"),
  ])
  func writesNumbersAsGoDoes(value: Double, text: String) throws {
    let registry = MetricsRegistry()
    try registry.callback("x", help: "X.") { _ in [CallbackSample(value)] }
    let rendered = String(decoding: registry.render(.text, now: 0), as: UTF8.self)
    #expect(rendered.hasSuffix("\nx \(text)\n"))
  }

  @Test func numbersReadBackAsThemselves() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      let value = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
      guard value.isFinite else { continue }
      let registry = MetricsRegistry()
      try registry.callback("x", help: "X.") { _ in [CallbackSample(value)] }
      let text = String(decoding: registry.render(.text, now: 0), as: UTF8.self)
      let last = text.split(separator: "\n").last?.split(separator: " ").last
      #expect(last.flatMap { Double($0) } == value)
    }
  }

  @Test(
    arguments: [
      (nil, ExpositionFormat.text), ("", .text), ("*/*", .text), ("text/plain", .text),
      ("application/openmetrics-text", .openMetrics), ("nonsense;;q=", .text),
      ("application/openmetrics-text; version=1.0.0; q=0.1, text/plain;q=0.9", .text),
      ("application/openmetrics-text;version=1.0.0;q=0", .text),
      ("application/openmetrics-text;version=2.0.0,text/plain;version=0.0.4;q=0.1", .text),
      ("text/html, application/json", .text),
      ("APPLICATION/OPENMETRICS-TEXT ; Version=1.0.0", .openMetrics),
      (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
          + "application/openmetrics-text;version=0.0.1;q=0.5,"
          + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
          + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
      ),
      (
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
          + "encoding=delimited;q=0.6,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", .text
      ),
    ] as [(String?, ExpositionFormat)])
  func negotiates(accept: String?, format: ExpositionFormat) {
    #expect(ExpositionFormat.negotiate(accept: accept) == format)
  }

  @Test func exportsTheProcess() throws {
    let registry = MetricsRegistry()
    try ProcessMetrics.register(in: registry)
    let text = String(decoding: registry.render(.text, now: 0), as: UTF8.self)
    var values: [Substring: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      values[parts[0]] = Double(parts[1])
    }
    #expect(values.count == 7)
    let threads = try #require(values["process_threads"])
    #expect(threads >= 1 && threads.rounded() == threads)
    let cpu = try #require(values["process_cpu_seconds_total"])
    #expect(cpu > 0)
    let descriptors = try #require(values["process_open_fds"])
    #expect(descriptors >= 3)
    let resident = try #require(values["process_resident_memory_bytes"])
    #expect(resident > 1_048_576)
    let virtual = try #require(values["process_virtual_memory_bytes"])
    #expect(virtual > resident)
    let start = try #require(values["process_start_time_seconds"])
    #expect(start > 1.6e9)
  }
}
