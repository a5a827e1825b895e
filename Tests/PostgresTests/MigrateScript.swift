import Foundation
import Glibc
import Postgres

/// `ops/migrate` on a database of its own, with migrations of its own or the project's.
final class MigrateScript {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let database = "migrate_" + UUID().uuidString.lowercased().filter { $0 != "-" }
  let url: String
  let folder: URL

  /// Makes the database, and a folder with these files.
  init(files: [String: String] = [:]) async throws {
    url = TestDatabase.url(try TestDatabase.ownerURL(), database: database)
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(database)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
    try await Self.psql("create database \(database)")
  }

  func remove() async throws {
    try FileManager.default.removeItem(at: folder)
    try await Self.psql("drop database if exists \(database) with (force)")
  }

  /// For what may not stand in a transaction, and so not in a run of the pool.
  private static func psql(_ sql: String) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["psql", "-X", "-q", "-d", try TestDatabase.ownerURL(), "-c", sql]
    try process.run()
    // Waiting for it would take a thread from the tests that run beside.
    _ = try await TestDatabase.eventually("psql ends", within: .seconds(60)) {
      process.isRunning ? nil : true
    }
    guard process.terminationStatus == 0 else {
      throw TestDatabase.Missing(description: "psql refused: \(sql)")
    }
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// Starts it; with the project's own migrations where `ours`.
  func start(ours: Bool = false) throws -> Running {
    try Running(url: url, folder: ours ? nil : folder)
  }

  func run(ours: Bool = false) async throws -> (status: Int32, output: String) {
    try await start(ours: ours).end()
  }

  /// One run of the script.
  final class Running {
    let process = Process()
    private let output: URL

    init(url: String, folder: URL?) throws {
      output = FileManager.default.temporaryDirectory
        .appendingPathComponent("migrate-\(UUID().uuidString).log")
      _ = FileManager.default.createFile(atPath: output.path, contents: nil)
      let handle = try FileHandle(forWritingTo: output)
      process.executableURL = MigrateScript.root.appendingPathComponent("ops/migrate")
      process.arguments = [url]
      var environment = ProcessInfo.processInfo.environment
      if let folder { environment["PHOENIX_MIGRATIONS_DIR"] = folder.path }
      process.environment = environment
      process.standardOutput = handle
      process.standardError = handle
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }

    /// Ends the script and the psql it started, at once.
    func kill() async throws {
      let children = try await TestDatabase.eventually("the script has started psql") {
        try? String(
          contentsOfFile:
            "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children",
          encoding: .utf8
        ).split(separator: " ").compactMap { pid_t($0) }
      }
      for pid in children + [process.processIdentifier] { Glibc.kill(pid, SIGKILL) }
      _ = try await end()
    }

    func end() async throws -> (status: Int32, output: String) {
      _ = try await TestDatabase.eventually("ops/migrate ends", within: .seconds(60)) {
        process.isRunning ? nil : true
      }
      defer { try? FileManager.default.removeItem(at: output) }
      return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }
  }
}
