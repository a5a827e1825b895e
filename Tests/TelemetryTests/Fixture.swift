import Foundation
import Glibc
import Synchronization
import Telemetry
import Testing

/// Where a program's standard output goes in a test: a file without a name left.
final class Output: Sendable {
  let descriptor: Int32

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/telemetry-XXXXXX").utf8CString)
    let made = mkstemp(&template)
    try #require(made >= 0)
    descriptor = made
    unlink(template)
  }

  // Not closed: a log thread of the test may still write, and the number must not be another's.

  var text: String {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: size)
    let count = pread(descriptor, &bytes, size, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// The lines, each as its object.
  func objects() throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }
}

/// Time that stands until it is moved.
final class ManualClock: Sendable {
  private let monotonic = Atomic<UInt64>(1_000_000_000_000)

  func advance(seconds: UInt64) {
    monotonic.wrappingAdd(seconds * 1_000_000_000, ordering: .relaxed)
  }

  var clock: TelemetryClock {
    TelemetryClock(
      monotonic: { self.monotonic.load(ordering: .relaxed) },
      wall: { 1_769_903_999_123_456_789 })
  }
}

let gatewayRoutes = [
  TelemetryRoute("GET", "/healthz", statuses: [200]),
  TelemetryRoute("POST", "/api/chat/message", statuses: [200, 503]),
  TelemetryRoute("GET", "/api/documents/:id/content"),
]

/// A gateway's telemetry with its output and its clock at hand.
struct GatewayFixture {
  let output: Output
  let time = ManualClock()
  let telemetry: GatewayTelemetry

  init(routes: [TelemetryRoute] = gatewayRoutes, bufferBytes: Int = 4 << 20) throws {
    output = try Output()
    telemetry = try GatewayTelemetry(
      TelemetrySettings(
        version: "1.2.3", routes: routes, models: ["gemini-2.5-flash"],
        workers: ["127.0.0.1:8000"], logBufferBytesMax: bufferBytes,
        outputDescriptor: output.descriptor),
      clock: time.clock)
  }

  /// The exposition without what differs from run to run.
  func metrics(accept: String? = nil) -> String {
    steady(telemetry.renderMetrics(accept: accept).body)
  }

  /// The samples that differ after `observations`, sorted, as they are now.
  func changes(_ observations: GatewayObservation...) -> [String] {
    let before = Set(metrics().split(separator: "\n"))
    for observation in observations { telemetry.observe(observation) }
    telemetry.flushLogs(timeout: .seconds(20))
    return metrics().split(separator: "\n").filter { !before.contains($0) }.map(String.init)
      .sorted()
  }

  func logged() throws -> [[String: Any]] {
    #expect(telemetry.flushLogs(timeout: .seconds(20)))
    return try output.objects()
  }
}

func steady(_ body: [UInt8]) -> String {
  String(decoding: body, as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false)
    .filter { !$0.hasPrefix("process_") }
    .joined(separator: "\n")
}

func record(
  method: String = "GET", route: String = "/healthz", path: String = "/healthz", status: Int = 200,
  durationNanoseconds: Int = 1_500_000
) throws -> RequestRecord {
  let trace = try #require(TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736))
  let span = try #require(SpanID(0x00f0_67aa_0ba9_02b7))
  return RequestRecord(
    requestID: RequestID(incoming: "req-1", nowMilliseconds: 0), traceID: trace, spanID: span,
    method: method, route: route, path: path, status: status,
    durationNanoseconds: durationNanoseconds)
}
