import Foundation
import Glibc
import Testing

/// Debian's Prometheus scrapes the admin listener and agrees with us.
@Suite(.serialized) struct PrometheusScrapeTests {
  private func tool(_ name: String) throws -> URL {
    guard let path = ProcessInfo.processInfo.environment[name] else {
      throw Stack.Missing(description: "\(name) is unset: run ops/test")
    }
    return URL(fileURLWithPath: path)
  }

  @Test func promtoolFindsNothing() throws {
    let stack = try Stack()
    let family = try stack.signUp()
    _ = try stack.ask("Quel est le montant de l'AAH ?", family)
    let targets = [("gateway", stack.adminPort)] + stack.workerPorts.map { ("worker", $0) }
    for (name, port) in targets {
      let metrics = try WireClient(port: port).request("GET", "/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
      let process = Process()
      process.executableURL = try tool("PROMTOOL")
      process.arguments = ["check", "metrics"]
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardError = output
      process.standardOutput = output
      try process.run()
      input.fileHandleForWriting.write(metrics.body)
      try input.fileHandleForWriting.close()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(name): \(said)")
      #expect(said == "", "\(name)")
    }
  }

  @Test func theListenerAnswersAsScrapersAsk() throws {
    let stack = try Stack(workers: 1)
    let client = stack.admin
    // What Prometheus 2.42 and 3.x send.
    for accept in [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
        + "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    ] {
      let open = try client.request("GET", "/metrics", headers: ["Accept": accept])
      #expect(open.status == 200)
      let type = try #require(open.header("content-type"))
      #expect(type.hasPrefix("application/openmetrics-text; version=1.0.0; charset=utf-8"))
      #expect(open.text.hasSuffix("\n# EOF\n"))
      #expect(open.header("content-encoding") == nil)
    }
    let packed = try client.request("GET", "/metrics", headers: ["Accept-Encoding": "gzip"])
    #expect(packed.header("content-encoding") == "gzip")
    #expect(packed.header("vary") == "Accept, Accept-Encoding")
    #expect(packed.body.starts(with: [0x1f, 0x8b]))
    let plain = try client.request("GET", "/metrics", headers: ["Accept-Encoding": "gzip;q=0"])
    #expect(plain.header("content-encoding") == nil)
    #expect(plain.body.count > packed.body.count * 3)
    let head = try client.request("HEAD", "/metrics")
    #expect(head.status == 200)
    #expect(head.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
    #expect((head.header("content-length").flatMap { Int($0) } ?? 0) > 10_000)
    #expect(try client.request("POST", "/metrics").status == 405)
    #expect(try client.request("GET", "/status").status == 200, "the connection is still whole")
  }

  @Test func aRealPrometheusSeesWhatWeCount() throws {
    let stack = try Stack()
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
      "phoenix-prometheus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appendingPathComponent("prometheus.yml")
    try """
    global: {scrape_interval: 1s, scrape_timeout: 1s}
    scrape_configs:
      - job_name: gateway
        static_configs: [{targets: ['127.0.0.1:\(stack.adminPort)']}]
    """.write(to: file, atomically: true, encoding: .utf8)
    let port = try Stack.freePort()
    let process = Process()
    process.executableURL = try tool("PROMETHEUS_BIN")
    process.arguments = [
      "--config.file=\(file.path)", "--storage.tsdb.path=\(directory.path)/data",
      "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
      "--enable-feature=exemplar-storage",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    func query(_ expression: String) -> Double? {
      let encoded =
        expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let response = try? WireClient(port: port).request("GET", "/api/v1/query?query=\(encoded)")
      let data = response?.json["data"] as? [String: Any]
      let result = (data?["result"] as? [[String: Any]])?.first
      return ((result?["value"] as? [Any])?.last as? String).flatMap(Double.init)
    }
    try stack.wait("Prometheus scrapes", seconds: 30) { query("up{job=\"gateway\"}") == 1 }

    let family = try stack.signUp()
    let client = stack.client
    for number in 0..<1000 {
      let response = try stack.ask(
        number % 2 == 0 ? "Qui décide de l'AAH ?" : "Combien vaut l'AEEH ? \(number)", family,
        client: client)
      #expect(response.status == 200)
    }
    let route = #"route="/api/chat/message""#
    try stack.wait("Prometheus has all thousand", seconds: 20) {
      query("sum(phoenix_http_requests_total{\(route),status=\"200\"})") == 1000
    }
    let buckets = "sum by (le) (phoenix_http_request_duration_seconds_bucket{\(route)})"
    let byHistogram = try #require(query("histogram_quantile(0.95, \(buckets))"))
    let bySummary = try #require(
      query("phoenix_http_request_latency_seconds{\(route),quantile=\"0.95\"}"))
    let edges = [
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
      10, 30,
    ]
    func bucket(_ value: Double) -> Int { edges.firstIndex { value <= $0 } ?? edges.count }
    #expect(bucket(byHistogram) == bucket(bySummary), "\(byHistogram) and \(bySummary)")
    let hits = try #require(query("phoenix_ai_cache_requests_total{result=\"hit\"}"))
    #expect(hits == 499)
    // An exemplar leads from a bucket to the lines of its request.
    let buckets64 =
      "phoenix_http_request_duration_seconds_bucket{\(route)}"
      .addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let now = Int(Foundation.Date().timeIntervalSince1970)
    let exemplars = try WireClient(port: port).request(
      "GET", "/api/v1/query_exemplars?query=\(buckets64)&start=\(now - 600)&end=\(now + 60)")
    let trace = try #require(
      exemplars.text.firstMatch(of: /"trace_id":"([0-9a-f]{32})"/)?.1,
      "\(exemplars.text.prefix(300))")
    #expect(!stack.logLines("\"trace_id\":\"\(trace)\"").isEmpty)
    // Every request has one log line.
    try stack.wait("the log has every request", seconds: 5) {
      stack.logLines("\"route\":\"/api/chat/message\"").count == 1000
    }
  }
}
