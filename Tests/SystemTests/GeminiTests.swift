import Foundation
import Glibc
import Testing

/// Gateway, workers and the Gemini simulator as processes: what families see, and that all three
/// ledgers say the same.
@Suite(.serialized) struct GeminiTests {
  /// The simulator as a process.
  private final class Simulator {
    let process = Process()
    let port: Int
    let side: WireClient

    init(latency: Int = 20, options: [String] = []) throws {
      guard let binaries = ProcessInfo.processInfo.environment["PHOENIX_TEST_BIN"] else {
        throw Stack.Missing(description: "PHOENIX_TEST_BIN is unset: run ops/test")
      }
      port = try Stack.freePort()
      let sidePort = try Stack.freePort()
      side = WireClient(port: sidePort)
      process.executableURL = URL(fileURLWithPath: binaries).appendingPathComponent(
        "gemini-simulator")
      process.arguments =
        [
          "--port", "\(port)", "--side-port", "\(sidePort)", "--latency-median", "\(latency)",
          "--key", "key-for-tests",
        ] + options
      process.standardError = FileHandle.nullDevice
      try process.run()
      let deadline = ContinuousClock.now + .seconds(10)
      while (try? side.request("GET", "/healthz"))?.status != 200 {
        guard ContinuousClock.now < deadline else {
          throw Stack.Missing(description: "the simulator does not answer")
        }
        usleep(20_000)
      }
    }

    deinit {
      guard process.isRunning else { return }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    var environment: [String: String] {
      [
        "GEMINI_API_KEY": "key-for-tests", "GEMINI_BASE_URL": "http://127.0.0.1:\(port)",
        "PHOENIX_AI_DEADLINE": "6s",
      ]
    }

    func fail(_ rule: [String: Any]) throws {
      let body = try JSONSerialization.data(withJSONObject: rule)
      let reply = try side.request(
        "POST", "/faults", headers: ["Content-Type": "application/json"], body: body)
      #expect(reply.status == 200, "\(reply.text)")
    }

    func heal() throws { _ = try side.request("DELETE", "/faults") }

    struct Counts {
      var calls = 0
      var tokens = 0
      var cancelledCalls = 0
      var active = 0
    }

    func counts() throws -> Counts {
      let json = try side.request("GET", "/counts").json
      let cancelled = json["cancelled"] as? [String: Any]
      return Counts(
        calls: (json["calls"] as? [String: Int] ?? [:]).values.reduce(0, +),
        tokens: (json["tokens"] as? [String: Int] ?? [:]).values.reduce(0, +),
        cancelledCalls: cancelled?["calls"] as? Int ?? 0, active: json["active"] as? Int ?? 0)
    }

    /// Bodies of the last calls.
    func bodies() throws -> [String] {
      let calls = try side.request("GET", "/calls").json["calls"] as? [[String: Any]] ?? []
      return calls.compactMap { $0["body"] as? String }
    }
  }

  private func stack(_ simulator: Simulator, workers: Int = 2) throws -> Stack {
    try Stack(
      workers: workers, gateway: ["PHOENIX_AI_DEADLINE": "6s"], worker: simulator.environment)
  }

  private func metric(_ client: WireClient, _ name: String) throws -> Int {
    try client.request("GET", "/metrics").text.split(separator: "\n")
      .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map { Int($0) }
      .reduce(0, +)
  }

  private func workers(_ stack: Stack, _ name: String) throws -> Int {
    try stack.workerPorts.map { try metric(WireClient(port: $0), name) }.reduce(0, +)
  }

  /// Events of a stream by name.
  private func stream(
    _ stack: Stack, _ message: String, _ family: Stack.Family
  ) throws -> [(name: String, data: [String: Any])] {
    let response = try stack.ask(
      message, family, headers: ["Accept": "text/event-stream"], client: stack.client)
    return response.text.components(separatedBy: "\n\n").compactMap { block in
      let lines = block.split(separator: "\n")
      guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else {
        return nil
      }
      let data = try? JSONSerialization.jsonObject(with: Data(lines[1].dropFirst(6).utf8))
      return (String(lines[0].dropFirst(7)), data as? [String: Any] ?? [:])
    }
  }

