import Foundation
import Telemetry
import Testing

@Suite struct PromtoolTests {
  /// Runs `promtool check metrics`, which reads the text format alone.
  private func check(_ body: [UInt8]) throws -> (status: Int32, complaints: String) {
    let path = try #require(
      ProcessInfo.processInfo.environment["PROMTOOL"],
      "PROMTOOL must name promtool, of Debian's package prometheus; ops/test sets it")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["check", "metrics"]
    let input = try FileHandle(forReadingFrom: file(body))
    let output = Foundation.Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let complaints = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: complaints, as: UTF8.self))
  }

  private func file(_ body: [UInt8]) throws -> URL {
    let url = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("metrics-" + UUID().uuidString)
    try Data(body).write(to: url)
    return url
  }

  @Test func findsNothingInTheGatewaysMetrics() throws {
    let fixture = try GatewayFixture()
    fixture.telemetry.observe(.requestFinished(try record()))
    fixture.telemetry.observe(.requestFinished(try record(method: "BREW", route: "nowhere")))
    fixture.telemetry.observe(
      .aiAnswered(AIAnswerRecord(cache: .miss, seconds: 1, model: "a\"b\\c\nd")))
    let result = try check(fixture.telemetry.renderMetrics(accept: nil).body)
    #expect(result.complaints == "")
    #expect(result.status == 0)
  }

  @Test func findsNothingInAWorkersMetrics() throws {
    let output = try Output()
    let telemetry = try WorkerTelemetry(
      TelemetrySettings(version: "1", routes: gatewayRoutes, outputDescriptor: output.descriptor))
    telemetry.observe(.requestFinished(try record()))
    let result = try check(telemetry.renderMetrics(accept: nil).body)
    #expect(result.complaints == "")
    #expect(result.status == 0)
  }

  @Test func findsWhatIsWrong() throws {
    let result = try check(Array("# TYPE x_count gauge\nx_count 1\n".utf8))
    #expect(result.status == 3)
    #expect(result.complaints.contains("x_count"))
  }
}
