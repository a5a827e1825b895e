import Foundation
import Testing

/// An nginx with TLS and HTTP/2 on a free port, with a certificate made for it.
///
/// `ops/test` names the program in `PHOENIX_TEST_NGINX`.
final class Nginx {
  static let largeBytes = 32 << 20
  let port: Int
  /// The certificate, which is its own authority.
  let certificate: String
  private let folder: URL
  private let process = Process()

  var url: String { "https://127.0.0.1:\(port)" }

  init() throws {
    let program = try #require(
      ProcessInfo.processInfo.environment["PHOENIX_TEST_NGINX"],
      "PHOENIX_TEST_NGINX must name nginx, of Debian's package; ops/test sets it")
    folder = FileManager.default.temporaryDirectory.appending(
      path: "phoenix-nginx-\(UUID().uuidString)")
    let files = FileManager.default
    for name in ["www/up", "tmp"] {
      try files.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    certificate = folder.appending(path: "cert.pem").path
    try Self.run(
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes", "-days", "2", "-subj", "/CN=phoenix-test", "-addext",
      "subjectAltName=IP:127.0.0.1", "-keyout", folder.appending(path: "key.pem").path, "-out",
      certificate)
    try Data(count: Self.largeBytes).write(to: folder.appending(path: "www/large"))
    port = try Self.freePort()
    try Self.settings(folder.path, port).write(
      to: folder.appending(path: "nginx.conf"), atomically: true, encoding: .utf8)
    process.executableURL = URL(filePath: program)
    process.arguments = [
      "-p", folder.path, "-e", folder.appending(path: "error.log").path, "-c",
      folder.appending(path: "nginx.conf").path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    try waitUntilItListens()
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Ends it as a power cut would.
  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private static func settings(_ folder: String, _ port: Int) -> String {
    """
    daemon off;
    master_process off;
    pid \(folder)/nginx.pid;
    events { worker_connections 256; }
    http {
      access_log off;
      client_body_temp_path \(folder)/tmp/body;
      proxy_temp_path \(folder)/tmp/proxy;
      fastcgi_temp_path \(folder)/tmp/fastcgi;
      uwsgi_temp_path \(folder)/tmp/uwsgi;
      scgi_temp_path \(folder)/tmp/scgi;
      server {
        listen 127.0.0.1:\(port) ssl http2;
        ssl_certificate \(folder)/cert.pem;
        ssl_certificate_key \(folder)/key.pem;
        keepalive_timeout 1s;
        root \(folder)/www;
        location = /version { return 200 $server_protocol; }
        location /up/ { dav_methods PUT; client_max_body_size 64m; }
      }
    }
    """
  }

  private func waitUntilItListens() throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline, process.isRunning {
      if let socket = try? Self.connect(port) {
        close(socket)
        return
      }
      usleep(2000)
    }
    let log = try? String(contentsOf: folder.appending(path: "error.log"), encoding: .utf8)
    throw NginxFailure(text: log ?? "no log")
  }

  private static func connect(_ port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      close(descriptor)
      throw NginxFailure(text: "refused")
    }
    return descriptor
  }

  /// nginx cannot tell a port that the kernel chose, so one is chosen and freed before.
  private static func freePort() throws -> Int { try StubServer { _ in }.port }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NginxFailure(text: "\(arguments)") }
  }
}

struct NginxFailure: Error {
  let text: String
}