  @Test func consentDecidesWhoAnswers() throws {
    let simulator = try Simulator()
    let stack = try stack(simulator)
    let silent = try stack.signUp()
    let private_ = try stack.ask(
      "Mon fils Achille a 8 ans, quel est le montant de l'AEEH ?", silent)
    #expect(private_.json["model"] as? String == "extractive")
    #expect(try simulator.counts().calls == 0)
    let open = try stack.signUp(consents: ["gemini": true])
    let answer = try stack.ask("Quel est le montant de l'AAH ?", open)
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.json["model"] as? String == "gemini-2.5-flash")
    #expect((answer.json["usage"] as? [String: Int])?["total_tokens"] ?? 0 > 0)
    let bodies = try simulator.bodies()
    #expect(bodies.count == 1 && !bodies.contains { $0.contains("Achille") })
    // Taken back, nothing leaves any more.
    let taken = try stack.client.request(
      "PUT", "/api/account/consents",
      headers: ["Cookie": open.cookie, "Content-Type": "application/json"],
      body: Data("{\"gemini\":false}".utf8))
    #expect(taken.status < 300, "\(taken.text)")
    #expect(
      try stack.ask("Qui paie la PCH ?", open).json["model"] as? String == "extractive")
    #expect(try simulator.counts().calls == 1)
    #expect(!stack.log.contains("key-for-tests"), "the key is in no log")
  }

  @Test func twoHundredIdenticalMissesCostOneCallAlsoWhereHalfLeave() throws {
    let simulator = try Simulator(latency: 1500)
    let stack = try stack(simulator)
    let family = try stack.signUp(consents: ["gemini": true])
    for (number, accept) in ["application/json", "text/event-stream"].enumerated() {
      let before = try simulator.counts().calls
      let message = number == 0 ? "Qui décide de la PCH ?" : "Qui paie l'AEEH ?"
      let lock = NSLock()
      nonisolated(unsafe) var whole = 0
      let group = DispatchGroup()
      for client in 0..<200 {
        group.enter()
        Thread.detachNewThread {
          defer { group.leave() }
          // Every other one leaves long before the answer.
          let wire = WireClient(port: stack.port, timeout: client.isMultiple(of: 2) ? 0.7 : 10)
          let response = try? stack.ask(
            message, family, headers: ["Accept": accept], client: wire)
          wire.close()
          guard let response, response.status == 200,
            response.text.contains("PCH") || response.text.contains("AEEH"),
            number == 0 || response.text.contains("event: done")
          else { return }
          lock.withLock { whole += 1 }
        }
      }
      group.wait()
      #expect(whole >= 100, "\(whole) whole answers")
      let calls = try simulator.counts().calls - before
      #expect(calls == 1)
    }
  }

  @Test func faultsEndAsTheContractSays() throws {
    let simulator = try Simulator()
    let stack = try stack(simulator)
    let family = try stack.signUp(consents: ["gemini": true])
    for (number, fault) in ["rate_limit", "internal", "unavailable", "blocked", "empty"]
      .enumerated()
    {
      try simulator.fail(["fault": fault, "retry_delay": "0.05s"])
      let answer = try stack.ask("Quel est le montant de l'AAH ? (\(number))", family)
      #expect(answer.status == 200 && answer.json["model"] as? String == "extractive", "\(fault)")
      try simulator.heal()
      // A good answer between, so that the breaker has nothing to say here.
      for round in 0..<6 {
        let good = try stack.ask("Qui paie la PCH ? (\(number).\(round))", family)
        #expect(good.json["model"] as? String == "gemini-2.5-flash")
      }
    }
    for (number, fault) in ["cut", "stream_error", "bad_chunk", "truncate"].enumerated() {
      try simulator.fail(["fault": fault, "after": 5])
      let events = try stream(stack, "Qui décide de l'AAH ? (\(number))", family)
      #expect(events.last?.name == "error", "\(fault): \(events.map(\.name))")
      #expect(!events.contains { $0.name == "done" } && events.contains { $0.name == "delta" })
      try simulator.heal()
      let again = try stream(stack, "Qui décide de l'AAH ? (\(number))", family)
      #expect(
        again.last?.name == "done" && again.last?.data["cached"] as? Bool == false, "\(fault)")
    }
    try simulator.fail(["fault": "hang", "count": 2])
    let started = ContinuousClock.now
    let hung = try stack.ask("Combien dure la RQTH ?", family)
    #expect(hung.status == 200 && hung.json["model"] as? String == "extractive")
    #expect(ContinuousClock.now - started < .seconds(6))
    try reconcile(simulator, stack, gatewayToo: true)
  }

  @Test func lettersGoOutWithConsentAlone() throws {
    let simulator = try Simulator()
    let stack = try stack(simulator)
    func analyze(_ family: Stack.Family) throws -> WireClient.Response {
      let words = "Val, le 3 mars 2026 : votre demande d'AAH est rejetee"
      let content = "BT /F1 12 Tf 40 700 Td (\(words)) Tj ET"
      let letter = """
        %PDF-1.4
        1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources \
        <</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
        4 0 obj<</Length \(content.utf8.count)>>stream
        \(content)
        endstream endobj
        trailer<</Root 1 0 R>>
        """
      return try stack.client.request(
        "POST", "/api/chat/analyze-document",
        headers: ["Cookie": family.cookie, "Content-Type": "application/json"],
        body: try JSONSerialization.data(withJSONObject: [
          "filename": "lettre.pdf", "content_type": "application/pdf",
          "content_base64": Data(letter.utf8).base64EncodedString(),
        ]))
    }
    func directions(_ answer: WireClient.Response) -> [String] {
      let analysis = answer.json["analysis"] as? [String: Any]
      let decisions = analysis?["decisions"] as? [[String: Any]] ?? []
      return decisions.map { "\($0["aide"] ?? "") \($0["sens"] ?? "")" }
    }
    let silent = try stack.signUp()
    let alone = try analyze(silent)
    #expect(alone.status == 200 && alone.json["model"] as? String == "rules", "\(alone.text)")
    #expect(directions(alone) == ["AAH rejet"])
    #expect(try simulator.counts().calls == 0, "no call without consent")
    let open = try stack.signUp(consents: ["gemini": true])
    let both = try analyze(open)
    #expect(both.json["model"] as? String == "gemini-2.5-flash", "\(both.text)")
    #expect(directions(both) == ["AAH rejet"])
    #expect((both.json["usage"] as? [String: Int])?["total_tokens"] ?? 0 > 258)
    #expect(try simulator.counts().calls == 1)
    try simulator.fail(["fault": "unavailable", "count": 3])
    let fallen = try analyze(open)
    #expect(fallen.status == 200 && fallen.json["model"] as? String == "rules", "\(fallen.text)")
    #expect(fallen.text.contains("nos règles seules"))
    try reconcile(simulator, stack, gatewayToo: true)
  }

  @Test func theThreeLedgersAgree() throws {
    let simulator = try Simulator(latency: 60)
    let stack = try stack(simulator)
    let family = try stack.signUp(consents: ["gemini": true])
    try simulator.fail(["fault": "unavailable", "probability": 0.1])
    for number in 0..<40 {
      let message = "Qui paie la PCH et qui décide ? (\(number % 25))"
      if number.isMultiple(of: 3) {
        _ = try stream(stack, message, family)
      } else {
        _ = try stack.ask(message, family)
      }
    }
    try reconcile(simulator, stack, gatewayToo: true)
    // Who leaves costs what had been told; the gateway never hears of it.
    try simulator.heal()
    try simulator.fail(["fault": "stall", "after": 4])
    for number in 0..<4 {
      let wire = WireClient(port: stack.port, timeout: 0.6)
      _ = try? stack.ask(
        "Qui paie l'AEEH ? (\(number))", family, headers: ["Accept": "text/event-stream"],
        client: wire)
      wire.close()
    }
    try reconcile(simulator, stack, gatewayToo: false)
    #expect(try simulator.counts().cancelledCalls == 4)
    #expect(
      try workers(stack, "phoenix_worker_gemini_abandoned_tokens_total") > 0)
  }

  /// Vectors of documents and of questions are calls like others: every ledger has them, and the
  /// second worker finds in the file what the first one paid for.
  @Test func vectorsAreInTheLedgersToo() throws {
    let simulator = try Simulator(options: ["--embedding-usage"])
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("phoenix-vectors-\(UUID().uuidString)").path
    defer { unlink(file) }
    let environment = simulator.environment.merging(["PHOENIX_EMBEDDING_CACHE": file]) { $1 }
    do {
      let stack = try Stack(
        workers: 1, gateway: ["PHOENIX_AI_DEADLINE": "6s"], worker: environment)
      let family = try stack.signUp(consents: ["gemini": true])
      // Two matters: words leave it open which comes first.
      _ = try stack.ask("Qui décide de la PCH ou de l'AEEH ?", family)
      try stack.wait("the vectors are kept", seconds: 10) {
        FileManager.default.fileExists(atPath: file)
      }
      for number in 0..<6 {
        let answer = try stack.ask("Qui paie la PCH ou l'AEEH ? (\(number))", family)
        #expect(answer.json["model"] as? String == "gemini-2.5-flash")
      }
      try reconcile(simulator, stack, gatewayToo: true)
    }
    let calls = try simulator.counts().calls
    let next = try Stack(workers: 1, gateway: ["PHOENIX_AI_DEADLINE": "6s"], worker: environment)
    _ = try next.ask(
      "Qui décide de la PCH ou de l'AEEH ?", try next.signUp(consents: ["gemini": true]))
    #expect(try simulator.counts().calls == calls + 2, "its own vector and its answer")
  }

  private func reconcile(_ simulator: Simulator, _ stack: Stack, gatewayToo: Bool) throws {
    try stack.wait("no call is under way", seconds: 10) {
      (try? simulator.counts().active) == 0
    }
    var theirs = try simulator.counts()
    try stack.wait("the workers have told their calls", seconds: 5) {
      theirs = (try? simulator.counts()) ?? theirs
      return (try? workers(stack, "phoenix_worker_gemini_requests_total")) == theirs.calls
    }
    #expect(try workers(stack, "phoenix_worker_gemini_tokens_total") == theirs.tokens)
    guard gatewayToo else { return }
    #expect(try metric(stack.admin, "phoenix_gemini_tokens_total") == theirs.tokens)
    #expect(try metric(stack.admin, "phoenix_gemini_requests_total") == theirs.calls)
  }

  @Test func publicAnswersOutliveTheWorker() throws {
    let simulator = try Simulator()
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("phoenix-cache-\(UUID().uuidString).json").path
    defer { unlink(file) }
    let stack = try Stack(
      workers: 1,
      worker: simulator.environment.merging(["PHOENIX_CACHE_SNAPSHOT": file]) { $1 })
    let family = try stack.signUp(consents: ["gemini": true])
    let first = try stack.ask("Quel est le montant de l'AAH ?", family)
    #expect(first.json["model"] as? String == "gemini-2.5-flash")
    kill(stack.workers[0].processIdentifier, SIGTERM)
    stack.workers[0].waitUntilExit()
    #expect(stack.workers[0].terminationStatus == 0)
    try stack.restartWorker(0)
    let worker = WireClient(port: stack.workerPorts[0])
    try stack.wait("the worker is back", seconds: 10) {
      (try? worker.request("GET", "/health"))?.status == 200
    }
    // What the gateway knows is a probe old.
    try stack.wait("the gateway knows it", seconds: 10) {
      (try? stack.ask("Qui décide de la CMI ?", family))?.status == 200
    }
    let again = try stack.ask("quel est le montant de l'AAH", family)
    #expect(again.json["cached"] as? Bool == true, "\(again.text)")
    #expect(try simulator.counts().calls == 2)
  }
}
