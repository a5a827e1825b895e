import Foundation
import Glibc
import Testing

/// The log's faults, made for real: the service goes on, and what is lost is counted.
@Suite(.serialized) struct LogFaultTests {
  private func value(_ stack: Stack, _ series: String) throws -> Double {
    let text = try stack.admin.request("GET", "/metrics").text
    let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
    return Double(line?.split(separator: " ").last ?? "0") ?? 0
  }

  /// Waits until so many lines of the route asked are counted as lost, or more.
  private func waitLost(_ stack: Stack, _ count: Double) throws {
    try stack.wait("\(count) lines are counted as lost", seconds: 20) {
      ((try? lost(stack)) ?? 0) >= count
    }
  }

  private func lost(_ stack: Stack) throws -> Double {
    try value(stack, "phoenix_request_log_dropped_total{route=\"/api/auth/me\"}")
  }

  private func ask(_ stack: Stack, _ count: Int) throws {
    let client = stack.client
    for _ in 0..<count {
      #expect(try client.request("GET", "/api/auth/me").status == 401)
    }
  }

  private func directory() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "phoenix-logs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test func aClosedPipeOfStandardOutputLosesLinesAndNothingElse() throws {
    let pipe = Pipe()
    let stack = try Stack(workers: 1, gatewayOutput: pipe.fileHandleForWriting)
    try pipe.fileHandleForReading.close()
    try pipe.fileHandleForWriting.close()
    try ask(stack, 200)
    try waitLost(stack, 200)
    #expect(try lost(stack) == 200, "each once")
    #expect(stack.gateway.isRunning)
    #expect(try stack.get("/readyz").status == 200)
  }

  @Test func aReaderOfStandardOutputThatStallsHoldsNobodyUp() throws {
    let pipe = Pipe()
    let stack = try Stack(workers: 1, gatewayOutput: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    // 64 KiB fit into the pipe; nobody reads, and 10,000 answers come all the same.
    try ask(stack, 10_000)
    try waitLost(stack, 1000)
    #expect(stack.gateway.isRunning)
    try pipe.fileHandleForReading.close()
  }

  @Test func aFullDiskLosesLinesUntilThereIsRoomAgain() throws {
    let logs = try directory()
    defer { try? FileManager.default.removeItem(at: logs) }
    let file = logs.appendingPathComponent("request.log")
    // Every write to it fails with ENOSPC, as on a disk without room.
    try FileManager.default.createSymbolicLink(
      atPath: file.path, withDestinationPath: "/dev/full")
    let stack = try Stack(workers: 1, gateway: ["PHOENIX_LOG_DIR": logs.path])
    try ask(stack, 150)
    try waitLost(stack, 150)
    #expect(try value(stack, "phoenix_log_lines_total{output=\"request\"}") == 0)
    #expect(try value(stack, "phoenix_log_lines_total{output=\"stdout\"}") >= 150)
    // Room again, and SIGHUP to open the files anew: from here on nothing is lost.
    try FileManager.default.removeItem(at: file)
    kill(stack.gateway.processIdentifier, SIGHUP)
    try stack.wait("the file is there again", seconds: 10) {
      FileManager.default.fileExists(atPath: file.path)
    }
    try ask(stack, 50)
    try stack.wait("new lines are written", seconds: 10) {
      let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").count { $0.contains("\"route\":\"/api/auth/me\"") } == 50
    }
    #expect(try lost(stack) == 150)
    let counter = #"phoenix_http_requests_total{route="/api/auth/me",method="GET",status="401"}"#
    #expect(try value(stack, counter) == 200)
  }

  @Test func linesAboveTheRateAreLeftOutAndCounted() throws {
    let stack = try Stack(workers: 1, gateway: ["PHOENIX_LOG_SUCCESS_RATE": "20"])
    let client = stack.client
    for _ in 0..<2000 { #expect(try client.request("GET", "/healthz").status == 200) }
    let counted = try value(
      stack, #"phoenix_http_requests_total{route="/healthz",method="GET",status="200"}"#)
    let sampled = try value(
      stack, "phoenix_request_log_sampled_total{route=\"/healthz\"}")
    #expect(counted == 2000)
    #expect(sampled > 500)
    try stack.wait("the rest is in the log", seconds: 10) {
      Double(stack.logLines("\"route\":\"/healthz\"").count) + sampled == counted
    }
  }
}
