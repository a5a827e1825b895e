import Foundation
import Glibc
import Testing

/// A gateway and its workers as real processes, on ports of their own and the test database.
final class Stack: @unchecked Sendable {
  // Confined to the test that made it; only immutable members are read by its threads.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  let port: Int
  let adminPort: Int
  let workerPorts: [Int]
  private(set) var gateway: Process
  private(set) var workers: [Process]
  private let environment: [String: String]
  /// What workers are told beside their port.
  private let workerSettings: [String: String]
  private let binaries: URL
  private let output: URL
  /// Where the gateway's standard output goes instead of the log of the test.
  private let gatewayOutput: FileHandle?

  /// Starts everything and waits until it is ready.
  init(
    workers count: Int = 2, gateway extra: [String: String] = [:],
    worker workerSettings: [String: String] = [:],
    gatewayOutput: FileHandle? = nil
  ) throws {
    self.gatewayOutput = gatewayOutput
    self.workerSettings = workerSettings
    let inherited = ProcessInfo.processInfo.environment
    guard let binaries = inherited["PHOENIX_TEST_BIN"],
      let database = inherited["PHOENIX_TEST_DATABASE_URL"]
    else {
      throw Missing(
        description: "PHOENIX_TEST_BIN and PHOENIX_TEST_DATABASE_URL are unset: run ops/test")
    }
    self.binaries = URL(fileURLWithPath: binaries)
    output = FileManager.default.temporaryDirectory.appendingPathComponent(
      "phoenix-system-\(UUID().uuidString).log")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let ports = try (0..<(count + 2)).map { _ in try Self.freePort() }
    port = ports[0]
    adminPort = ports[1]
    workerPorts = Array(ports[2...])
    var environment = [
      "PATH": inherited["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
      "PHOENIX_ENV": "development", "PHOENIX_PORT": "\(port)", "PHOENIX_ADMIN_PORT": "\(adminPort)",
      "PHOENIX_SECRET_KEY": Data((0..<32).map { _ in UInt8.random(in: 0...255) })
        .base64EncodedString(),
      "DATABASE_URL": database,
      "PHOENIX_AI_WORKERS": workerPorts.map { "http://127.0.0.1:\($0)" }.joined(separator: ","),
      "PHOENIX_RATE_LIMIT": "off", "PHOENIX_LOGIN_LIMIT": "off",
    ]
    environment.merge(extra) { _, new in new }
    self.environment = environment
    workers = []
    gateway = Process()
    for index in workerPorts.indices { workers.append(try startWorker(index)) }
    gateway = try start("phoenix-gateway", environment)
    try waitUntilReady()
  }

  deinit { stop() }

  func stop() {
    for process in [gateway] + workers where process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  var client: WireClient { WireClient(port: port) }
  var admin: WireClient { WireClient(port: adminPort) }
  var log: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  /// Log lines that hold `text`, as JSON.
  func logLines(_ text: String) -> [[String: Any]] {
    log.split(separator: "\n").filter { $0.contains(text) }.compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  /// The last lines of the logs that tell no request: what to read where a test fails.
  var events: String {
    log.split(separator: "\n").filter { !$0.contains(".request\"") }.suffix(40)
      .joined(separator: "\n")
  }

  func startWorker(_ index: Int) throws -> Process {
    try start(
      "phoenix-worker",
      [
        "PATH": environment["PATH"] ?? "", "PHOENIX_ENV": "development",
        "PHOENIX_PORT": "\(workerPorts[index])",
      ].merging(workerSettings) { $1 })
  }

  func restartWorker(_ index: Int) throws { workers[index] = try startWorker(index) }

  func killWorker(_ index: Int) {
    kill(workers[index].processIdentifier, SIGKILL)
    workers[index].waitUntilExit()
  }

  func restartGateway() throws {
    gateway = try start("phoenix-gateway", environment)
    try waitUntilReady()
  }

  private func start(_ name: String, _ environment: [String: String]) throws -> Process {
    let process = Process()
    process.executableURL = binaries.appendingPathComponent(name)
    process.environment = environment
    process.currentDirectoryURL = FileManager.default.temporaryDirectory
    // Appending, since several processes share the file: offsets of their own would overwrite.
    let descriptor = open(output.path, O_WRONLY | O_APPEND)
    guard descriptor >= 0 else { throw Missing(description: "no log file: \(errno)") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    process.standardOutput = name == "phoenix-gateway" ? gatewayOutput ?? handle : handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  func waitUntilReady() throws {
    try wait("the stack is ready", seconds: 20) {
      (try? self.client.request("GET", "/readyz"))?.json["status"] as? String == "ready"
    }
  }

  /// Polls a condition until it holds.
  func wait(_ what: String, seconds: Double, _ condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
      guard ContinuousClock.now < deadline else {
        throw Missing(description: "not within \(seconds) s: \(what)\n\(log.suffix(4000))")
      }
      usleep(20_000)
    }
  }

  /// A port that was free a moment ago, below those that the kernel gives to clients, so that no
  /// connection takes it before its server does.
  static func freePort() throws -> Int {
    for _ in 0..<100 {
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      let port = Int.random(in: 11_000..<32_000)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      address.sin_port = UInt16(port).bigEndian
      let length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 }
      }
      if bound { return port }
    }
    throw Missing(description: "no free port")
  }

  // MARK: A family

  struct Family {
    let id: String
    let email: String
    let password: String
    let cookie: String
  }

  /// Signs a new user up and keeps the cookies.
  func signUp(consents: [String: Bool] = [:]) throws -> Family {
    let email = "famille-\(UUID().uuidString.lowercased())@exemple.fr"
    let password = "un mot de passe \(Int.random(in: 1000...9999))"
    let form: [String: Any] = [
      "email": email, "password": password, "name": "Famille", "consents": consents,
    ]
    let response = try client.post("/api/auth/signup", form)
    guard response.status == 201, let user = response.json["user"] as? [String: Any],
      let id = user["id"] as? String
    else { throw Missing(description: "signup: \(response.status) \(response.text)") }
    return Family(id: id, email: email, password: password, cookie: Self.cookies(response))
  }

  static func cookies(_ response: WireClient.Response) -> String {
    response.all("set-cookie").map { String($0.prefix { $0 != ";" }) }.joined(separator: "; ")
  }

  func ask(
    _ message: String, _ family: Family, conversation: String? = nil,
    headers: [String: String] = [:], client: WireClient? = nil
  ) throws -> WireClient.Response {
    var body = ["message": message]
    if let conversation { body["conversation_id"] = conversation }
    return try (client ?? self.client).post(
      "/api/chat/message", body, headers: headers.merging(["Cookie": family.cookie]) { a, _ in a })
  }

  func get(_ path: String, _ family: Family? = nil) throws -> WireClient.Response {
    try client.request("GET", path, headers: family.map { ["Cookie": $0.cookie] } ?? [:])
  }
}
