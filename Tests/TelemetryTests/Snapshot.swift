import Foundation
import Testing

/// Texts kept beside the tests; `UPDATE_SNAPSHOTS=1` writes them anew.
enum Snapshot {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Snapshots/Telemetry")

  static func expect(
    _ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    let wanted = stored.split(separator: "\n", omittingEmptySubsequences: false)
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, pair) in zip(wanted, found).enumerated() where pair.0 != pair.1 {
      Issue.record(
        "\(name):\(line + 1) stored \(pair.0), now \(pair.1)", sourceLocation: sourceLocation)
      return
    }
    #expect(wanted.count == found.count, "\(name)", sourceLocation: sourceLocation)
  }
}
