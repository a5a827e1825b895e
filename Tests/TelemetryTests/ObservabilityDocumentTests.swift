import Foundation
import Prometheus
import Telemetry
import Testing

@Suite struct ObservabilityDocumentTests {
  private func document() throws -> String {
    let url = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/observability.md")
    return try String(contentsOf: url, encoding: .utf8)
  }

  /// Names in the first column of the metric tables.
  private func documented() throws -> Set<String> {
    let rows = try document().split(separator: "\n").filter { $0.hasPrefix("| `") }
    let names = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    return Set(names.filter { $0.hasPrefix("phoenix_") || $0.hasPrefix("process_") })
  }

  @Test func listsEveryMetricAndNoOther() throws {
    let output = try Output()
    let settings = TelemetrySettings(version: "1", outputDescriptor: output.descriptor)
    let known = Set(
      try GatewayTelemetry(settings).registry.familyNames
        + WorkerTelemetry(settings).registry.familyNames)
    let documented = try documented()
    #expect(known.subtracting(documented).sorted() == [], "in the catalogue, not in the document")
    #expect(documented.subtracting(known).sorted() == [], "in the document, not in the catalogue")
  }
}
