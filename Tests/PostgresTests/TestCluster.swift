import Foundation
import Postgres

/// A PostgreSQL that a test starts, stops and starts again, in the folder that `ops/test` names and
/// clears away. One at a time.
final class TestCluster {
  let ownerURL: String
  let gatewayURL: String
  private let folder: String

  /// Makes it and starts it, with the project's schema.
  init() async throws {
    guard let folder = ProcessInfo.processInfo.environment["PHOENIX_TEST_CLUSTER"] else {
      throw TestDatabase.Missing(description: "PHOENIX_TEST_CLUSTER is unset: run ops/test")
    }
    self.folder = folder
    ownerURL = try await Self.shell(folder, "\(Self.start)\ndatabase_url \"$1\" phoenix_owner")
    gatewayURL = try await Self.shell(folder, "database_url \"$1\" gateway")
    _ = try await Self.shell(folder, "\"$root/ops/migrate\" \"$2\" >/dev/null", ownerURL)
  }

  func start() async throws {
    _ = try await Self.shell(folder, Self.start)
  }

  /// Ends every backend, in order, or as a crash would.
  func stop(crashing: Bool = false) async throws {
    let crash = """
      as_postgres "$pg_bin/pg_ctl" -D "$1/pg/data" -s -w -t 60 -m immediate stop >/dev/null
      """
    _ = try await Self.shell(folder, crashing ? crash : "stop_postgres \"$1\"")
  }

  func remove() async throws {
    _ = try await Self.shell(folder, "stop_postgres \"$1\"; rm -rf \"$1/pg\"")
  }

  /// Without the descriptors by whose end `Process` knows that the script has ended: the server
  /// would keep them.
  private static let start = """
    (for fd in /proc/$BASHPID/fd/*; do
      fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    start_postgres "$1" -c fsync=off -c max_connections=100 >/dev/null)
    """

  /// What a line of the project's own scripts prints.
  private static func shell(_ arguments: String..., line: Int = #line) async throws -> String {
    let process = Process()
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("cluster-\(UUID().uuidString).log")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let library = MigrateScript.root.appendingPathComponent("ops/lib").path
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments =
      [
        "-c",
        "set -euo pipefail; . '\(library)/project.sh'; . '\(library)/postgres.sh'; \(arguments[1])",
        "bash", arguments[0],
      ] + arguments.dropFirst(2)
    let handle = try FileHandle(forWritingTo: output)
    defer { try? handle.close() }
    process.standardOutput = handle
    try process.run()
    _ = try await TestDatabase.eventually("the script ends", within: .seconds(120)) {
      process.isRunning ? nil : true
    }
    guard process.terminationStatus == 0 else {
      throw TestDatabase.Missing(description: "line \(line) failed: \(arguments[1])")
    }
    return try String(contentsOf: output, encoding: .utf8)
  }
}
