import Foundation

/// A PostgreSQL as Supabase gives one, with a pooler in transaction mode before it, started once by
/// `ops/tests/supabase/stand` and ended by `ops/test`.
final class SupabaseStand: Sendable {
  private static let started = Result { try SupabaseStand() }

  /// The one of this run.
  static func shared() throws -> SupabaseStand { try started.get() }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ops/tests/supabase")

  let superuserURL: String
  let ownerURL: String
  let gatewayURL: String
  let pooledURL: String

  private init() throws {
    let environment = ProcessInfo.processInfo.environment
    guard let directory = environment["PHOENIX_TEST_SUPABASE"],
      let pgbouncer = environment["PHOENIX_TEST_PGBOUNCER"]
    else {
      throw Stack.Missing(
        description: "PHOENIX_TEST_SUPABASE and PHOENIX_TEST_PGBOUNCER are unset: run ops/test")
    }
    let process = Process()
    process.executableURL = Self.folder.appendingPathComponent("stand")
    process.arguments = [directory, pgbouncer]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    func read(_ pipe: Pipe) -> String {
      String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    }
    let urls = read(output).split(separator: "\n").map(String.init)
    guard process.terminationStatus == 0, urls.count == 4 else {
      throw Stack.Missing(description: "the stand does not start: \(read(errors))")
    }
    (superuserURL, ownerURL, gatewayURL, pooledURL) = (urls[0], urls[1], urls[2], urls[3])
  }

  /// What psql says, as the cluster's superuser unless told otherwise.
  @discardableResult
  func sql(_ sql: String, url: String? = nil) throws -> String {
    try Stack.psql(sql, url: url ?? superuserURL)
  }
}

/// Supabase Auth as `ops/tests/supabase/simulator.py` plays it.
final class SupabaseSimulator {
  static let secret = "a shared secret of forty characters or so"
  let port: Int
  private let process: Process

  init(database: String) throws {
    port = try Stack.freePort()
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", SupabaseStand.folder.appendingPathComponent("simulator.py").path,
      "--port", "\(port)", "--jwt-secret", Self.secret, "--database", database,
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(20)
    while (try? control([:])) == nil {
      guard ContinuousClock.now < deadline else {
        throw Stack.Missing(description: "the simulator of Supabase does not answer")
      }
      usleep(20_000)
    }
  }

  deinit { stop() }

  func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var settings: [String: String] {
    [
      "SUPABASE_URL": url, "SUPABASE_ANON_KEY": "sb_publishable_simulated",
      "SUPABASE_SECRET_KEY": "sb_secret_simulated",
    ]
  }

  /// Says how it is to be, and reads how it is.
  @discardableResult
  func control(_ wish: [String: Any]) throws -> [String: Any] {
    let answer = try WireClient(port: port).post("/_control", wish)
    guard answer.status == 200 else {
      throw Stack.Missing(description: "the simulator refused: \(answer.status) \(answer.text)")
    }
    return answer.json
  }

  /// One fault, for requests to paths that begin so.
  func fail(_ path: String, times: Int = 1, _ fault: [String: Any]) throws {
    try control(["faults": [fault.merging(["path": path, "times": times]) { a, _ in a }]])
  }

  func asked(_ path: String) throws -> [[String: Any]] {
    (try control([:])["requests"] as? [[String: Any]] ?? []).filter {
      ($0["path"] as? String)?.hasPrefix("/auth/v1" + path) == true
    }
  }
}
