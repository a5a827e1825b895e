import Prometheus
import Testing

@Suite struct MetricsRegistryTests {
  @Test(arguments: [
    "requests_total_", "requests", "9_total", "camelCase_total", "a:b_total", "", "wait_ms_total",
    "wait_milliseconds_total", "uptime_days_total", "space_kilobytes_total", "é_total",
    "counter_of_counter_total", "x y_total",
  ])
  func refusesNameOfCounter(name: String) {
    #expect(throws: MetricsError.self) {
      _ = try MetricsRegistry().counter(name, help: "X.")
    }
  }

  @Test(arguments: ["a_total", "users_count", "bytes_sum", "x_bucket", "build_info", "a_gauge"])
  func refusesNameOfGauge(name: String) {
    #expect(throws: MetricsError.self) {
      _ = try MetricsRegistry().gauge(name, help: "X.")
    }
  }

  @Test(arguments: ["le", "quantile", "__name__", "_x", "a-b", "routeName", "", "1a"])
  func refusesLabel(label: String) {
    #expect(throws: MetricsError.self) {
      _ = try MetricsRegistry().counter(
        "a_total", help: "A.", labels: [MetricLabel(stringLiteral: label)])
    }
  }

  @Test func refusesWhatCannotBeCounted() {
    let registry = MetricsRegistry()
    #expect(throws: MetricsError.noHelp(name: "a_total")) {
      _ = try registry.counter("a_total", help: "")
    }
    #expect(throws: MetricsError.badBound(name: "a_total")) {
      _ = try registry.counter("a_total", help: "A.", seriesMax: 0)
    }
    for edges in [[1.0, 1.0], [2, 1], [0], [-1], [.infinity], [.nan], [1e9]] {
      #expect(throws: MetricsError.badEdges(name: "a_seconds")) {
        _ = try registry.histogram("a_seconds", help: "A.", edges: edges)
      }
    }
    #expect(throws: MetricsError.self) {
      let plain = try registry.histogram("b_seconds", help: "B.", edges: [1])
      _ = try registry.summary("b_latency_seconds", help: "B.", of: plain, by: [])
    }
    #expect(throws: MetricsError.self) {
      _ = try registry.counter("c_total", help: "C.", labels: ["x", "x"])
    }
  }

  @Test func refusesFamiliesWhoseSamplesWouldClash() throws {
    let registry = MetricsRegistry()
    _ = try registry.counter("jobs_total", help: "J.")
    #expect(throws: MetricsError.conflict(name: "jobs_total", with: "jobs_total")) {
      _ = try registry.counter("jobs_total", help: "J.")
    }
    #expect(throws: MetricsError.conflict(name: "jobs", with: "jobs_total")) {
      _ = try registry.gauge("jobs", help: "J.")
    }
    _ = try registry.gauge("rooms", help: "R.")
  }

  @Test func valuesBeyondALabelsBoundBecomeOther() throws {
    let registry = MetricsRegistry()
    let family = try registry.counter(
      "a_total", help: "A.", labels: [MetricLabel("worker", valuesMax: 2), "outcome"])
    for worker in 0..<100 { family.child("w\(worker)", "ok").increment() }
    #expect(family.child("w0", "ok").value == 1)
    #expect(family.child("other", "ok").value == 98)
    #expect(family.child("w55", "ok") === family.child("other", "ok"))
    let text = String(decoding: registry.render(.text, now: 0), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 2 + 3)
  }

  @Test func aFamilyNeverHasMoreSeriesThanItsBound() throws {
    let registry = MetricsRegistry()
    let family = try registry.counter(
      "a_total", help: "A.", labels: ["x", "y"], seriesMax: 10)
    for index in 0..<1000 { family.child("\(index % 50)", "\(index % 49)").increment() }
    let lines = String(decoding: registry.render(.text, now: 0), as: UTF8.self)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.count == 11)
    let sum = lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    #expect(sum == 1000)
  }

  @Test func longLabelValuesAreCutBetweenCharacters() throws {
    let registry = MetricsRegistry()
    let family = try registry.counter("a_total", help: "A.", labels: ["x"])
    family.child(String(repeating: "é", count: 500)).increment()
    let text = String(decoding: registry.render(.text, now: 0), as: UTF8.self)
    #expect(text.contains("a_total{x=\"" + String(repeating: "é", count: 64) + "\"} 1\n"))
  }
}
