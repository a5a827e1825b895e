import Foundation
import Glibc
import Testing

/// Faults of the contract, each made for real: a worker killed, a drain, a gateway killed.
@Suite(.serialized) struct ResilienceTests {
  /// What a load of some threads saw.
  final class Tally: @unchecked Sendable {
    // Guarded by `lock`.
    private let lock = NSLock()
    private var statuses: [Int: Int] = [:]
    private var failures: [String] = []
    private var acknowledged: [String] = []

    func add(_ status: Int) { lock.withLock { statuses[status, default: 0] += 1 } }
    func fail(_ what: String) { lock.withLock { failures.append(what) } }
    func acknowledge(_ text: String) { lock.withLock { acknowledged.append(text) } }
    var all: (statuses: [Int: Int], failures: [String], acknowledged: [String]) {
      lock.withLock { (statuses, failures, acknowledged) }
    }
  }

  /// Sends a question every `interval` from `threads` threads until told to stop.
  final class Load: @unchecked Sendable {
    // `stopping` is guarded by `lock`; the rest is immutable.
    let tally = Tally()
    private let lock = NSLock()
    private var stopping = false
    private let group = DispatchGroup()

    init(_ stack: Stack, _ family: Stack.Family, perSecond: Int, threads: Int = 8) {
      for thread in 0..<threads {
        group.enter()
        Thread.detachNewThread { [self] in
          run(stack, family, thread: thread, pause: UInt32(1_000_000 * threads / perSecond))
          group.leave()
        }
      }
    }

    private func run(_ stack: Stack, _ family: Stack.Family, thread: Int, pause: UInt32) {
      let client = stack.client
      var number = 0
      while !lock.withLock({ stopping }) {
        number += 1
        let text = "Quelle est la durée de la RQTH ? \(thread)-\(number)"
        do {
          let response = try stack.ask(text, family, client: client)
          tally.add(response.status)
          if response.status == 200 {
            tally.acknowledge(text)
          } else {
            tally.fail("\(response.status) \(response.text.prefix(200))")
          }
        } catch let failure as WireClient.Failure {
          client.close()
          if !failure.isRefused { tally.fail(failure.description) }
        } catch { tally.fail("\(error)") }
        usleep(pause)
      }
    }

    func stop() {
      lock.withLock { stopping = true }
      group.wait()
    }
  }

  @Test func aKilledWorkerCostsNoClientAnError() throws {
    let stack = try Stack(workers: 2)
    let family = try stack.signUp()
    let load = Load(stack, family, perSecond: 100)
    try stack.wait("the load runs", seconds: 10) {
      load.tally.all.statuses[200, default: 0] > 100
    }
    stack.killWorker(0)
    let killed = load.tally.all.statuses[200, default: 0]
    try stack.wait("the other worker answers", seconds: 10) {
      load.tally.all.statuses[200, default: 0] > killed + 200
    }
    try stack.restartWorker(0)
    let share = "phoenix_worker_requests_total"
    try stack.wait("the worker takes its share again", seconds: 10) {
      let metrics = try? WireClient(port: stack.workerPorts[0]).request("GET", "/metrics")
      return (metrics?.text ?? "").split(separator: "\n").contains {
        $0.hasPrefix(share) && $0.contains("/api/chat/send")
          && (Double($0.split(separator: " ").last ?? "") ?? 0) > 10
      }
    }
    load.stop()
    let seen = load.tally.all
    #expect(
      seen.failures.isEmpty, "\(seen.failures.count): \(seen.failures.prefix(3)) \(stack.events)")
    #expect(seen.statuses.keys.sorted() == [200])
  }

  @Test func aDrainAnswersEveryAcceptedRequest() throws {
    let stack = try Stack(workers: 1, gateway: ["PHOENIX_DRAIN_DELAY": "500ms"])
    let family = try stack.signUp()
    let load = Load(stack, family, perSecond: 200)
    try stack.wait("the load runs", seconds: 10) {
      load.tally.all.statuses[200, default: 0] > 100
    }
    kill(stack.gateway.processIdentifier, SIGTERM)
    try stack.wait("readiness turns first", seconds: 2) {
      (try? stack.get("/readyz"))?.status == 503
    }
    let turned = load.tally.all.statuses[200, default: 0]
    try stack.wait("requests are still served", seconds: 1) {
      load.tally.all.statuses[200, default: 0] > turned
    }
    stack.gateway.waitUntilExit()
    load.stop()
    #expect(stack.gateway.terminationReason == .exit)
    #expect(stack.gateway.terminationStatus == 0)
    let seen = load.tally.all
    #expect(
      seen.failures.isEmpty, "\(seen.failures.count): \(seen.failures.prefix(3)) \(stack.events)")
  }

  @Test func aKilledGatewayLosesNoAcknowledgedMessage() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let load = Load(stack, family, perSecond: 200)
    try stack.wait("the load runs", seconds: 10) {
      load.tally.all.statuses[200, default: 0] > 200
    }
    kill(stack.gateway.processIdentifier, SIGKILL)
    stack.gateway.waitUntilExit()
    load.stop()
    try stack.restartGateway()
    let acknowledged = load.tally.all.acknowledged
    var saved: Set<String> = []
    var before = ""
    repeat {
      let list = try stack.get("/api/chat/conversations?limit=100\(before)", family)
      for entry in list.json["conversations"] as? [[String: Any]] ?? [] {
        // Each conversation has its question and its answer.
        if entry["messages"] as? Int == 2, let title = entry["title"] as? String {
          saved.insert(title)
        }
      }
      before = (list.json["next_before"] as? String).map { "&before=\($0)" } ?? ""
    } while !before.isEmpty
    #expect(acknowledged.count > 200)
    #expect(acknowledged.filter { !saved.contains($0) } == [])
  }

  @Test func aHangupOpensTheLogsAnew() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "phoenix-logs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let stack = try Stack(workers: 1, gateway: ["PHOENIX_LOG_DIR": folder.path])
    func lines(_ name: String) -> Int {
      let url = folder.appendingPathComponent(name)
      return ((try? String(contentsOf: url, encoding: .utf8)) ?? "").split(separator: "\n").count
    }
    let family = try stack.signUp()
    try stack.wait("the log has lines", seconds: 5) { lines("request.log") > 0 }
    try FileManager.default.moveItem(
      at: folder.appendingPathComponent("request.log"),
      to: folder.appendingPathComponent("moved.log"))
    kill(stack.gateway.processIdentifier, SIGHUP)
    try stack.wait("the log stands anew", seconds: 5) {
      _ = try? stack.get("/api/auth/me", family)
      return lines("request.log") > 0
    }
    #expect(stack.gateway.isRunning)
  }

  @Test func withoutWorkersTheMessageIsKeptAndHistoriesServe() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    stack.killWorker(0)
    try stack.wait("the probe sees it", seconds: 10) {
      (try? stack.get("/readyz"))?.json["status"] as? String == "degraded"
    }
    let started = ContinuousClock.now
    let refused = try stack.ask("Qui paie la PCH ?", family)
    #expect(ContinuousClock.now - started < .milliseconds(100))
    #expect(refused.status == 503)
    #expect(refused.json["code"] as? String == "ai_unavailable")
    #expect(refused.header("retry-after") != nil)
    let history = try stack.get("/api/chat/history", family)
    #expect(history.text.contains("Qui paie la PCH ?"))
    #expect(try stack.get("/readyz").status == 200)
  }
}
