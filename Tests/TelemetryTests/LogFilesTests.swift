import Foundation
import JSONLogging
import Logging
import Telemetry
import Testing

@Suite struct LogFilesTests {
  @Test func eachKindOfLineHasItsFile() throws {
    let path = NSTemporaryDirectory() + "/telemetry-logs-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let output = try Output()
    let settings = TelemetrySettings(
      version: "1", level: .notice, logDirectory: path, routes: gatewayRoutes,
      outputDescriptor: output.descriptor)
    let telemetry = try GatewayTelemetry(settings)
    #expect(throws: LogError.directoryLocked(path: path)) { _ = try GatewayTelemetry(settings) }
    telemetry.observe(.requestFinished(try record()))
    telemetry.observe(.requestFinished(try record(status: 500)))
    telemetry.observe(.lifecycle(.ready))
    telemetry.observe(.internalFault(message: "f", requestID: nil))
    telemetry.logger(label: "library").notice("from a library", metadata: ["token": "secret"])
    telemetry.logger(label: "library").info("below the level")
    #expect(telemetry.flushLogs(timeout: .seconds(20)))

    func messages(_ name: String) throws -> [String] {
      let text = try String(contentsOfFile: path + "/" + name, encoding: .utf8)
      return try text.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(object?["msg"] as? String)
      }
    }
    #expect(try messages("request.log") == ["request", "request"])
    #expect(try messages("error.log") == ["request", "internal fault"])
    #expect(try messages("system.log") == ["ready", "internal fault", "from a library"])
    #expect(try output.objects().count == 5)
    #expect(!output.text.contains("secret"))
    let text = steady(telemetry.renderMetrics(accept: nil).body)
    for (name, count) in [("stdout", 5), ("request", 2), ("error", 2), ("system", 3)] {
      #expect(text.contains("phoenix_log_lines_total{output=\"\(name)\"} \(count)\n"))
      #expect(text.contains("phoenix_log_dropped_total{output=\"\(name)\"} 0\n"))
    }
  }
}
